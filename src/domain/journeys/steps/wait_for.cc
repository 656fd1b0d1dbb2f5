#include "domain/journeys/steps/wait_for.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"
#include "domain/segments/condition_text.h"

namespace sojourn::journeys {
namespace {

bool property_is(const events::Event& event, std::string_view name, std::string_view wanted) {
  const Value* value = event.properties.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text != nullptr && *text == wanted;
}

}  // namespace

Result<WaitFor> read_wait_for(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  WaitFor wait;
  if (reader.find("clicked") != nullptr) {
    TRY(clicked, reader.key("clicked"));
    wait.clicked = std::move(clicked);
    wait.match.event = events::names::link_clicked;
  } else {
    TRY(match, facts::read_event_match(value, path));
    wait.match = std::move(match);
    reader.find("event");
    reader.find("where");
  }
  TRY(at_most, reader.duration("at_most"));
  wait.at_most = at_most;
  reader.find("then");
  reader.find("otherwise");
  TRY_VOID(reader.finish());
  return wait;
}

Value write(const WaitFor& wait) {
  Object object;
  if (wait.clicked.empty()) {
    facts::write_event_match(wait.match, object);
  } else {
    object.set("clicked", wait.clicked);
  }
  object.set("at_most", format_duration(wait.at_most));
  return object;
}

std::string describe(const WaitFor& wait) {
  const std::string awaited = wait.clicked.empty() ? segments::describe(wait.match)
                                                   : fmt::format("a click in {}", wait.clicked);
  return fmt::format("wait for {}, at most {}", awaited, format_duration(wait.at_most));
}

StepOutcome enter(const WaitFor& wait, std::string_view, StepContext& context) {
  return Stay{context.now + wait.at_most};
}

bool is_awaited(const WaitFor& wait, const Run& run, const events::Event& event) {
  if (!wait.match.matches(event)) return false;
  if (wait.clicked.empty()) return true;
  return event.trust == events::Trust::system && property_is(event, "step", wait.clicked) &&
         property_is(event, "run", std::to_string(run.id));
}

}  // namespace sojourn::journeys
