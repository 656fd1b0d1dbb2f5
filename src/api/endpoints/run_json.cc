#include "api/endpoints/run_json.h"

#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "domain/definitions/yaml.h"
#include "domain/effects/decision.h"
#include "domain/journeys/step.h"

namespace sojourn::api {
namespace {

using effects::Decision;
using effects::DecisionKind;
using journeys::RunState;

/// Lines of one contact's journal that are looked through for ends of its runs.
constexpr std::size_t lines_max = 2'000;
constexpr std::size_t lines_at_once = 200;

/// The name that a definition's text gives; the key where it gives none.
std::string name_in(const store::DefinitionRecord& record) {
  const Result<definitions::YamlDocument> document = definitions::parse_yaml(record.source);
  const Object* object = document ? document->value.as_object() : nullptr;
  const Value* value = object == nullptr ? nullptr : object->find("name");
  const std::string* name = value == nullptr ? nullptr : value->as_string();
  return name == nullptr ? record.key : *name;
}

}  // namespace

Result<RunWriter::Name> RunWriter::name_of(std::uint32_t journey) {
  if (!gone_) {
    TRY(definitions, view_.definitions());
    gone_.emplace();
    for (const store::DefinitionRecord& record : definitions) {
      if (record.kind != "journey" || rules_.journey(record.number) != nullptr) continue;
      gone_->insert({record.number, {.key = record.key, .name = name_in(record)}});
    }
  }
  const auto found = gone_->find(journey);
  if (found != gone_->end()) return found->second;
  return Name{.key = std::to_string(journey), .name = "a removed journey"};
}

Result<std::string> RunWriter::reason_of(const contacts::ContactId& contact,
                                         const journeys::Run& run) {
  if (run.state == RunState::active) return std::string();
  if (run.state == RunState::held_out) return std::string("holdout");
  if (contact_ != contact) {
    contact_ = contact;
    reasons_.clear();
    read_before_.reset();
    lines_read_ = 0;
    read_all_ = false;
  }
  while (!reasons_.contains(run.id) && !read_all_ && lines_read_ < lines_max) {
    TRY(lines, view_.decisions(contact, read_before_, lines_at_once));
    read_all_ = lines.size() < lines_at_once;
    lines_read_ += lines.size();
    if (!lines.empty()) read_before_ = lines.back().sequence;
    for (const store::DecisionRecord& line : lines) {
      if (line.kind != static_cast<std::uint8_t>(DecisionKind::run_ended)) continue;
      TRY(decision, effects::decode_decision(line.payload));
      reasons_.emplace(decision.run, code_in_words(decision.text));
    }
  }
  const auto found = reasons_.find(run.id);
  return found == reasons_.end() ? std::string() : found->second;
}

Result<void> RunWriter::write(JsonWriter& out, const contacts::ContactId& contact,
                              const journeys::Run& run) {
  const reaction::JourneyRule* rule = rules_.journey_of(run);
  Name name;
  if (const reaction::JourneyRule* present = rules_.journey(run.journey);
      rule == nullptr && present) {
    name = {.key = present->journey.key, .name = present->journey.name};
  } else if (rule == nullptr) {
    TRY(gone, name_of(run.journey));
    name = std::move(gone);
  } else {
    name = {.key = rule->journey.key, .name = rule->journey.name};
  }
  TRY(reason, reason_of(contact, run));
  const journeys::Step* step = rule == nullptr ? nullptr : rule->journey.find(run.step);
  const bool active = run.state == RunState::active;
  out.begin_object();
  text_field(out, "id", std::to_string(run.id));
  text_field(out, "journey", name.key);
  text_field(out, "journeyName", name.name);
  out.name("version").number(std::int64_t{run.version});
  text_or_null_field(out, "step", run.step);
  text_or_null_field(out, "stepName", step == nullptr ? run.step : step->name);
  text_field(out, "state", journeys::to_string(run.state));
  time_field(out, "enteredAt", run.entered_at);
  time_or_null_field(out, "endedAt", active ? std::optional<Timestamp>() : run.ended_at);
  time_or_null_field(out, "waitingUntil", active ? std::optional(run.wake) : std::nullopt);
  text_or_null_field(out, "waitingFor",
                     active && step != nullptr ? journeys::describe(step->action) : "");
  text_or_null_field(out, "reason", reason);
  out.end_object();
  return {};
}

}  // namespace sojourn::api
