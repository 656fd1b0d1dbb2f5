#pragma once

/// A fact: a counted behaviour that a rule asks for, for example "Page Viewed where path contains
/// /pricing". Rules that ask the same share one fact.
///
/// A fact's state is a commutative monoid: the empty state, add(event time), combine(a, b). Late
/// events, merges and backfill are all `combine` (ARCHITECTURE 5).

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/events/event.h"
#include "domain/facts/filter.h"

namespace sojourn::facts {

/// At most so many occurrence times are kept of one fact (ARCHITECTURE 5).
inline constexpr int occurrences_max = 1000;

/// Which events count.
struct EventMatch {
  std::string event;          ///< name, exact
  std::vector<Filter> where;  ///< on properties; all must hold

  [[nodiscard]] bool matches(const events::Event& given) const;
  friend bool operator==(const EventMatch&, const EventMatch&) = default;
};

struct FactDefinition {
  EventMatch match;
  /// How many of the newest occurrence times are kept: the largest count that a window of this fact
  /// is asked for. 0: only the total, the first and the last.
  int keep = 0;

  friend bool operator==(const FactDefinition&, const FactDefinition&) = default;
};

/// Hash of the canonical form of what counts; `keep` is no part of it, so that rules share.
using FactId = Hash128;
[[nodiscard]] FactId fact_id(const EventMatch& match);

struct FactState {
  FactId id;
  std::uint64_t count = 0;  ///< since `complete_from`
  Timestamp first = Timestamp::never();
  Timestamp last = Timestamp::beginning();
  std::vector<Timestamp> newest;  ///< ascending; at most `keep`
  /// Events received before this instant were not counted.
  Timestamp complete_from = Timestamp::beginning();

  /// Counts one occurrence; keeps the `keep` newest times.
  void add(Timestamp at, int keep);
  /// Occurrences after `since`: exact up to the number of kept times.
  [[nodiscard]] int count_since(Timestamp since) const;

  friend bool operator==(const FactState&, const FactState&) = default;
};

/// The state after both histories; commutative and associative. Both are of one fact.
[[nodiscard]] FactState combine(const FactState& a, const FactState& b, int keep);

void encode(ByteWriter& out, const FactState& state);
[[nodiscard]] FactState decode_fact(ByteReader& in);

/// `{event: Page Viewed, where: [{property: path, contains: /pricing}]}` and further members that
/// the caller reads: no finish() here.
[[nodiscard]] Result<EventMatch> read_event_match(const Value& value, const std::string& path);
void write_event_match(const EventMatch& match, Object& object);

/// `Page Viewed where path contains "/pricing"`
[[nodiscard]] std::string describe(const EventMatch& match);

}  // namespace sojourn::facts
