#pragma once

/// A journey: what starts a run, the steps it passes, and what ends it early.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/string_map.h"
#include "base/value.h"
#include "domain/definitions/reader.h"
#include "domain/journeys/awaited_event.h"
#include "domain/journeys/step.h"
#include "domain/journeys/trigger.h"
#include "domain/policies/policies.h"
#include "domain/segments/condition.h"

namespace sojourn::journeys {

/// Whether a contact who was inside may enter again. Journeys with a key ask it for each value of
/// the key.
enum class Reentry : std::uint8_t { never, always, after };

/// What the journey is for. An event, or a condition that becomes true, ends every active run at
/// once; of runs that are over already it is counted as a conversion.
struct Goal {
  std::optional<AwaitedEvent> event;        ///< either this
  std::optional<segments::Condition> when;  ///< or this
  /// Counts so long after the run began; absent: as long as the run lasts.
  std::optional<Duration> within;
};

struct Journey {
  std::string key;
  std::string name;
  int version = 1;
  std::vector<Trigger> triggers;               ///< any of them starts it
  std::optional<segments::Condition> only_if;  ///< whom it lets in, asked when a trigger fires
  /// Path of a property of the event that starts a run: one run for each of its values, several at
  /// a time. Empty: one run at a time.
  std::string key_by;
  Reentry reentry = Reentry::never;
  Duration reentry_after;  ///< of Reentry::after, since the last entry
  std::optional<Goal> goal;
  std::optional<segments::Condition> exit_when;  ///< ends every active run at once
  std::vector<AwaitedEvent> exit_on;             ///< likewise
  double holdout_percent = 0;   ///< share of those who would enter that is kept out
  policies::Handling handling;  ///< of its messages
  std::vector<Step> steps;      ///< in the order in which they are written
  std::string entry;            ///< id of the first

  /// Null where there is no such step.
  [[nodiscard]] const Step* find(std::string_view id) const;

  /// Filled by read_journey: position of each step by its id.
  StringMap<std::size_t> index;
};

inline constexpr std::size_t steps_max = 500;
inline constexpr std::size_t exit_events_max = 10;

/// `{kind: journey, key, name, trigger, only_if, key_by, reentry: never|always|{after: 30d}, goal:
/// {event, where, same, within} or {when, within}, exit_when: condition, exit_on: [{event...}],
/// holdout: 10, timezone, when_quiet, when_capped, expires_after, priority, steps: [...]}`.
/// `timezone` (IANA) holds for times in waits; absent: the contact's.
/// Steps that have paths hold lists of steps, such as `wait_for.then`, `branch.arms[].steps` and
/// `branch.otherwise`; a path that ends joins the step after.
[[nodiscard]] Result<Journey> read_journey(const Value& value);
/// The same with everything that is wrong: with any finding the journey lacks what could not be
/// read, and is only good for finding more.
[[nodiscard]] Journey read_journey(const Value& value, definitions::Findings& findings);

/// Binds every condition of the journey (segments/condition.h).
void bind(Journey& journey, const absl::TimeZone& zone, const segments::Names& names);

/// The ways on from a step, with the words on each: for canvases and validation.
struct Way {
  std::string to;  ///< empty: past the last
  std::string label;
};
[[nodiscard]] std::vector<Way> ways_on(const Step& step);

[[nodiscard]] std::string describe(const Goal& goal);

/// Whether the contact belongs to the share that is kept out, for ever the same for one journey.
[[nodiscard]] bool is_held_out(const Journey& journey, const contacts::ContactId& contact);

}  // namespace sojourn::journeys
