#include "domain/journeys/steps/create_task.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"

namespace sojourn::journeys {

Result<CreateTask> read_create_task(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  CreateTask step;
  TRY(title, reader.text("title"));
  step.title = std::move(title);
  TRY(owner, reader.optional_text("owner"));
  step.owner = owner.value_or("");
  TRY(due_in, reader.optional_duration("due_in"));
  step.due_in = due_in;
  TRY_VOID(reader.finish());
  return step;
}

Value write(const CreateTask& step) {
  Object object{{"title", step.title}};
  if (!step.owner.empty()) object.set("owner", step.owner);
  if (step.due_in) object.set("due_in", format_duration(*step.due_in));
  return object;
}

std::string describe(const CreateTask& step) {
  return fmt::format("task: {}", step.title);
}

StepOutcome enter(const CreateTask& step, std::string_view next, StepContext& context) {
  events::Event event = context.event(events::names::task_created, "task");
  event.properties.set("title", context.rendered(step.title));
  if (!step.owner.empty()) event.properties.set("owner", step.owner);
  if (step.due_in) event.properties.set("due", format_timestamp(context.now + *step.due_in));
  event.properties.set("journey", context.journey);
  context.effects.emplace_back(effects::AppendEvent{std::move(event)});
  return GoTo{next};
}

}  // namespace sojourn::journeys
