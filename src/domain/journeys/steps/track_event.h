#pragma once

/// The track step: logs an event of the contact, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct TrackEvent {
  std::string event;
  Object properties;  ///< texts are Liquid
  friend bool operator==(const TrackEvent&, const TrackEvent&) = default;
};

/// `{event: Trial Ended, properties: {plan: "{{ contact.plan }}"}}`. Names that only Sojourn writes
/// are refused.
[[nodiscard]] Result<TrackEvent> read_track_event(const Value& value, const std::string& path);
[[nodiscard]] Value write(const TrackEvent& step);
[[nodiscard]] std::string describe(const TrackEvent& step);

[[nodiscard]] StepOutcome enter(const TrackEvent& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
