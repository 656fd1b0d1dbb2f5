#include "domain/journeys/steps/track_event.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"

namespace sojourn::journeys {

Result<TrackEvent> read_track_event(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  TrackEvent step;
  TRY(event, reader.text("event"));
  if (events::names::is_reserved(event)) {
    return reader.refuse("reserved_name", "event",
                         fmt::format("\"{}\" is written by Sojourn alone", event));
  }
  step.event = std::move(event);
  if (const Value* properties = reader.find("properties")) {
    if (properties->as_object() == nullptr) {
      return reader.refuse("wrong_type", "properties", "must be an object");
    }
    step.properties = *properties->as_object();
  }
  TRY_VOID(reader.finish());
  return step;
}

Value write(const TrackEvent& step) {
  Object object{{"event", step.event}};
  if (!step.properties.empty()) object.set("properties", step.properties);
  return object;
}

std::string describe(const TrackEvent& step) {
  return fmt::format("track \"{}\"", step.event);
}

StepOutcome enter(const TrackEvent& step, std::string_view next, StepContext& context) {
  events::Event event = context.event(step.event, "track");
  // Said by the author of a journey, not seen by Sojourn.
  event.trust = events::Trust::server_key;
  for (const auto& [name, value] : step.properties) {
    event.properties.set(name, context.rendered(value));
  }
  context.effects.emplace_back(effects::AppendEvent{std::move(event)});
  return GoTo{next};
}

}  // namespace sojourn::journeys
