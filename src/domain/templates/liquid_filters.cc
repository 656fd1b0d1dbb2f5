#include "domain/templates/liquid_filters.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "domain/templates/liquid_context.h"

namespace sojourn::templates {
namespace {

using FiltersByName = absl::flat_hash_map<std::string_view, Filter>;

FiltersByName all_filters() {
  FiltersByName all;
  for (const auto filters : {text_filters(), code_filters(), number_filters(), money_filters(),
                             list_filters(), property_filters(), date_filters()}) {
    for (const Filter& filter : filters) all.emplace(filter.name, filter);
  }
  return all;
}

std::size_t flat_size(const Value::List& list) {
  std::size_t size = 0;
  for (const Value& value : list) {
    const Value::List* inner = value.as_list();
    size += inner == nullptr ? 1 : flat_size(*inner);
  }
  return size;
}

Datum* flatten(const Value::List& list, Datum* out) {
  for (const Value& value : list) {
    if (const Value::List* inner = value.as_list()) {
      out = flatten(*inner, out);
    } else {
      *out++ = Datum(value);
    }
  }
  return out;
}

std::size_t flat_size(Items items) {
  std::size_t size = 0;
  for (const Datum& item : items) {
    if (const auto* list = item.as<const Value::List*>()) {
      size += flat_size(**list);
    } else if (const auto* inner = item.as<Items>()) {
      size += flat_size(*inner);
    } else {
      ++size;
    }
  }
  return size;
}

Datum* flatten(Items items, Datum* out) {
  for (const Datum& item : items) {
    if (const auto* list = item.as<const Value::List*>()) {
      out = flatten(**list, out);
    } else if (const auto* inner = item.as<Items>()) {
      out = flatten(*inner, out);
    } else {
      *out++ = item;
    }
  }
  return out;
}

}  // namespace

std::optional<std::int64_t> beyond_64_bits(const Datum& datum) {
  const double* const real = datum.as<double>();
  constexpr double bound = 9223372036854775808.0;  // 2^63
  if (real == nullptr || std::fabs(*real) < bound) return std::nullopt;
  return *real < 0 ? INT64_MIN : INT64_MAX;
}

const Filter* find_filter(std::string_view name) {
  static const FiltersByName filters = all_filters();
  const auto found = filters.find(name);
  return found == filters.end() ? nullptr : &found->second;
}

std::string_view FilterInput::text() const {
  const std::string_view text = context.inspected(value);
  context.charge_reading(text.size());
  return text;
}

std::string_view FilterInput::text_argument(std::size_t index) const {
  const std::string_view text = context.inspected(argument(index));
  context.charge_reading(text.size());
  return text;
}

std::optional<std::int64_t> FilterInput::whole_argument(std::size_t index) const {
  const Datum number = argument(index);
  if (const auto* whole = number.as<std::int64_t>()) return *whole;
  if (const auto beyond = beyond_64_bits(number)) return *beyond;
  const std::string_view written = trimmed(context.inspected(number));
  std::int64_t whole = 0;
  const auto read = std::from_chars(written.data(), written.data() + written.size(), whole);
  if (read.ec == std::errc() && read.ptr == written.data() + written.size()) return whole;
  context.refuse("invalid integer");
  return std::nullopt;
}

Items FilterInput::items() const {
  if (value.is_nil()) return {};
  std::span<Datum> made;
  if (const auto* list = value.as<const Value::List*>()) {
    if (!context.charge_items((*list)->size())) return {};
    const std::size_t size = flat_size(**list);
    if (!context.charge_items(size)) return {};
    made = context.allocate_items(size);
    if (!made.empty()) flatten(**list, made.data());
    return made;
  }
  if (const auto* given = value.as<Items>()) {
    if (!context.charge_items(given->size())) return {};
    const bool is_flat = std::ranges::none_of(*given, &Datum::is_list);
    if (is_flat) return *given;
    const std::size_t size = flat_size(*given);
    if (!context.charge_items(size)) return {};
    made = context.allocate_items(size);
    if (!made.empty()) flatten(*given, made.data());
    return made;
  }
  if (value.as<Range>() != nullptr) {
    made = context.allocate_items(value.size());
    if (!context.charge_items(made.size())) return {};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = value.item(i);
    return made;
  }
  made = context.allocate_items(1);
  if (!made.empty()) made[0] = value;
  return made;
}

}  // namespace sojourn::templates
