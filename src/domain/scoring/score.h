#pragma once

/// A lead score: points for behaviour, which fade by a half-life, and points for what a contact is,
/// which stand as long as it is so; with named thresholds.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/facts/fact.h"
#include "domain/segments/condition.h"

namespace sojourn::definitions {
class Findings;
}

namespace sojourn::scoring {

/// Points for each event of one kind, or for as long as a condition holds.
struct ScoreRule {
  std::string key;
  std::string reason;                       ///< in words, for people: `viewed pricing`
  std::optional<facts::EventMatch> match;   ///< either this
  std::optional<segments::Condition> when;  ///< or this
  double points = 0;                        ///< may be negative
  /// Of events: taken in the order of their time, none raises the rule's faded points above it.
  std::optional<double> cap = {};
  friend bool operator==(const ScoreRule&, const ScoreRule&) = default;
};

/// Crossed when the score reaches `up`, left when it falls below `down` (hysteresis).
struct Threshold {
  std::string key;
  double up = 0;
  double down = 0;
  friend bool operator==(const Threshold&, const Threshold&) = default;
};

inline constexpr std::size_t score_rules_max = 100;
inline constexpr std::size_t thresholds_max = 8;

struct Score {
  std::string key;
  std::string name;
  std::optional<Duration> half_life;  ///< absent: points stay for ever
  std::vector<ScoreRule> rules;
  std::vector<Threshold> thresholds;
  friend bool operator==(const Score&, const Score&) = default;
};

/// `{kind: score, key, name, half_life: 14d, rules: [{key, event, where, points, cap, reason} or
/// {key, when: condition, points, reason}], thresholds: [{key, up, down}]}`
[[nodiscard]] Result<Score> read_score(const Value& value);
/// The same, with everything that is wrong: the score is of use only where nothing is.
[[nodiscard]] Score read_score(const Value& value, definitions::Findings& findings);
[[nodiscard]] Value write_score(const Score& score);

/// No rule has this key.
inline constexpr std::string_view journey_points = "";
/// The reason of what a step of a journey gives, where it names none.
inline constexpr std::string_view journey_reason = "journey";

/// Why a score moved: shown as "+20 viewed pricing 3 h ago".
struct ScoreReason {
  std::string rule;
  double points = 0;
  Timestamp at;
  friend bool operator==(const ScoreReason&, const ScoreReason&) = default;
};
inline constexpr std::size_t score_reasons_max = 20;

/// The score's value at the end of a day (UTC) on which it changed by more than fading.
struct ScoreDay {
  std::int32_t day = 0;  ///< since 1970-01-01
  double value = 0;
  friend bool operator==(const ScoreDay&, const ScoreDay&) = default;
};
inline constexpr std::size_t score_days_max = 60;

/// One contact's standing in one score. All contributions fade together, so one instant serves all.
/// What events have earned is counted by facts of points (facts/fact.h); here it stands ready to be
/// read.
struct ScoreState {
  struct Contribution {
    std::string rule;   ///< journey_points: what steps of journeys have given
    double points = 0;  ///< at `at`
    friend bool operator==(const Contribution&, const Contribution&) = default;
  };
  /// A condition that holds.
  struct Standing {
    std::string rule;
    double points = 0;
    Timestamp since;
    friend bool operator==(const Standing&, const Standing&) = default;
  };

  std::uint32_t score = 0;  ///< number of the definition
  Timestamp at;             ///< instant to which the contributions are faded
  std::vector<Contribution> contributions;
  std::vector<Standing> standing;          ///< in the order of the definition
  Timestamp recheck = Timestamp::never();  ///< from the verdicts of the conditions
  std::vector<std::string> crossed;        ///< keys of thresholds
  std::vector<ScoreReason> reasons;        ///< newest last
  std::vector<ScoreDay> history;           ///< newest last; at most score_days_max

  friend bool operator==(const ScoreState&, const ScoreState&) = default;
};

/// The score's value at `now`, which is not before `state.at`.
[[nodiscard]] double value_at(const Score& score, const ScoreState& state, Timestamp now);

/// Notes the value of the day after a change.
void note_day(const Score& score, ScoreState& state, Timestamp now);

/// What of a score's points a fact counts for the rule at this place; for the place after the last:
/// what journeys give. Absent where the rule asks for a condition. An edit of any event rule, of
/// the half-life or of a threshold makes new facts of them all.
[[nodiscard]] std::optional<facts::FactDefinition> counted_points(const Score& score,
                                                                  std::size_t rule);

/// An event moved a rule's points.
struct PointsChange {
  std::string_view rule;
  double points = 0;        ///< what they are at `now`
  std::string_view reason;  ///< the rule, or what gave the points
  Timestamp happened;
};
/// Notes the rule's points, why they moved, and the day.
void note_points(const Score& score, ScoreState& state, const PointsChange& change, Timestamp now);
/// The rule's points are these at `now`, for no reason that is new.
void set_points(const Score& score, ScoreState& state, std::string_view rule, double points,
                Timestamp now);

/// Points that an event brought before the score was there to count them.
struct PastPoints {
  Timestamp at;
  std::string rule;
  double points = 0;
  std::optional<double> cap = {};
};
/// Makes the state what it would be had the score been there all the time, with the conditions that
/// hold now: points, reasons, days, and the thresholds that are crossed. The past is in any order;
/// of one instant, as it is given.
void live_through(const Score& score, ScoreState& state, std::vector<PastPoints> past,
                  Timestamp now);

/// The first instant after `now` at which the fading value is below `level`; never where it is
/// below already, or does not fade that far. Exact to the millisecond of the formula
/// v(t) = standing + faded * 2^(-(t - at) / half-life).
[[nodiscard]] Timestamp falls_below(const Score& score, const ScoreState& state, double level,
                                    Timestamp now);
/// The first instant after `now` at which a value that negative points hold down has faded up to
/// `level`; never where it is there already, or does not fade that far. Exact likewise.
[[nodiscard]] Timestamp rises_to(const Score& score, const ScoreState& state, double level,
                                 Timestamp now);

/// A threshold that was crossed, or left.
struct Crossing {
  std::string threshold;
  bool up = false;
};
/// Brings `crossed` up to date at `now` and says what changed, in the order of the definition.
[[nodiscard]] std::vector<Crossing> update_thresholds(const Score& score, ScoreState& state,
                                                      Timestamp now);
/// The first instant after `state.at` at which time alone crosses or leaves a threshold; never
/// where none. It has passed where update_thresholds() was not asked since.
[[nodiscard]] Timestamp next_crossing(const Score& score, const ScoreState& state);

/// Both histories together, at the later of the two instants; of a rule with a cap the facts know
/// better. What stands is the first's: conditions are asked again of the contact that both have
/// become.
[[nodiscard]] ScoreState combine(const Score& score, ScoreState a, ScoreState b);

void encode(ByteWriter& out, const ScoreState& state);
[[nodiscard]] ScoreState decode_score(ByteReader& in);

}  // namespace sojourn::scoring
