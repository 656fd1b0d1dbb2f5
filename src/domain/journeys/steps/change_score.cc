#include "domain/journeys/steps/change_score.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"

namespace sojourn::journeys {

Result<ChangeScore> read_change_score(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  ChangeScore step;
  TRY(score, reader.key("score"));
  step.score = std::move(score);
  TRY(points, reader.number("points"));
  step.points = points;
  TRY(reason, reader.optional_text("reason"));
  step.reason = reason.value_or("");
  TRY_VOID(reader.finish());
  return step;
}

Value write(const ChangeScore& step) {
  Object object{{"score", step.score}, {"points", step.points}};
  if (!step.reason.empty()) object.set("reason", step.reason);
  return object;
}

std::string describe(const ChangeScore& step) {
  return fmt::format("{:+g} points of {}", step.points, step.score);
}

StepOutcome enter(const ChangeScore& step, std::string_view next, StepContext& context) {
  events::Event event = context.event(events::names::points_added, "score");
  event.properties = {{"score", step.score}, {"points", step.points}, {"reason", step.reason}};
  context.effects.emplace_back(effects::AppendEvent{std::move(event)});
  return GoTo{next};
}

}  // namespace sojourn::journeys
