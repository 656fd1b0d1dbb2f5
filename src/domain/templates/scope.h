#pragma once

/// The data that a template is rendered with: named roots, laid over one another without copies.

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/value.h"

namespace sojourn::templates {

/// Names what a template may ask for, such as `contact` and `event`. Borrows everything: names,
/// values and objects must outlive the scope and every render that uses it. Of two roots with the
/// same name the one added later wins.
class Scope {
 public:
  using Root = std::variant<const Value*, const Object*, std::string_view>;

  Scope() = default;
  /// Every member of `members` is a root.
  explicit Scope(const Object& members) { add(members); }

  Scope& add(const Object& members);
  Scope& add(std::string_view name, const Value& value);
  Scope& add(std::string_view name, const Object& object);
  Scope& add_text(std::string_view name, std::string_view text);
  /// The pointers would dangle at the end of the statement.
  Scope& add(Object&&) = delete;
  Scope& add(std::string_view name, Value&&) = delete;
  Scope& add(std::string_view name, Object&&) = delete;

  /// Absent where no layer has the name. Linear in the number of layers and of their members.
  [[nodiscard]] std::optional<Root> find(std::string_view name) const;

 private:
  struct Layer {
    /// Empty where every member of the object is a root.
    std::string_view name;
    Root root;
  };
  std::vector<Layer> layers_;
};

}  // namespace sojourn::templates
