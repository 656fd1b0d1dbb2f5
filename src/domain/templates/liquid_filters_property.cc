#include <fmt/format.h>

#include <optional>

#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"
#include "domain/templates/liquid_property.h"

namespace sojourn::templates {

Datum property_of(const FilterInput& input, const Datum& item) {
  const Datum wanted = input.argument(0);
  const Text* name = wanted.as<Text>();
  const Object* object = item.object();
  if (name != nullptr && object != nullptr) {
    const Value* value = object->find(name->view);
    return value == nullptr ? Datum() : Datum(*value);
  }
  if (name != nullptr && item.is_nil()) return {};
  return input.context.refuse("the list holds values that have no properties");
}

namespace {

/// Whether the item's property is the second argument; without one, whether it is true.
bool is_selected(const FilterInput& input, const Datum& item) {
  const Datum property = property_of(input, item);
  const Datum wanted = input.argument(1);
  return wanted.is_nil() ? property.is_true() : are_equal(property, wanted);
}

enum class Keep { selected, others };

Datum selection(const FilterInput& input, Keep keep) {
  const Items items = input.items();
  if (!input.context.charge_items(items.size())) return {};
  const std::span<Datum> made = input.context.allocate_items(items.size());
  std::size_t size = 0;
  for (const Datum& item : items.first(made.size())) {
    if (is_selected(input, item) == (keep == Keep::selected)) made[size++] = item;
  }
  return Items(made.first(size));
}

Datum where(const FilterInput& input) {
  return selection(input, Keep::selected);
}
Datum reject(const FilterInput& input) {
  return selection(input, Keep::others);
}

struct Found {
  Datum item;
  std::int64_t index = 0;
};

std::optional<Found> first_selected(const FilterInput& input) {
  const Items items = input.items();
  if (!input.context.charge_items(items.size())) return std::nullopt;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (is_selected(input, items[i])) {
      return Found{.item = items[i], .index = static_cast<std::int64_t>(i)};
    }
  }
  return std::nullopt;
}

Datum find(const FilterInput& input) {
  const std::optional<Found> found = first_selected(input);
  return found ? found->item : Datum();
}

Datum find_index(const FilterInput& input) {
  const std::optional<Found> found = first_selected(input);
  return found ? Datum(found->index) : Datum();
}

Datum has(const FilterInput& input) {
  return Datum(first_selected(input).has_value());
}

Datum map(const FilterInput& input) {
  const Items items = input.items();
  if (!input.context.charge_items(items.size())) return {};
  const std::span<Datum> made = input.context.allocate_items(items.size());
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = property_of(input, items[i]);
  return Items(made);
}

Datum total(const FilterInput& input) {
  const Items items = input.items();
  if (!input.context.charge_items(items.size())) return {};
  const bool has_property = !input.argument(0).is_nil();
  Number result = std::int64_t{0};
  for (const Datum& item : items) {
    result = sum(result, number_of(has_property ? property_of(input, item) : item));
  }
  return datum_of(result);
}

/// What stands in for nil, false, and empty texts and lists.
Datum default_to(const FilterInput& input) {
  const bool is_missing = input.allow_false ? input.value.is_nil() : !input.value.is_true();
  if (!is_missing && !is_empty(input.value)) return input.value;
  return input.has(0) ? input.argument(0) : Datum(std::string_view());
}

constexpr Filter filters[] = {
    {"default", default_to, 0, 1},
    {"find", find, 1, 2},
    {"find_index", find_index, 1, 2},
    {"has", has, 1, 2},
    {"map", map, 1, 1},
    {"reject", reject, 1, 2},
    {"sum", total, 0, 1},
    {"where", where, 1, 2},
};

}  // namespace

std::span<const Filter> property_filters() {
  return filters;
}

}  // namespace sojourn::templates
