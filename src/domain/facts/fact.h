#pragma once

/// A fact: a counted behaviour that a rule asks for, for example "Page Viewed where path contains
/// /pricing", or a measured one: "revenue of Order Completed". Rules that ask the same share one
/// fact.
///
/// A fact's state is a commutative monoid: the empty state, add(occurrence), combine(a, b). Late
/// events, merges and backfill are all `combine` (ARCHITECTURE 5).

#include <climits>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/events/event.h"
#include "domain/facts/filter.h"

namespace sojourn::facts {

/// At most so many occurrences are kept of one fact (ARCHITECTURE 5). Counts in a window are exact,
/// since none is asked beyond this; sums and the like in a window are of the newest so many.
inline constexpr int occurrences_max = 1000;
/// Fewer distinct values than this are counted exactly; from here on their number is estimated from
/// the smallest hashes, with a standard error of 3 % (Bar-Yossef et al. 2002, algorithm 1).
inline constexpr std::size_t distinct_max = 1000;

/// Which events count.
struct EventMatch {
  std::string event;          ///< name, exact
  std::vector<Filter> where;  ///< on properties (`context.…`: on the context); all must hold

  /// Dates in filters are asked at the event's own time, whole days in UTC.
  [[nodiscard]] bool matches(const events::Event& given) const;
  friend bool operator==(const EventMatch&, const EventMatch&) = default;
};

/// What is taken of each occurrence beside its time.
enum class Measured : std::uint8_t {
  nothing,
  number,    ///< numbers, and text that spells one; other occurrences do not count
  distinct,  ///< any value but null
};

/// How occurrences earn points for a rule of a score: each brings some, which fade from its own
/// time on. A time that is still ahead counts on the same curve, up to twice.
struct Points {
  double each = 0;                         ///< of an occurrence; of a measured number: times it
  std::optional<Duration> half_life = {};  ///< absent: they stay
  /// What the points of one fact come to, taken in the order of their time, is never raised above
  /// this.
  std::optional<double> cap = {};
  /// Whose they are: facts of points are not shared, and all of a score begin together.
  std::string owner = {};

  friend bool operator==(const Points&, const Points&) = default;
};
/// What is left of points when so much time has passed.
[[nodiscard]] double faded(const std::optional<Duration>& half_life, Duration elapsed);

struct FactDefinition {
  EventMatch match;
  Measured measured = Measured::nothing;
  std::string property = {};  ///< path of what is measured
  // Only what happened at `from` or later, and before `until`, counts.
  Timestamp from = Timestamp::beginning();
  Timestamp until = Timestamp::never();
  /// How many of the newest occurrences are kept; see kept_for(). 0: only what holds for ever.
  int keep = 0;
  /// Present: what occurrences come to is kept as points, beside what else is counted.
  std::optional<Points> points = {};

  friend bool operator==(const FactDefinition&, const FactDefinition&) = default;
};

/// So many occurrences are kept of a fact of which `count` are asked for. Few sizes, so that rules
/// that ask for similar counts share a fact; and a fact never grows, which would need its history
/// anew.
[[nodiscard]] int kept_for(int count);

/// Hash of the canonical form of what counts and of how many are kept.
using FactId = Hash128;
[[nodiscard]] FactId fact_id(const FactDefinition& definition);

/// Numbers are measured in millionths: sums are exact up to six decimals, in whatever order the
/// events arrive.
inline constexpr std::int64_t millionths = 1'000'000;

struct Occurrence {
  Timestamp at;
  std::int64_t value = 0;  ///< millionths, or a hash; 0 where nothing is measured
  friend auto operator<=>(const Occurrence&, const Occurrence&) = default;
};

/// Absent where the event does not count.
[[nodiscard]] std::optional<Occurrence> occurrence_in(const FactDefinition& definition,
                                                      const events::Event& event);

__extension__ using Sum = __int128;

/// Every publication of definitions has a number, ascending; zero stands before the first.
using Generation = std::uint64_t;

struct FactState {
  FactId id;
  /// In which the fact came into force. Where it is not that of the rules, the fact was gone
  /// meanwhile, and the state is to be forgotten.
  Generation generation = 0;
  std::uint64_t count = 0;
  Timestamp first = Timestamp::never();
  Timestamp last = Timestamp::beginning();
  /// Ascending; at most `keep`, but for those of points on which a cap may still turn.
  std::vector<Occurrence> newest;
  // Of numbers, over all that was counted.
  Sum sum = 0;
  std::int64_t least = INT64_MAX;
  std::int64_t greatest = INT64_MIN;
  std::vector<std::uint64_t> values;  ///< of distinct ones: the smallest hashes, ascending

  /// Of points: what occurrences that are not among `newest` come to, at an instant.
  double folded = 0;
  Timestamp folded_at = Timestamp::beginning();

  void add(const FactDefinition& definition, const Occurrence& occurrence) {
    add(definition, occurrence, definition.keep);
  }
  void add(const FactDefinition& definition, const Occurrence& occurrence, int keep);
  /// The points at `now`.
  [[nodiscard]] double points_at(const FactDefinition& definition, Timestamp now) const;
  /// Of points: leaves of the occurrences the `keep` newest, and those of which it matters in which
  /// order they are taken with others that come late: since a fading sum was last at its cap.
  /// Exact, where nothing comes later than 40 half-lives or occurrences_max others.
  void fold(const FactDefinition& definition, int keep);
  /// Occurrences after `since`: exact up to the number of kept ones.
  [[nodiscard]] int count_since(Timestamp since) const;

  friend bool operator==(const FactState&, const FactState&) = default;

 private:
  void add_points(const FactDefinition& definition, const Occurrence& occurrence, int keep);
};

/// How many distinct values the hashes stand for.
[[nodiscard]] double distinct_count(const std::vector<std::uint64_t>& hashes);

/// The state after both histories; commutative and associative. Both are of one fact and
/// generation.
[[nodiscard]] FactState combine(const FactState& a, const FactState& b, int keep);
/// The same, of points too.
[[nodiscard]] FactState combine(const FactState& a, const FactState& b,
                                const FactDefinition& definition, int keep);
/// Keeps every occurrence.
inline constexpr int keep_all = INT_MAX;
/// What one occurrence brings, before a cap.
[[nodiscard]] double points_of(const FactDefinition& definition, const Occurrence& occurrence);

void encode(ByteWriter& out, const FactState& state);
[[nodiscard]] FactState decode_fact(ByteReader& in);

/// `{event: Page Viewed, where: [{property: path, contains: /pricing}]}` and further members that
/// the caller reads: no finish() here.
[[nodiscard]] Result<EventMatch> read_event_match(const Value& value, const std::string& path);
void write_event_match(const EventMatch& match, Object& object);

}  // namespace sojourn::facts
