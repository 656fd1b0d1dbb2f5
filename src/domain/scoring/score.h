#pragma once

/// A lead score: points for behaviour that fade by a half-life, with named thresholds.

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/facts/fact.h"

namespace sojourn::scoring {

/// Points for one kind of event.
struct ScoreRule {
  std::string key;
  std::string reason;  ///< in words, for people: `viewed pricing`
  facts::EventMatch match;
  double points = 0;          ///< may be negative
  std::optional<double> cap;  ///< the rule's points, faded, never stand above it
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

/// `{kind: score, key, name, half_life: 14d, rules: [{key, event, where, points, cap, reason}],
/// thresholds: [{key, up, down}]}`
[[nodiscard]] Result<Score> read_score(const Value& value);
[[nodiscard]] Value write_score(const Score& score);

/// Why a score moved: shown as "+20 viewed pricing 3 h ago".
struct ScoreReason {
  std::string rule;
  double points = 0;
  Timestamp at;
  friend bool operator==(const ScoreReason&, const ScoreReason&) = default;
};
inline constexpr std::size_t score_reasons_max = 20;

/// One contact's standing in one score. All contributions fade together, so one instant serves all.
struct ScoreState {
  struct Contribution {
    std::string rule;
    double points = 0;  ///< at `at`
    friend bool operator==(const Contribution&, const Contribution&) = default;
  };

  std::uint32_t score = 0;  ///< number of the definition
  Timestamp at;             ///< instant to which the contributions are faded
  std::vector<Contribution> contributions;
  std::vector<std::string> crossed;  ///< keys of thresholds
  std::vector<ScoreReason> reasons;  ///< newest last

  friend bool operator==(const ScoreState&, const ScoreState&) = default;
};

/// The score's value at `now`, which is not before `state.at`.
[[nodiscard]] double value_at(const Score& score, const ScoreState& state, Timestamp now);

/// Adds a rule's points for an event that happened at `happened`; late events arrive faded.
/// The cap holds at the moment of adding.
void add_points(const Score& score, ScoreState& state, const ScoreRule& rule, Timestamp happened,
                Timestamp now);

/// The first instant after `now` at which the fading value is below `level`; never where it is
/// below already, or does not fade that far. Exact to the millisecond of the formula
/// v(t) = v * 2^(-(t - at) / half-life).
[[nodiscard]] Timestamp falls_below(const Score& score, const ScoreState& state, double level,
                                    Timestamp now);
/// The first instant after `now` at which a value below zero has faded up to `level`; never where
/// it is there already, or does not fade that far. Exact likewise.
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

/// Both histories together, at the later of the two instants; caps hold.
[[nodiscard]] ScoreState combine(const Score& score, ScoreState a, ScoreState b);

void encode(ByteWriter& out, const ScoreState& state);
[[nodiscard]] ScoreState decode_score(ByteReader& in);

}  // namespace sojourn::scoring
