#pragma once

/// A value while a template is rendered: small, copied freely, borrows all it points to.
///
/// Texts and lists point into the template, the data, or the arena of the render; whichever, they
/// live until the render ends.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/value.h"
#include "domain/templates/scope.h"

namespace sojourn::templates {

struct Loop;
class Datum;

struct Nil {
  friend bool operator==(Nil, Nil) = default;
};

enum class Markup : bool { no, yes };

struct Text {
  std::string_view view;
  /// Yes: the text is HTML already and is not escaped when it is printed.
  Markup markup = Markup::no;
};

/// Both ends belong to it; empty where last < first.
struct Range {
  std::int64_t first = 0;
  std::int64_t last = 0;

  /// Saturates at INT64_MAX.
  [[nodiscard]] std::int64_t size() const;
  friend bool operator==(Range, Range) = default;
};

/// `catalogs`, or one of them: what is in it is only looked up, by name or by key.
struct CatalogRef {
  /// Of the catalog; empty: all of them.
  std::string_view key = {};
  friend bool operator==(CatalogRef, CatalogRef) = default;
};

/// The words `blank` and `empty`, which only comparisons know.
enum class Word { blank, empty };

using Items = std::span<const Datum>;

class Datum {
 public:
  Datum() = default;
  Datum(bool value) : held_(value) {}
  Datum(std::int64_t value) : held_(value) {}
  Datum(double value) : held_(value) {}
  Datum(std::string_view text) : held_(Text{.view = text}) {}
  Datum(const char*) = delete;  // would be a bool
  Datum(Text text) : held_(text) {}
  Datum(Items items) : held_(items) {}
  Datum(const Value::List* list) : held_(list) {}
  Datum(const Object* object) : held_(object) {}
  Datum(Range range) : held_(range) {}
  Datum(Word word) : held_(word) {}
  Datum(CatalogRef catalog) : held_(catalog) {}
  Datum(const Loop* loop) : held_(loop) {}
  /// Borrows `value`.
  explicit Datum(const Value& value);
  explicit Datum(const Scope::Root& root);

  [[nodiscard]] bool is_nil() const { return std::holds_alternative<Nil>(held_); }
  template <typename T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&held_);
  }
  /// Null where it is no object or loop.
  [[nodiscard]] const Object* object() const;
  [[nodiscard]] const Loop* loop() const;
  [[nodiscard]] bool is_list() const;
  [[nodiscard]] bool is_number() const {
    return as<std::int64_t>() != nullptr || as<double>() != nullptr;
  }
  /// The number as a double, 0 where it is none.
  [[nodiscard]] double number() const;

  /// Everything but nil and false.
  [[nodiscard]] bool is_true() const;

  /// Of a list: its items; of an object: its members; of a range: its numbers; otherwise 0.
  [[nodiscard]] std::size_t size() const;
  /// An item of a list or range; `index` is below size().
  [[nodiscard]] Datum item(std::size_t index) const;

 private:
  std::variant<Nil, bool, std::int64_t, double, Text, const Value::List*, Items, const Object*,
               Range, Word, const Loop*, CatalogRef>
      held_;
};

/// What `forloop` and `tablerowloop` show. `parent` is null in an outermost loop.
struct Loop {
  std::string_view name;
  std::size_t length = 0;
  std::size_t index = 0;
  const Loop* parent = nullptr;
  bool is_row = false;
  /// Of a table row: the cells of a row; 0 where there is no end to one.
  std::size_t columns = 0;

  /// From 1.
  [[nodiscard]] std::size_t column() const {
    return columns == 0 ? index + 1 : index % columns + 1;
  }
  [[nodiscard]] std::size_t row() const { return columns == 0 ? 1 : index / columns + 1; }

  /// Absent where `forloop`, or `tablerowloop`, has no such member.
  [[nodiscard]] std::optional<Datum> member(std::string_view member_name) const;
};

/// What `x == y` says: numbers by value, texts by bytes, lists item by item; `empty` equals empty
/// texts, lists and objects, `blank` also nil, false and white space.
[[nodiscard]] bool are_equal(const Datum& a, const Datum& b);

/// Whether a comes before, with or after b; absent where they cannot be compared.
[[nodiscard]] std::optional<std::partial_ordering> compare(const Datum& a, const Datum& b);

/// What `x contains y` says of a list, an object's names or a range. Texts are the caller's.
[[nodiscard]] bool holds_item(const Datum& list, const Datum& item);

[[nodiscard]] bool is_blank(const Datum& datum);
[[nodiscard]] bool is_empty(const Datum& datum);

}  // namespace sojourn::templates
