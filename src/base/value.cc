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

const Value* find_path(const Object& object, std::string_view path) {
  const Object* at = &object;
  while (true) {
    if (const Value* whole = at->find(path)) return whole;
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const Value* next = at->find(path.substr(0, dot));
    if (next == nullptr) return nullptr;
    path.remove_prefix(dot + 1);
    while (const Value::List* list = next->as_list()) {
      const std::size_t end = path.find('.');
      const std::string_view digits = path.substr(0, end);
      std::size_t index = 0;
      const auto [last, status] =
          std::from_chars(digits.data(), digits.data() + digits.size(), index);
      if (status != std::errc() || last != digits.data() + digits.size()) return nullptr;
      if (index >= list->size()) return nullptr;
      next = &(*list)[index];
      if (end == std::string_view::npos) return next;
      path.remove_prefix(end + 1);
    }
    at = next->as_object();
    if (at == nullptr) return nullptr;
  }
}

}  // namespace sojourn
