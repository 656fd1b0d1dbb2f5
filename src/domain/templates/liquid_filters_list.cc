#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "base/text.h"
#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"
#include "domain/templates/liquid_print.h"
#include "domain/templates/liquid_property.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates {
namespace {

std::span<Datum> copied(Context& context, Items items) {
  const std::span<Datum> made = context.allocate_items(items.size());
  std::ranges::copy(items.first(made.size()), made.begin());
  return made;
}

Datum size(const FilterInput& input) {
  // What Ruby says: the bytes of a machine word.
  if (input.value.as<std::int64_t>() != nullptr) return std::int64_t{8};
  if (input.value.as<Text>() != nullptr) {
    return static_cast<std::int64_t>(count_code_points(input.text()));
  }
  return static_cast<std::int64_t>(input.value.size());
}

Datum first(const FilterInput& input) {
  if (input.value.object() != nullptr) {
    const Object& members = *input.value.object();
    if (members.empty()) return {};
    const std::span<Datum> pair = input.context.allocate_items(2);
    if (pair.empty()) return {};
    pair[0] = Datum(std::string_view(members.begin()->first));
    pair[1] = Datum(members.begin()->second);
    return Items(pair);
  }
  return input.value.size() == 0 ? Datum() : input.value.item(0);
}

Datum last(const FilterInput& input) {
  if (input.value.object() != nullptr || input.value.size() == 0) return {};
  return input.value.item(input.value.size() - 1);
}

Datum join(const FilterInput& input) {
  const std::string_view separator = input.has(0) ? input.text_argument(0) : " ";
  const Items items = input.items();
  Measure measure;
  for (const Datum& item : items) print(item, measure);
  if (items.empty() || !input.context.charge_printing(measure)) return std::string_view();
  std::size_t separators = 0;
  if (__builtin_mul_overflow(items.size() - 1, separator.size(), &separators)) {
    separators = SIZE_MAX / 2;
  }
  const std::span<char> memory = input.context.allocate(measure.size + separators);
  if (memory.empty()) return std::string_view();
  Fill fill(memory.data());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) fill.add(separator);
    print(items[i], fill);
  }
  return std::string_view(memory.data(), memory.size());
}

Datum reverse(const FilterInput& input) {
  const std::span<Datum> made = copied(input.context, input.items());
  std::ranges::reverse(made);
  return Items(made);
}

Datum concat(const FilterInput& input) {
  const Datum other = input.argument(0);
  if (!other.is_list()) return input.context.refuse("concat filter requires an array argument");
  const Items items = input.items();
  if (!input.context.charge_items(other.size())) return {};
  const std::span<Datum> made = input.context.allocate_items(items.size() + other.size());
  if (made.empty()) return Items();
  std::ranges::copy(items, made.begin());
  for (std::size_t i = 0; i < other.size(); ++i) made[items.size() + i] = other.item(i);
  return Items(made);
}

struct Keyed {
  Datum key;
  Datum item;
};

/// The items with what they are sorted or told apart by; absent where some item cannot have it.
std::optional<std::span<Keyed>> keyed(const FilterInput& input, Items items) {
  const std::span<Keyed> pairs = input.context.allocate_array<Keyed>(items.size());
  const bool has_property = !input.argument(0).is_nil();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = {.key = items[i], .item = items[i]};
    if (!has_property) continue;
    const Property property = property_of(input, items[i]);
    if (property.is_absent || input.context.failed()) return std::nullopt;
    pairs[i].key = property.value;
  }
  return pairs;
}

/// Whether the property that is asked for can be read from every item; else there is no result.
bool can_be_keyed(const FilterInput& input, Items items) {
  return input.argument(0).is_nil() || std::ranges::all_of(items, has_properties);
}

Datum items_of(Context& context, std::span<const Keyed> sorted) {
  const std::span<Datum> made = context.allocate_items(sorted.size());
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = sorted[i].item;
  return Items(made);
}

/// The reading that sorting takes: each item some log2(n) times.
bool charge_sorting(Context& context, std::span<const Keyed> pairs) {
  std::size_t bytes = 0;
  for (const Keyed& pair : pairs) {
    const Text* text = pair.key.as<Text>();
    bytes += 16 + (text == nullptr ? 0 : text->view.size());
  }
  return context.charge_reading(bytes * static_cast<std::size_t>(std::bit_width(pairs.size())));
}

/// Nil comes last. What has no order is refused before it is sorted.
Datum sort(const FilterInput& input) {
  const Items items = input.items();
  if (!can_be_keyed(input, items)) return {};
  const std::optional<std::span<Keyed>> found = keyed(input, items);
  if (!found) return {};
  const std::span<Keyed> pairs = *found;
  const auto nils = std::stable_partition(pairs.begin(), pairs.end(),
                                          [](const Keyed& pair) { return !pair.key.is_nil(); });
  const std::span<Keyed> known(pairs.begin(), nils);
  for (const Keyed& pair : known) {
    const bool is_first = &pair == known.data();
    if (!is_first && !compare(known.front().key, pair.key)) {
      if (are_equal(known.front().key, pair.key)) continue;
      return input.context.refuse("cannot sort values of incompatible types");
    }
  }
  if (!charge_sorting(input.context, known)) return {};
  std::ranges::stable_sort(known, [](const Keyed& a, const Keyed& b) {
    return compare(a.key, b.key) == std::partial_ordering::less;
  });
  return items_of(input.context, pairs);
}

Datum sort_natural(const FilterInput& input) {
  const Items items = input.items();
  if (!can_be_keyed(input, items)) return {};
  const std::optional<std::span<Keyed>> found = keyed(input, items);
  if (!found) return {};
  const std::span<Keyed> pairs = *found;
  const auto nils = std::stable_partition(pairs.begin(), pairs.end(),
                                          [](const Keyed& pair) { return !pair.key.is_nil(); });
  const std::span<Keyed> known(pairs.begin(), nils);
  for (Keyed& pair : known) pair.key = Datum(input.context.inspected(pair.key));
  if (!charge_sorting(input.context, known)) return {};
  const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::ranges::stable_sort(known, [&](const Keyed& a, const Keyed& b) {
    return std::ranges::lexicographical_compare(
        a.key.as<Text>()->view, b.key.as<Text>()->view, [&](char x, char y) {
          return static_cast<unsigned char>(fold(x)) < static_cast<unsigned char>(fold(y));
        });
  });
  return items_of(input.context, pairs);
}

Datum uniq(const FilterInput& input) {
  const Items items = input.items();
  if (items.size() <= 1) return items;  // nothing is asked of it
  const std::optional<std::span<Keyed>> pairs = keyed(input, items);
  if (!pairs) return {};
  absl::flat_hash_set<std::string_view> seen;
  std::size_t kept = 0;
  for (const Keyed& pair : *pairs) {
    // The JSON form tells the number 1 from the text "1".
    const std::string_view form = input.context.json_of(pair.key);
    if (input.context.failed()) return {};
    if (seen.insert(form).second) (*pairs)[kept++] = pair;
  }
  return items_of(input.context, pairs->first(kept));
}

Datum compact(const FilterInput& input) {
  const std::optional<std::span<Keyed>> pairs = keyed(input, input.items());
  if (!pairs) return {};
  std::size_t kept = 0;
  for (const Keyed& pair : *pairs) {
    if (!pair.key.is_nil()) (*pairs)[kept++] = pair;
  }
  return items_of(input.context, pairs->first(kept));
}

constexpr Filter filters[] = {
    {"compact", compact, 0, 1},
    {"concat", concat, 1, 1},
    {"first", first},
    {"join", join, 0, 1},
    {"last", last},
    {"reverse", reverse},
    {"size", size},
    {"sort", sort, 0, 1},
    {"sort_natural", sort_natural, 0, 1},
    {"uniq", uniq, 0, 1},
};

}  // namespace

std::span<const Filter> list_filters() {
  return filters;
}

}  // namespace sojourn::templates
