#include "domain/facts/fact.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "domain/definitions/reader.h"

namespace sojourn::facts {

bool EventMatch::matches(const events::Event& given) const {
  if (given.name != event) return false;
  return std::all_of(where.begin(), where.end(), [&](const Filter& filter) {
    return holds(filter, find_path(given.properties, filter.path));
  });
}

FactId fact_id(const EventMatch& match) {
  Object canonical;
  write_event_match(match, canonical);
  return keyed_hash(HashKey{}, {"fact", to_json(canonical)});
}

void FactState::add(Timestamp at, int keep) {
  ++count;
  first = std::min(first, at);
  last = std::max(last, at);
  if (keep == 0) return;
  newest.insert(std::upper_bound(newest.begin(), newest.end(), at), at);
  if (newest.size() > static_cast<std::size_t>(keep)) newest.erase(newest.begin());
}

int FactState::count_since(Timestamp since) const {
  const auto inside = std::upper_bound(newest.begin(), newest.end(), since);
  return static_cast<int>(newest.end() - inside);
}

FactState combine(const FactState& a, const FactState& b, int keep) {
  FactState both;
  both.id = a.id;
  both.count = a.count + b.count;
  both.first = std::min(a.first, b.first);
  both.last = std::max(a.last, b.last);
  both.complete_from = std::max(a.complete_from, b.complete_from);
  both.newest.resize(a.newest.size() + b.newest.size());
  std::merge(a.newest.begin(), a.newest.end(), b.newest.begin(), b.newest.end(),
             both.newest.begin());
  if (both.newest.size() > static_cast<std::size_t>(keep)) {
    both.newest.erase(both.newest.begin(), both.newest.end() - static_cast<std::ptrdiff_t>(keep));
  }
  return both;
}

void encode(ByteWriter& out, const FactState& state) {
  out.hash(state.id);
  out.unsigned_number(state.count);
  out.signed_number(state.first.ms);
  out.signed_number(state.last.ms);
  out.signed_number(state.complete_from.ms);
  out.unsigned_number(state.newest.size());
  std::int64_t previous = state.first.ms;
  for (const Timestamp time : state.newest) {
    out.signed_number(subtract_wrapping(time.ms, previous));
    previous = time.ms;
  }
}

FactState decode_fact(ByteReader& in) {
  FactState state;
  state.id = in.hash();
  state.count = in.unsigned_number();
  state.first = {in.signed_number()};
  state.last = {in.signed_number()};
  state.complete_from = {in.signed_number()};
  const std::size_t count = in.count();
  state.newest.reserve(count);
  std::int64_t previous = state.first.ms;
  for (std::size_t i = 0; i < count; ++i) {
    previous = add_wrapping(previous, in.signed_number());
    state.newest.push_back({previous});
  }
  return state;
}

Result<EventMatch> read_event_match(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  EventMatch match;
  TRY(event, reader.text("event"));
  match.event = std::move(event);
  TRY(where, reader.optional_list("where"));
  if (where->size() > filters_max) {
    return reader.refuse(
        "too_many", "where",
        fmt::format("has {} filters, the limit is {}", where->size(), filters_max));
  }
  for (std::size_t i = 0; i < where->size(); ++i) {
    const std::string inner = fmt::format("{}[{}]", reader.path_of("where"), i);
    TRY(filter, read_filter((*where)[i], inner, "property"));
    match.where.push_back(std::move(filter));
  }
  return match;
}

void write_event_match(const EventMatch& match, Object& object) {
  object.set("event", match.event);
  if (match.where.empty()) return;
  Value::List where;
  for (const Filter& filter : match.where) where.push_back(write_filter(filter, "property"));
  object.set("where", std::move(where));
}

std::string describe(const EventMatch& match) {
  std::string text = match.event;
  std::string_view word = " where ";
  for (const Filter& filter : match.where) {
    text += word;
    text += describe(filter);
    word = " and ";
  }
  return text;
}

}  // namespace sojourn::facts
