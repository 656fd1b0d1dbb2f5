#pragma once

/// A decision: something that Sojourn concluded about one contact, with the reason.
///
/// The log holds what happened outside; the decision journal holds what was made of it. Timeline,
/// explain and counters read decisions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sojourn::effects {

/// Numbers are stored: never change one, add at the end.
enum class DecisionKind : std::uint8_t {
  contact_created = 0,
  contact_merged = 1,
  segment_entered = 2,
  segment_left = 3,
  score_crossed = 4,
  score_left = 5,
  journey_entered = 6,
  journey_not_entered = 7,
  step_passed = 8,
  run_ended = 9,
  message_queued = 10,
  message_deferred = 11,
  message_skipped = 12,
  message_cancelled = 13,
  message_sent = 14,
  message_failed = 15,
  message_retried = 16,
  message_uncertain = 17,
  user_notified = 18,
  consent_changed = 19,
  wait_started = 20,
  goal_reached = 21,  ///< of a run that was over already
  /// To another version of its journey; `text` is the version it followed, `step` where it waited,
  /// `outcome` the step where it goes on, empty where it waits on.
  run_moved = 22,
  /// A run did what an experiment measures; `step` is the split, `outcome` the arm to which it
  /// came, `text` what is measured.
  arm_succeeded = 23,
};
inline constexpr std::uint8_t decision_kind_max = 23;

struct Decision {
  DecisionKind kind = DecisionKind::contact_created;
  Timestamp at;
  /// Kind of the definition: `segment`, `score`, `journey`, `campaign`; empty: none.
  std::string definition;
  std::string key;  ///< its key
  int version = 0;
  std::uint64_t run = 0;
  std::string step;     ///< of a campaign: the arm of its test
  std::string outcome;  ///< `goal`, `quiet_hours`, a threshold's key…: a code
  std::string text;     ///< more for people: a template's key, a notice's text, a wait's end
  std::string message;  ///< the message's key
  /// Counted, and not kept in the journal, where it would come again and again.
  bool only_counted = false;

  friend bool operator==(const Decision&, const Decision&) = default;
};

/// Text of step_passed where a step that may wait did not have to.
inline constexpr std::string_view passed_at_once = "at_once";
/// Text of step_passed of a split that was passed by chance, and counts in its experiment.
inline constexpr std::string_view drawn_for_experiment = "drawn";

[[nodiscard]] std::string_view to_string(DecisionKind kind);

[[nodiscard]] std::string encode(const Decision& decision);
/// Error `damaged_decision` where the bytes are not what encode() writes.
[[nodiscard]] Result<Decision> decode_decision(std::string_view bytes);

/// One step of one counter: what reports add up (ARCHITECTURE 8, "Counters on write").
struct CounterStep {
  std::string definition;
  std::string key;
  int version = 0;
  std::string step;
  std::string outcome;
  std::int64_t by = 1;
  std::string variant = {};  ///< arm of an experiment; empty: none
};
// Outcomes that are counted of an arm.
inline constexpr std::string_view arm_came = "came";
inline constexpr std::string_view arm_succeeded = "succeeded";
/// The counters that a decision moves. Empty for decisions that nobody counts.
[[nodiscard]] std::vector<CounterStep> counters_of(const Decision& decision);

}  // namespace sojourn::effects
