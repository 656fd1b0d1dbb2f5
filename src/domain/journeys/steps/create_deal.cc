#include "domain/journeys/steps/create_deal.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"

namespace sojourn::journeys {

Result<CreateDeal> read_create_deal(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  CreateDeal step;
  TRY(name, reader.text("name"));
  step.name = std::move(name);
  TRY(pipeline, reader.optional_text("pipeline"));
  step.pipeline = pipeline.value_or("");
  TRY(stage, reader.optional_text("stage"));
  step.stage = stage.value_or("");
  if (const Value* amount = reader.find("amount")) {
    if (!amount->is_number() && amount->as_string() == nullptr) {
      return reader.refuse("wrong_type", "amount", "must be a number or a text");
    }
    step.amount = *amount;
  }
  TRY_VOID(reader.finish());
  return step;
}

Value write(const CreateDeal& step) {
  Object object{{"name", step.name}};
  if (!step.pipeline.empty()) object.set("pipeline", step.pipeline);
  if (!step.stage.empty()) object.set("stage", step.stage);
  if (!step.amount.is_null()) object.set("amount", step.amount);
  return object;
}

std::string describe(const CreateDeal& step) {
  return fmt::format("deal: {}", step.name);
}

StepOutcome enter(const CreateDeal& step, std::string_view next, StepContext& context) {
  events::Event event = context.event(events::names::deal_created, "deal");
  event.properties.set("name", context.rendered(step.name));
  if (!step.pipeline.empty()) event.properties.set("pipeline", step.pipeline);
  if (!step.stage.empty()) event.properties.set("stage", step.stage);
  if (!step.amount.is_null()) event.properties.set("amount", context.rendered(step.amount));
  event.properties.set("journey", context.journey);
  context.effects.emplace_back(effects::AppendEvent{std::move(event)});
  return GoTo{next};
}

}  // namespace sojourn::journeys
