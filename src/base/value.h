#pragma once

/// A value of the open world: what event properties, traits and template data are made of.
///
/// The JSON data model with whole numbers kept exact. Codecs read and write it (base/json.h);
/// rules compare it (domain/facts/comparison.h); templates print it.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sojourn {

class Value;

/// Members in the order in which they were written; names are unique. Look-up is linear: objects
/// that people send are small, and order matters to templates.
class Object {
 public:
  using Member = std::pair<std::string, Value>;

  Object() = default;
  Object(std::initializer_list<Member> members);

  /// Null where there is no such member; valid until the object changes.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Value* find(std::string_view name);
  /// Replaces or appends.
  void set(std::string_view name, Value value);
  /// Appends without looking for an earlier member of that name; the caller knows there is none.
  void append(std::string name, Value value);
  void erase(std::string_view name);

  // Defined below, where Member is complete: clang looks into it here.
  using Iterator = std::vector<Member>::const_iterator;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

  friend bool operator==(const Object&, const Object&);

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  using List = std::vector<Value>;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(static_cast<std::int64_t>(value)) {}
  Value(std::int64_t value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(List value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  [[nodiscard]] const bool* as_bool() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data_); }
  [[nodiscard]] const double* as_double() const { return std::get_if<double>(&data_); }
  [[nodiscard]] const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  [[nodiscard]] const List* as_list() const { return std::get_if<List>(&data_); }
  [[nodiscard]] const Object* as_object() const { return std::get_if<Object>(&data_); }
  [[nodiscard]] Object* as_object() { return std::get_if<Object>(&data_); }
  [[nodiscard]] List* as_list() { return std::get_if<List>(&data_); }

  [[nodiscard]] bool is_number() const { return as_integer() != nullptr || as_double() != nullptr; }
  /// The number as a double; 0 where it is none. Whole numbers above 2^53 lose their last digits.
  [[nodiscard]] double number() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Object> data_;
};

inline bool Object::empty() const {
  return members_.empty();
}
inline std::size_t Object::size() const {
  return members_.size();
}
inline Object::Iterator Object::begin() const {
  return members_.begin();
}
inline Object::Iterator Object::end() const {
  return members_.end();
}

/// The value at a dotted path (`context.page.path`, `products.0.sku`), null pointer where absent.
/// A member whose own name holds the dots wins over the path.
[[nodiscard]] const Value* find_path(const Object& object, std::string_view path);
/// The same within a value that is an object or a list (`0.sku`); null pointer for other values.
[[nodiscard]] const Value* find_path(const Value& value, std::string_view path);

}  // namespace sojourn
