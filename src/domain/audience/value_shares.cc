#include "domain/audience/value_shares.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/facts/date_value.h"

namespace sojourn::audience {
namespace {

/// Of distinct values: what types and members a column has shows in its first ones.
constexpr std::size_t looked_at_max = 1'000;
constexpr std::size_t members_max = 50;

using Code = ValueColumn::Code;

/// How many contacts have each code.
std::vector<std::uint64_t> tally(const ValueColumn& column) {
  std::vector<std::uint64_t> counts(column.code_count(), 0);
  for (const Code code : column.codes()) ++counts[code];
  return counts;
}

bool is_plain(const Value& value) {
  return value.as_object() == nullptr && value.as_list() == nullptr;
}

bool begins_with(const Value& value, std::string_view prefix) {
  const std::string* text = value.as_string();
  return to_lower_ascii(text == nullptr ? to_json(value) : *text).starts_with(prefix);
}

}  // namespace

std::string_view type_of(const Value& value) {
  if (value.as_object() != nullptr) return "object";
  if (value.as_list() != nullptr) return "list";
  if (value.is_number()) return "number";
  const std::string* text = value.as_string();
  if (text == nullptr) return "boolean";
  return facts::parse_date(*text) ? "date" : "text";
}

AttributeShares shares_of(const ValueColumn& column, std::string_view prefix,
                          std::size_t values_max) {
  AttributeShares shares;
  const std::vector<std::uint64_t> counts = tally(column);
  std::set<std::string> types;
  std::set<std::string> members;
  std::vector<std::pair<std::uint64_t, Code>> order;
  std::size_t looked_at = 0;
  for (Code code = ValueColumn::absent + 1; code < counts.size(); ++code) {
    if (counts[code] == 0) continue;
    shares.contacts += counts[code];
    order.emplace_back(counts[code], code);
    if (++looked_at > looked_at_max) continue;
    const Value value = column.value(code);
    types.emplace(type_of(value));
    const Object* object = value.as_object();
    if (object == nullptr) continue;
    for (const auto& [name, member] : *object) {
      if (members.size() < members_max) members.insert(name);
    }
  }
  shares.types.assign(types.begin(), types.end());
  shares.members.assign(members.begin(), members.end());
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  const std::string wanted = to_lower_ascii(prefix);
  for (const auto& [count, code] : order) {
    if (shares.values.size() == values_max) break;
    Value value = column.value(code);
    if (!is_plain(value) || !begins_with(value, wanted)) continue;
    shares.values.push_back({std::move(value), count});
  }
  return shares;
}

}  // namespace sojourn::audience
