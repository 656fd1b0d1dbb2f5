#include <fmt/format.h>

#include <optional>

#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"
#include "domain/templates/liquid_property.h"
#include "domain/templates/text_search.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates {
namespace {

Property refused(const FilterInput& input) {
  const std::string_view name = input.context.inspected(input.argument(0));
  input.context.refuse(fmt::format("cannot select the property '{}'", name.substr(0, 100)));
  return {};
}

std::optional<std::int64_t> position(const Datum& wanted) {
  if (const auto* whole = wanted.as<std::int64_t>()) return *whole;
  if (const auto* real = wanted.as<double>()) return rounded_toward_zero(*real).whole();
  return std::nullopt;
}

Property of_text(const FilterInput& input, std::string_view text) {
  const Datum wanted = input.argument(0);
  input.context.charge_reading(text.size());
  if (const Text* part = wanted.as<Text>()) {
    const bool stands_in_it = find_text(text, part->view) != std::string_view::npos;
    return {.value = stands_in_it ? Datum(part->view) : Datum()};
  }
  std::optional<std::int64_t> index = position(wanted);
  if (!index) return refused(input);
  const auto size = static_cast<std::int64_t>(count_code_points(text));
  if (*index < 0) *index += size;
  if (*index < 0 || *index >= size) return {};
  const std::string_view rest =
      text.substr(byte_of_code_point(text, static_cast<std::size_t>(*index)));
  return {.value = Datum(rest.substr(0, byte_of_code_point(rest, 1)))};
}

Property of_number(const FilterInput& input, std::int64_t number) {
  const std::optional<std::int64_t> bit = position(input.argument(0));
  if (!bit) return refused(input);
  const bool is_beyond = *bit < 0 || *bit > 62;
  const std::int64_t beyond = *bit < 0 || number >= 0 ? 0 : 1;
  return {.value = Datum(is_beyond ? beyond : number >> *bit & 1)};
}

}  // namespace

bool has_properties(const Datum& item) {
  return item.object() != nullptr || item.as<Text>() != nullptr || item.is_list() ||
         item.as<std::int64_t>() != nullptr || item.loop() != nullptr;
}

Property property_of(const FilterInput& input, const Datum& item) {
  const Datum wanted = input.argument(0);
  const Text* name = wanted.as<Text>();
  if (const Object* object = item.object()) {
    const Value* value = name == nullptr ? nullptr : object->find(name->view);
    return {.value = value == nullptr ? Datum() : Datum(*value)};
  }
  if (const Loop* loop = item.loop()) {
    return {.value = name == nullptr ? Datum() : loop->member(name->view).value_or(Datum())};
  }
  if (const Text* text = item.as<Text>()) return of_text(input, text->view);
  if (const auto* number = item.as<std::int64_t>()) return of_number(input, *number);
  return {.is_absent = true};
}

namespace {

/// Whether the item's property is the second argument; without one, whether it is true. Absent
/// where the item can have none.
std::optional<bool> is_selected(const FilterInput& input, const Datum& item) {
  const Property property = property_of(input, item);
  if (property.is_absent) return std::nullopt;
  const Datum wanted = input.argument(1);
  return wanted.is_nil() ? property.value.is_true() : are_equal(property.value, wanted);
}

enum class Keep { selected, others };

Datum selection(const FilterInput& input, Keep keep) {
  const Items items = input.items();
  if (!input.context.charge_items(items.size())) return {};
  const std::span<Datum> made = input.context.allocate_items(items.size());
  std::size_t size = 0;
  for (const Datum& item : items.first(made.size())) {
    const std::optional<bool> selected = is_selected(input, item);
    if (!selected || input.context.failed()) return {};
    if (*selected == (keep == Keep::selected)) made[size++] = item;
  }
  return Items(made.first(size));
}

Datum where(const FilterInput& input) {
  return selection(input, Keep::selected);
}
Datum reject(const FilterInput& input) {
  return selection(input, Keep::others);
}

/// What `find` and its like look for: the first item that is selected.
struct Search {
  /// An item was asked before it that can have no properties: there is no result.
  bool is_void = false;
  std::optional<std::size_t> index = {};
};

Search first_selected(const FilterInput& input, Items items) {
  if (!input.context.charge_items(items.size())) return {.is_void = true};
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::optional<bool> selected = is_selected(input, items[i]);
    if (!selected || input.context.failed()) return {.is_void = true};
    if (*selected) return {.index = i};
  }
  return {};
}

Datum find(const FilterInput& input) {
  const Items items = input.items();
  const Search search = first_selected(input, items);
  return search.index ? items[*search.index] : Datum();
}

Datum find_index(const FilterInput& input) {
  const Search search = first_selected(input, input.items());
  return search.index ? Datum(static_cast<std::int64_t>(*search.index)) : Datum();
}

Datum has(const FilterInput& input) {
  const Search search = first_selected(input, input.items());
  return search.is_void ? Datum() : Datum(search.index.has_value());
}

Datum map(const FilterInput& input) {
  const Items items = input.items();
  if (!input.context.charge_items(items.size())) return {};
  const std::span<Datum> made = input.context.allocate_items(items.size());
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = property_of(input, items[i]).value;
  return Items(made);
}

Datum total(const FilterInput& input) {
  const Items items = input.items();
  if (!input.context.charge_items(items.size())) return {};
  const bool has_property = !input.argument(0).is_nil();
  Number result = std::int64_t{0};
  for (const Datum& item : items) {
    result = sum(result, number_of(has_property ? property_of(input, item).value : item));
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
    {"default", default_to, 0, 2},
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
