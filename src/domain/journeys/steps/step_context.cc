#include "domain/journeys/steps/step_context.h"

#include <fmt/format.h>

namespace sojourn::journeys {

std::string StepContext::effect_key(std::string_view channel) const {
  return fmt::format("{}/{}/{}/{}", run.id, step, visit, channel);
}

effects::Decision StepContext::decision(effects::DecisionKind kind, std::string outcome) const {
  effects::Decision decision;
  decision.kind = kind;
  decision.at = now;
  decision.definition = "journey";
  decision.key = journey;
  decision.version = run.version;
  decision.run = run.id;
  decision.step = step;
  decision.outcome = std::move(outcome);
  return decision;
}

}  // namespace sojourn::journeys
