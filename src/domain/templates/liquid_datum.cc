#include "domain/templates/liquid_datum.h"

#include <compare>

#include "base/text.h"

namespace sojourn::templates {
namespace {

bool are_equal_lists(const Datum& a, const Datum& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Datum left = a.item(i);
    const Datum right = b.item(i);
    if (left.is_list() || right.is_list()) {
      // Lists in lists are values of the data or pairs made from them: one level is looked into.
      const auto* left_list = left.as<const Value::List*>();
      const auto* right_list = right.as<const Value::List*>();
      if (left_list == nullptr || right_list == nullptr) return false;
      if (!(**left_list == **right_list)) return false;
    } else if (!are_equal(left, right)) {
      return false;
    }
  }
  return true;
}

bool equals_word(const Datum& datum, Word word) {
  switch (word) {
    case Word::blank:
      return is_blank(datum);
    case Word::empty:
      return is_empty(datum);
  }
  return false;
}

}  // namespace

std::int64_t Range::size() const {
  if (last < first) return 0;
  std::int64_t count = 0;
  if (__builtin_sub_overflow(last, first, &count)) return INT64_MAX;
  return count == INT64_MAX ? count : count + 1;
}

Datum::Datum(const Value& value) {
  if (const std::string* text = value.as_string()) {
    held_ = Text{.view = *text};
  } else if (const std::int64_t* integer = value.as_integer()) {
    held_ = *integer;
  } else if (const double* real = value.as_double()) {
    held_ = *real;
  } else if (const bool* truth = value.as_bool()) {
    held_ = *truth;
  } else if (const Value::List* list = value.as_list()) {
    held_ = list;
  } else if (const Object* object = value.as_object()) {
    held_ = object;
  }
}

Datum::Datum(const Scope::Root& root) {
  if (const auto* value = std::get_if<const Value*>(&root)) {
    *this = Datum(**value);
  } else if (const auto* object = std::get_if<const Object*>(&root)) {
    held_ = *object;
  } else {
    held_ = Text{.view = std::get<std::string_view>(root)};
  }
}

const Object* Datum::object() const {
  const auto* object = as<const Object*>();
  return object == nullptr ? nullptr : *object;
}

const Loop* Datum::loop() const {
  const auto* loop = as<const Loop*>();
  return loop == nullptr ? nullptr : *loop;
}

bool Datum::is_list() const {
  return as<const Value::List*>() != nullptr || as<Items>() != nullptr;
}

double Datum::number() const {
  if (const auto* integer = as<std::int64_t>()) return static_cast<double>(*integer);
  if (const auto* real = as<double>()) return *real;
  return 0;
}

bool Datum::is_true() const {
  if (const bool* truth = as<bool>()) return *truth;
  return !is_nil();
}

std::size_t Datum::size() const {
  if (const auto* list = as<const Value::List*>()) return (*list)->size();
  if (const auto* items = as<Items>()) return items->size();
  if (const Object* members = object()) return members->size();
  if (const auto* range = as<Range>()) return static_cast<std::size_t>(range->size());
  return 0;
}

Datum Datum::item(std::size_t index) const {
  if (const auto* list = as<const Value::List*>()) return Datum((**list)[index]);
  if (const auto* items = as<Items>()) return (*items)[index];
  if (const auto* range = as<Range>()) return range->first + static_cast<std::int64_t>(index);
  return {};
}

std::optional<Datum> Loop::member(std::string_view member_name) const {
  const auto whole = [](std::size_t number) { return Datum(static_cast<std::int64_t>(number)); };
  if (member_name == "index") return whole(index + 1);
  if (member_name == "index0") return whole(index);
  if (member_name == "first") return Datum(index == 0);
  if (member_name == "last") return Datum(index + 1 == length);
  if (member_name == "length") return whole(length);
  if (member_name == "rindex") return whole(length - index);
  if (member_name == "rindex0") return whole(length - index - 1);
  if (is_row) {
    if (member_name == "col") return whole(column());
    if (member_name == "col0") return whole(column() - 1);
    if (member_name == "row") return whole(row());
    if (member_name == "col_first") return Datum(column() == 1);
    if (member_name == "col_last") return Datum(column() == columns);
    return std::nullopt;
  }
  if (member_name == "name") return Datum(name);
  if (member_name == "parentloop") return parent == nullptr ? Datum() : Datum(parent);
  return std::nullopt;
}

bool are_equal(const Datum& a, const Datum& b) {
  if (const Word* word = a.as<Word>()) return equals_word(b, *word);
  if (const Word* word = b.as<Word>()) return equals_word(a, *word);
  if (a.is_nil() || b.is_nil()) return a.is_nil() && b.is_nil();
  if (a.is_number() && b.is_number()) {
    const auto* left = a.as<std::int64_t>();
    const auto* right = b.as<std::int64_t>();
    if (left != nullptr && right != nullptr) return *left == *right;
    return a.number() == b.number();
  }
  if (const Text* left = a.as<Text>()) {
    const Text* right = b.as<Text>();
    return right != nullptr && left->view == right->view;
  }
  if (const bool* left = a.as<bool>()) {
    const bool* right = b.as<bool>();
    return right != nullptr && *left == *right;
  }
  if (a.is_list() && b.is_list()) return are_equal_lists(a, b);
  if (a.object() != nullptr && b.object() != nullptr) return *a.object() == *b.object();
  if (const Range* left = a.as<Range>()) {
    const Range* right = b.as<Range>();
    return right != nullptr && *left == *right;
  }
  return a.loop() != nullptr && a.loop() == b.loop();
}

std::optional<std::partial_ordering> compare(const Datum& a, const Datum& b) {
  const auto* left_integer = a.as<std::int64_t>();
  const auto* right_integer = b.as<std::int64_t>();
  if (left_integer != nullptr && right_integer != nullptr) return *left_integer <=> *right_integer;
  if (a.is_number() && b.is_number()) return a.number() <=> b.number();
  const Text* left_text = a.as<Text>();
  const Text* right_text = b.as<Text>();
  if (left_text != nullptr && right_text != nullptr) return left_text->view <=> right_text->view;
  return std::nullopt;
}

bool holds_item(const Datum& list, const Datum& item) {
  if (const Object* object = list.object()) {
    const Text* name = item.as<Text>();
    return name != nullptr && object->find(name->view) != nullptr;
  }
  if (const Range* range = list.as<Range>()) {
    return item.is_number() && item.number() >= static_cast<double>(range->first) &&
           item.number() <= static_cast<double>(range->last);
  }
  if (!list.is_list()) return false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (are_equal(list.item(i), item)) return true;
  }
  return false;
}

bool is_blank(const Datum& datum) {
  if (const Text* text = datum.as<Text>()) return trimmed(text->view).empty();
  return !datum.is_true() || is_empty(datum);
}

bool is_empty(const Datum& datum) {
  if (const Text* text = datum.as<Text>()) return text->view.empty();
  return (datum.is_list() || datum.object() != nullptr) && datum.size() == 0;
}

}  // namespace sojourn::templates
