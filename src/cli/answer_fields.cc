#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

const Value* member_of(const Value& value, std::string_view name) {
  const Object* object = value.as_object();
  return object == nullptr ? nullptr : object->find(name);
}

}  // namespace

const std::string* text_member(const Value& value, std::string_view name) {
  const Value* member = member_of(value, name);
  return member == nullptr ? nullptr : member->as_string();
}

const Value::List& list_member(const Value& value, std::string_view name) {
  static const Value::List none;
  const Value* member = member_of(value, name);
  const Value::List* list = member == nullptr ? nullptr : member->as_list();
  return list == nullptr ? none : *list;
}

std::int64_t number_member(const Value& value, std::string_view name) {
  const Value* member = member_of(value, name);
  return member == nullptr ? 0 : static_cast<std::int64_t>(member->number());
}

std::string shown(const Value& value, std::string_view name) {
  const std::string* text = text_member(value, name);
  return text == nullptr ? std::string() : *text;
}

bool is_true(const Value& value, std::string_view name) {
  const Value* member = member_of(value, name);
  return member != nullptr && *member == Value(true);
}

}  // namespace sojourn::cli
