#pragma once

/// A journey: what starts a run, the steps it passes, and what ends it early.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/string_map.h"
#include "base/value.h"
#include "domain/facts/fact.h"
#include "domain/journeys/step.h"
#include "domain/segments/condition.h"

namespace sojourn::journeys {

/// Starts at an event with which the count in the window is at least its number.
struct EventTrigger {
  segments::Did did;
};
struct SegmentTrigger {
  std::string segment;
  bool entered = true;  ///< false: when the contact leaves it
};
struct ScoreTrigger {
  std::string score;
  std::string threshold;
};
/// Starts only from another journey's enter step.
struct EntryTrigger {};
using Trigger = std::variant<EventTrigger, SegmentTrigger, ScoreTrigger, EntryTrigger>;

enum class Reentry : std::uint8_t { never, always, after };

struct Journey {
  std::string key;
  std::string name;
  int version = 1;
  Trigger trigger;
  Reentry reentry = Reentry::never;
  Duration reentry_after;                        ///< of Reentry::after, since the last entry
  std::optional<facts::EventMatch> goal;         ///< ends every active run at once
  std::optional<segments::Condition> exit_when;  ///< likewise
  std::vector<Step> steps;                       ///< in the order in which they are written
  std::string entry;                             ///< id of the first

  /// Null where there is no such step.
  [[nodiscard]] const Step* find(std::string_view id) const;

  /// Filled by read_journey: position of each step by its id.
  StringMap<std::size_t> index;
};

inline constexpr std::size_t steps_max = 500;

/// `{kind: journey, key, name, trigger, reentry, goal, exit_when, steps: [...]}`. Steps that have
/// paths hold lists of steps: `wait_for.then`, `wait_for.otherwise`, `branch.arms[].steps`,
/// `branch.otherwise`; a path that ends joins the step after.
[[nodiscard]] Result<Journey> read_journey(const Value& value);

[[nodiscard]] std::string describe(const Trigger& trigger);

/// Binds every condition of the journey (segments/condition.h).
void bind(Journey& journey, const absl::TimeZone& zone, const segments::Names& names);

/// The ways on from a step, with the words on each: for canvases and validation.
struct Way {
  std::string to;  ///< empty: past the last
  std::string label;
};
[[nodiscard]] std::vector<Way> ways_on(const Step& step);

}  // namespace sojourn::journeys
