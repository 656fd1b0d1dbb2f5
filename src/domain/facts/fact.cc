#include "domain/facts/fact.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/json.h"
#include "domain/definitions/reader.h"
#include "domain/events/hit_mark.h"

namespace sojourn::facts {
namespace {

// Beyond this a number is counted as this: a sum of a thousand million of them still fits.
constexpr double number_max = 1e12;

std::optional<std::int64_t> read_number(const Value& value) {
  double number = 0;
  if (value.is_number()) {
    number = value.number();
  } else if (const std::string* text = value.as_string()) {
    const char* end = text->data() + text->size();
    const auto [last, status] = std::from_chars(text->data(), end, number);
    if (status != std::errc() || last != end || text->empty()) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (!std::isfinite(number)) return std::nullopt;
  return std::llround(std::clamp(number, -number_max, number_max) * millionths);
}

std::int64_t hash_of(const Value& value) {
  // 5 and 5.0 are one value, 5 and "5" are two.
  const std::string text =
      value.is_number() ? fmt::format("{}", value.number()) : "\"" + to_json(value);
  const Hash128 hash = keyed_hash(HashKey{}, {"value", text});
  std::int64_t bits = 0;
  std::memcpy(&bits, hash.bytes.data(), sizeof bits);
  return bits;
}

void keep_newest(std::vector<Occurrence>& newest, int keep) {
  const auto limit = static_cast<std::size_t>(keep);
  if (newest.size() <= limit) return;
  newest.erase(newest.begin(), newest.end() - static_cast<std::ptrdiff_t>(limit));
}

void keep_smallest(std::vector<std::uint64_t>& values) {
  if (values.size() > distinct_max) values.resize(distinct_max);
}

/// Opens and clicks are those of people, unless the question itself tells them apart.
bool asks_for_machines(const std::vector<Filter>& where) {
  return std::any_of(where.begin(), where.end(), [](const Filter& filter) {
    return path_head(filter) == events::machine_property;
  });
}

}  // namespace

bool EventMatch::matches(const events::Event& given) const {
  if (given.name != event) return false;
  if (events::is_of_machine(given) && !asks_for_machines(where)) return false;
  const Moment moment{.now = given.at};
  return std::all_of(where.begin(), where.end(), [&](const Filter& filter) {
    constexpr std::string_view context = "context.";
    const std::string_view head = path_head(filter);
    const Value* value = find_path(given.properties, head);
    if (value == nullptr && head.starts_with(context)) {
      value = find_path(given.context, head.substr(context.size()));
    }
    return holds(filter, value, moment).value;
  });
}

int kept_for(int count) {
  for (const int size : {0, 1, 4, 16, 100}) {
    if (count <= size) return size;
  }
  return occurrences_max;
}

FactId fact_id(const FactDefinition& definition) {
  Object canonical;
  write_event_match(definition.match, canonical);
  if (definition.measured != Measured::nothing) {
    const bool distinct = definition.measured == Measured::distinct;
    canonical.set(distinct ? "distinct" : "number", definition.property);
  }
  if (definition.from != Timestamp::beginning()) canonical.set("from", definition.from.ms);
  if (definition.until != Timestamp::never()) canonical.set("until", definition.until.ms);
  if (definition.keep != 0) canonical.set("keep", kept_for(definition.keep));
  if (definition.points) {
    const Points& points = *definition.points;
    Object earned{{"each", points.each}, {"owner", points.owner}};
    if (points.half_life) earned.set("half_life", points.half_life->ms);
    if (points.cap) earned.set("cap", *points.cap);
    canonical.set("points", std::move(earned));
  }
  return keyed_hash(HashKey{}, {"fact", to_json(canonical)});
}

std::optional<Occurrence> occurrence_in(const FactDefinition& definition,
                                        const events::Event& event) {
  if (event.at < definition.from || event.at >= definition.until) return std::nullopt;
  if (!definition.match.matches(event)) return std::nullopt;
  if (definition.measured == Measured::nothing) return Occurrence{event.at};
  const Value* value = find_path(event.properties, definition.property);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (definition.measured == Measured::distinct) return Occurrence{event.at, hash_of(*value)};
  const std::optional<std::int64_t> number = read_number(*value);
  return number ? std::optional(Occurrence{event.at, *number}) : std::nullopt;
}

void FactState::add(const FactDefinition& definition, const Occurrence& occurrence, int keep) {
  ++count;
  first = std::min(first, occurrence.at);
  last = std::max(last, occurrence.at);
  if (definition.measured == Measured::number) {
    sum += occurrence.value;
    least = std::min(least, occurrence.value);
    greatest = std::max(greatest, occurrence.value);
  } else if (definition.measured == Measured::distinct) {
    const auto hash = static_cast<std::uint64_t>(occurrence.value);
    const auto place = std::lower_bound(values.begin(), values.end(), hash);
    if (place == values.end() || *place != hash) values.insert(place, hash);
    keep_smallest(values);
  }
  if (definition.points) return add_points(definition, occurrence, keep);
  if (keep == 0) return;
  newest.insert(std::upper_bound(newest.begin(), newest.end(), occurrence), occurrence);
  keep_newest(newest, keep);
}

int FactState::count_since(Timestamp since) const {
  const auto inside = std::upper_bound(
      newest.begin(), newest.end(), since,
      [](Timestamp at, const Occurrence& occurrence) { return at < occurrence.at; });
  return static_cast<int>(newest.end() - inside);
}

double distinct_count(const std::vector<std::uint64_t>& hashes) {
  if (hashes.size() < distinct_max) return static_cast<double>(hashes.size());
  const double share = static_cast<double>(hashes.back()) / 0x1p64;
  return std::round((static_cast<double>(hashes.size()) - 1) / share);
}

FactState combine(const FactState& a, const FactState& b, int keep) {
  FactState both;
  both.id = a.id;
  both.generation = a.generation;
  both.count = a.count + b.count;
  both.first = std::min(a.first, b.first);
  both.last = std::max(a.last, b.last);
  both.newest.resize(a.newest.size() + b.newest.size());
  std::merge(a.newest.begin(), a.newest.end(), b.newest.begin(), b.newest.end(),
             both.newest.begin());
  keep_newest(both.newest, keep);
  both.sum = a.sum + b.sum;
  both.least = std::min(a.least, b.least);
  both.greatest = std::max(a.greatest, b.greatest);
  std::set_union(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                 std::back_inserter(both.values));
  keep_smallest(both.values);
  return both;
}

void encode(ByteWriter& out, const FactState& state) {
  const bool has_numbers = state.least <= state.greatest;
  const bool has_values = !state.values.empty();
  const bool has_points = state.folded_at != Timestamp::beginning();
  out.hash(state.id);
  out.unsigned_number(state.generation);
  out.unsigned_number(state.count);
  out.signed_number(state.first.ms);
  out.signed_number(state.last.ms);
  out.u8(static_cast<std::uint8_t>((has_numbers ? 1 : 0) | (has_values ? 2 : 0) |
                                   (has_points ? 4 : 0)));
  if (has_numbers) {
    out.signed_number(static_cast<std::int64_t>(state.sum >> 64));
    out.unsigned_number(static_cast<std::uint64_t>(state.sum));
    out.signed_number(state.least);
    out.signed_number(state.greatest);
  }
  if (has_values) {
    out.unsigned_number(state.values.size());
    std::uint64_t previous = 0;
    for (const std::uint64_t value : state.values) {
      out.unsigned_number(value - previous);
      previous = value;
    }
  }
  if (has_points) {
    out.real(state.folded);
    out.signed_number(state.folded_at.ms);
  }
  out.unsigned_number(state.newest.size());
  std::int64_t previous = state.first.ms;
  for (const Occurrence& occurrence : state.newest) {
    out.signed_number(subtract_wrapping(occurrence.at.ms, previous));
    previous = occurrence.at.ms;
    if (has_numbers || has_values) out.signed_number(occurrence.value);
  }
}

FactState decode_fact(ByteReader& in) {
  FactState state;
  state.id = in.hash();
  state.generation = in.unsigned_number();
  state.count = in.unsigned_number();
  state.first = {in.signed_number()};
  state.last = {in.signed_number()};
  const std::uint8_t parts = in.u8();
  if ((parts & 1) != 0) {
    const auto high = static_cast<Sum>(in.signed_number());
    state.sum = static_cast<Sum>(static_cast<unsigned __int128>(high) << 64) |
                static_cast<Sum>(in.unsigned_number());
    state.least = in.signed_number();
    state.greatest = in.signed_number();
  }
  if ((parts & 2) != 0) {
    std::uint64_t previous = 0;
    for (std::size_t i = in.count(); i > 0; --i) {
      previous += in.unsigned_number();
      state.values.push_back(previous);
    }
  }
  if ((parts & 4) != 0) {
    state.folded = in.real();
    state.folded_at = {in.signed_number()};
  }
  const bool has_measured = (parts & 3) != 0;
  const std::size_t count = in.count();
  state.newest.reserve(count);
  std::int64_t previous = state.first.ms;
  for (std::size_t i = 0; i < count; ++i) {
    previous = add_wrapping(previous, in.signed_number());
    state.newest.push_back({{previous}, has_measured ? in.signed_number() : 0});
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

}  // namespace sojourn::facts
