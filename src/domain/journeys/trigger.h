#pragma once

/// What lets a contact enter a journey.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/definitions/reader.h"
#include "domain/journeys/recurrence.h"
#include "domain/journeys/wait_expression.h"
#include "domain/segments/condition.h"

namespace sojourn::journeys {

/// An event with which the count in the window is at least its number. Forms, inbound webhooks and
/// stages of deals are events too, with a short form of their own.
struct EventTrigger {
  segments::Did did;
};
struct SegmentTrigger {
  std::string segment;
  bool entered = true;  ///< false: when the contact leaves it
};
/// An attribute takes another value: one that is set, where `to` is absent, counts as a change too,
/// and so does one that is removed.
struct AttributeTrigger {
  std::string attribute;
  std::optional<Value> from;  ///< only from this value
  std::optional<Value> to;    ///< only to this value
};
struct ScoreTrigger {
  std::string score;
  std::string threshold;
  bool up = true;  ///< false: when the score falls below it again
};
/// The instant that an attribute names, or an anniversary of it, with an offset. A date that is
/// past when it becomes known starts nothing.
struct DateTrigger {
  WaitExpression when;  ///< of WaitAttribute form
};
/// Again and again by the calendar, for everybody whom the journey lets in.
struct ScheduleTrigger {
  Recurrence schedule;
};
/// Starts only by the API, by hand, or from another journey's enter step. (Every journey can be
/// entered so.)
struct EntryTrigger {};
using Trigger = std::variant<EventTrigger, SegmentTrigger, AttributeTrigger, ScoreTrigger,
                             DateTrigger, ScheduleTrigger, EntryTrigger>;

inline constexpr std::size_t triggers_max = 10;

/// Forms, of which a trigger is one:
///   `{event, where, at_least, within}`, `{form: key}`, `{webhook: key}`, `{deal_stage: won}`
///   `{segment_entered: key}`, `{segment_left: key}`
///   `{attribute_changed: plan}` or `{attribute_changed: {attribute: plan, from: free, to: pro}}`
///   `{score_crossed: {score, threshold}}`, `{score_fell: {score, threshold}}`
///   `{date: "7 days before attribute renewal_date at 09:00"}`
///   `{schedule: "every monday at 09:00"}` or the same as an RRULE (recurrence.h)
///   `{entry: true}`
/// or a list of them: any one starts the journey.
/// Those that cannot be read are left out, each with what is wrong with it.
[[nodiscard]] std::vector<Trigger> read_triggers(const Value& value, const std::string& path,
                                                 definitions::Findings& findings);

[[nodiscard]] std::string describe(const Trigger& trigger);
[[nodiscard]] std::string describe(const std::vector<Trigger>& triggers);

}  // namespace sojourn::journeys
