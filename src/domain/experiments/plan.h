#pragma once

/// The plan of an experiment: what is measured, and when and how its winner is chosen. It is
/// written down before the first person comes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::experiments {

/// What makes a run that came to an arm a success of it, once. Numbers are stored: never change
/// one, add at the end.
enum class Measure : std::uint8_t {
  goal = 0,     ///< the journey's goal
  clicked = 1,  ///< a click in a message that the run sent after it came to the arm
  opened = 2,   ///< likewise, an open
};
inline constexpr std::uint8_t measure_max = 2;
[[nodiscard]] std::string_view to_string(Measure measure);

/// How the winner is found without anybody's doing.
struct Decide {
  /// What becomes of an experiment that does not tell the arms apart.
  enum class IfUnclear : std::uint8_t {
    keep,     ///< the split goes on
    leading,  ///< the arm with the highest rate wins; where several have it, the split goes on
    arm,      ///< a certain one wins
  };
  Duration after;             ///< not before so long after it began
  std::int64_t at_least = 0;  ///< nor before so many runs have come to each arm
  double confidence = 95;     ///< percent
  IfUnclear if_unclear = IfUnclear::keep;
  std::string arm;  ///< of IfUnclear::arm

  friend bool operator==(const Decide&, const Decide&) = default;
};

struct Plan {
  Measure measure = Measure::goal;
  std::optional<Decide> decide;  ///< absent: nothing is decided unless somebody does it

  friend bool operator==(const Plan&, const Plan&) = default;
};

/// A journey that runs for longer has become another one meanwhile.
inline constexpr Duration decide_after_max = Duration::days(365);
/// With fewer, only all in one arm against none in the other tell them apart.
inline constexpr std::int64_t at_least_min = 5;
/// Beyond this even a tenth of a percent is told apart.
inline constexpr std::int64_t at_least_max = 10'000'000;
/// Less sure than this is guessing; nothing finite is surer than the other end.
inline constexpr double confidence_min = 80;
inline constexpr double confidence_max = 99.9;

/// `{measure: goal|clicked|opened, decide: {after: 14d, at_least: 200, confidence: 95, if_unclear:
/// keep|leading|{arm: b}}}`. That there is such an arm is for the caller to see.
[[nodiscard]] Result<Plan> read_plan(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Plan& plan);
/// `measured by goal, decided after 14d with 200 in each arm`.
[[nodiscard]] std::string describe(const Plan& plan);

}  // namespace sojourn::experiments
