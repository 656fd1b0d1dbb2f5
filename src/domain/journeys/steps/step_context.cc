#include "domain/journeys/steps/step_context.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"

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

events::Event StepContext::event(std::string_view name, std::string_view what) const {
  events::Event event;
  event.message_id = "journey/" + effect_key(what);
  event.name = name;
  event.contact = view.conditions().contact().hash;
  event.at = now;
  event.received_at = now;
  event.trust = events::Trust::system;
  event.source = events::journey_source;
  return event;
}

std::string StepContext::rendered(const std::string& text) const {
  // Most texts of definitions are plain.
  if (text.find("{{") == std::string::npos && text.find("{%") == std::string::npos) return text;
  Result<std::string> rendered = view.render(text, run, now);
  return rendered ? std::move(*rendered) : text;
}

Value StepContext::rendered(const Value& value) const {
  if (const std::string* text = value.as_string()) return rendered(*text);
  if (const Value::List* list = value.as_list()) {
    Value::List items;
    for (const Value& item : *list) items.push_back(rendered(item));
    return items;
  }
  if (const Object* object = value.as_object()) {
    Object members;
    for (const auto& [name, member] : *object) members.set(name, rendered(member));
    return members;
  }
  return value;
}

void StepContext::set_attributes(Object values, std::string_view what) {
  events::Event logged = event(events::names::identified, what);
  logged.type = events::EventType::identify;
  logged.traits = values;
  view.change(SetAttributes{std::move(values)}, logged.message_id, now);
  effects.emplace_back(effects::AppendEvent{std::move(logged)});
}

void StepContext::change_list(const std::string& list, bool on) {
  events::Event logged = event(on ? events::names::list_joined : events::names::list_left, "list");
  logged.properties.set("list", list);
  view.change(ChangeList{list, on}, logged.message_id, now);
  effects.emplace_back(effects::AppendEvent{std::move(logged)});
}

Result<std::string> read_key(const Value& value, const std::string& path, std::string_view what) {
  const std::string* key = value.as_string();
  if (key == nullptr || !definitions::is_key(*key)) {
    const std::string shown = definitions::shown(value);
    return failure({.code = "not_a_key",
                    .message = fmt::format("{} must be the key of {}, not {}", path, what, shown),
                    .field = path,
                    .value = shown});
  }
  return *key;
}

}  // namespace sojourn::journeys
