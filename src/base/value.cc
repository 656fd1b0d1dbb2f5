#include "base/value.h"

#include <algorithm>
#include <charconv>

namespace sojourn {

Object::Object(std::initializer_list<Member> members) {
  for (const Member& member : members) set(member.first, member.second);
}

const Value* Object::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

Value* Object::find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

void Object::set(std::string_view name, Value value) {
  if (Value* present = find(name)) {
    *present = std::move(value);
  } else {
    members_.emplace_back(name, std::move(value));
  }
}

void Object::append(std::string name, Value value) {
  members_.emplace_back(std::move(name), std::move(value));
}

void Object::erase(std::string_view name) {
  std::erase_if(members_, [&](const Member& member) { return member.first == name; });
}

bool operator==(const Object& a, const Object& b) {
  return a.members_ == b.members_;
}

double Value::number() const {
  if (const std::int64_t* integer = as_integer()) return static_cast<double>(*integer);
  if (const double* real = as_double()) return *real;
  return 0;
}

const Value* find_path(const Value& value, std::string_view path) {
  const Value* at = &value;
  while (true) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if (const Value::List* list = at->as_list()) {
      std::size_t index = 0;
      const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), index);
      if (status != std::errc() || end != name.data() + name.size()) return nullptr;
      if (index >= list->size()) return nullptr;
      at = &(*list)[index];
    } else {
      const Object* object = at->as_object();
      if (object == nullptr) return nullptr;
      if (const Value* whole = object->find(path)) return whole;
      if (dot == std::string_view::npos) return nullptr;
      at = object->find(name);
      if (at == nullptr) return nullptr;
    }
    if (dot == std::string_view::npos) return at;
    path.remove_prefix(dot + 1);
  }
}

const Value* find_path(const Object& object, std::string_view path) {
  if (const Value* whole = object.find(path)) return whole;
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const Value* next = object.find(path.substr(0, dot));
  return next == nullptr ? nullptr : find_path(*next, path.substr(dot + 1));
}

}  // namespace sojourn
