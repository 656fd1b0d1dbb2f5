#include "api/endpoints/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/body_fields.h"
#include "api/endpoints/building.h"
#include "api/endpoints/contact_history.h"
#include "api/endpoints/counts.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "domain/reaction/bind_condition.h"
#include "domain/segments/condition_json.h"
#include "domain/simulation/explain.h"
#include "runtime/campaign_audience.h"
#include "runtime/journey_versions.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using segments::ExplainedRow;
using simulation::Check;
using simulation::Explanation;
using simulation::Known;
using simulation::Publication;

constexpr std::size_t id_bytes_max = 300;

/// As find_contact(), and an email address that one contact has.
Result<ContactId> contact_of(store::StateReads& view, const std::string& text) {
  TRY(found, find_contact(view, text));
  if (found) return *found;
  const std::string address = contacts::normalise_email(text);
  if (address.empty()) return require_contact(view, text);
  TRY(ids, view.contacts_with_email(address, 2));
  if (ids.empty()) return require_contact(view, text);
  if (ids.size() > 1) {
    return failure(
        {.code = "ambiguous_contact",
         .message = fmt::format("several contacts have this address, among them {} and {}",
                                contacts::format(ids[0]), contacts::format(ids[1])),
         .field = "id",
         .value = address});
  }
  return ids.front();
}

Result<std::optional<Publication>> publication_of(store::StateReads& view, std::string_view kind,
                                                  std::string_view key) {
  TRY(definitions, view.definitions());
  for (const store::DefinitionRecord& latest : definitions) {
    if (latest.kind != kind || latest.key != key) continue;
    TRY(first, view.definition(kind, key, 1));
    Publication publication{.first = first ? first->changed_at : latest.changed_at,
                            .latest = latest.changed_at,
                            .version = latest.version,
                            .archived = latest.archived,
                            .number = latest.number};
    if (kind == "journey") {
      TRY(pause, runtime::read_pause(view, latest.number));
      for (const runtime::JourneyPause::Span& span : runtime::ended_pauses(pause)) {
        publication.pauses.push_back({span.from, span.to});
      }
    }
    return std::optional(std::move(publication));
  }
  return std::optional<Publication>();
}

std::string_view kind_of(ExplainedRow::Kind kind) {
  switch (kind) {
    case ExplainedRow::Kind::question:
      return "question";
    case ExplainedRow::Kind::all:
      return "all";
    case ExplainedRow::Kind::any:
      return "any";
    case ExplainedRow::Kind::negation:
      return "not";
  }
  return {};
}

/// One object of ExplainedRow. Conditions nest at most condition_depth_max deep.
void write_row(JsonWriter& out, const ExplainedRow& row) {
  out.begin_object();
  text_field(out, "kind", kind_of(row.kind));
  text_field(out, "text", row.text);
  boolean_field(out, "ok", row.ok);
  out.name("value").value(row.value);
  time_or_null_field(out, "changesAt", row.changes);
  time_or_null_field(out, "since", row.since);
  out.name("rows").begin_list();
  for (const ExplainedRow& part : row.rows) write_row(out, part);
  out.end_list();
  out.end_object();
}

void write_check(JsonWriter& out, const Check& check) {
  out.begin_object();
  text_field(out, "code", check.code);
  boolean_field(out, "ok", check.ok);
  time_or_null_field(out, "at", check.at);
  text_field(out, "evidence", check.evidence);
  out.name("fix");
  if (check.fix) {
    out.begin_object();
    text_field(out, "code", check.fix->code);
    text_field(out, "text", check.fix->text);
    out.end_object();
  } else {
    out.null();
  }
  out.name("rows").begin_list();
  for (const ExplainedRow& row : check.rows) write_row(out, row);
  out.end_list();
  out.end_object();
}

/// How many others stopped at the same step for the same reason, and where they are listed.
Result<void> write_others(JsonWriter& out, store::StateReads& view,
                          const Explanation& explanation) {
  out.name("others");
  if (explanation.reason.empty() || explanation.journey.empty()) {
    out.null();
    return {};
  }
  TRY(counts, read_journey_counts(view, explanation.journey));
  const StepCounts& step = counts.steps[explanation.step];
  std::uint64_t all = 0;
  for (const auto* reasons : {&step.skipped, &step.deferred, &step.cancelled, &step.failed}) {
    const auto found = reasons->find(explanation.reason);
    if (found != reasons->end()) all = std::max(all, found->second);
  }
  out.begin_object();
  text_field(out, "reason", explanation.reason);
  text_field(out, "words", code_in_words(explanation.reason));
  count_field(out, "count", all == 0 ? 0 : all - 1);
  text_field(out, "link",
             fmt::format("/journeys/{}/contacts?step={}&reason={}", explanation.journey,
                         explanation.step, explanation.reason));
  out.end_object();
  return {};
}

Known known_of(const Context& context, const reaction::Rules& rules,
               const ContactHistory& history) {
  return {.rules = rules,
          .contact = history.state,
          .ledger = history.ledger,
          .events = history.events,
          .decisions = history.decisions,
          .messages = history.messages,
          .now = context.runtime.clock().now(),
          .sending_stopped = context.runtime.sending().stopped};
}

struct Question {
  std::string journey;
  std::string step;
  std::string message;
  std::string segment;
  std::string campaign;
};

Result<Question> read_question(const net::Request& request) {
  Question question;
  int asked = 0;
  const auto read = [&](std::string_view name, std::string& value) {
    value = request.query_parameter(name).value_or("");
    return !value.empty();
  };
  asked += read("journey", question.journey) ? 1 : 0;
  asked += read("message", question.message) ? 1 : 0;
  asked += read("segment", question.segment) ? 1 : 0;
  asked += read("campaign", question.campaign) ? 1 : 0;
  read("step", question.step);
  if (asked != 1) {
    return failure({.code = "missing_field",
                    .message = fmt::format("{} of journey, message, segment and campaign are "
                                           "given, it must be one",
                                           asked),
                    .field = "journey",
                    .limit = "1"});
  }
  if (!question.step.empty() && question.journey.empty()) {
    return failure({.code = "missing_field",
                    .message = "a step is named without its journey",
                    .field = "journey"});
  }
  return question;
}

Result<Explanation> explain_journey(store::StateReads& view, const Known& known,
                                    const std::string& journey, const std::string& step) {
  TRY(publication, publication_of(view, "journey", journey));
  if (step.empty()) return simulation::explain_entry(known, journey, publication);
  return simulation::explain_step(known, journey, step, publication);
}

/// The step that sends a template: of a journey that the contact entered, else of any.
std::optional<std::pair<std::string, std::string>> sender_of(const Known& known,
                                                             std::string_view template_key) {
  std::optional<std::pair<std::string, std::string>> found;
  for (const reaction::JourneyRule& rule : known.rules.journeys()) {
    for (const journeys::Step& step : rule.journey.steps) {
      const auto* send = std::get_if<journeys::Send>(&step.action);
      if (send == nullptr || send->template_key != template_key) continue;
      const bool entered =
          std::any_of(known.contact.runs.begin(), known.contact.runs.end(),
                      [&](const journeys::Run& run) { return run.journey == rule.number; });
      if (entered) return std::pair(rule.journey.key, step.id);
      if (!found) found = std::pair(rule.journey.key, step.id);
    }
  }
  return found;
}

/// A message by its id or key, else by the template that it is, or would be, rendered from.
Result<Explanation> explain_message(store::StateReads& view, const Known& known,
                                    const std::string& text) {
  std::uint64_t id = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool is_id = status == std::errc() && end == text.data() + text.size();
  const auto found = std::find_if(
      known.messages.begin(), known.messages.end(), [&](const messages::Message& message) {
        return is_id ? message.id.value == id : message.key == text || message.template_key == text;
      });
  const auto sender = is_id ? std::nullopt : sender_of(known, text);
  const bool by_template = sender && (found == known.messages.end() || found->key != text);
  if (by_template) return explain_journey(view, known, sender->first, sender->second);
  if (found == known.messages.end()) {
    return failure({.code = "unknown_message",
                    .message = "the contact has no such message, and no journey sends such a "
                               "template",
                    .field = "message",
                    .value = text.substr(0, id_bytes_max)});
  }
  return simulation::explain_message(known, *found);
}

/// Whose turn has not come, or never will.
Result<Explanation> explain_no_turn(store::StateReads& view, const Known& known,
                                    const reaction::CampaignRule& rule) {
  TRY(record, view.campaign(rule.number));
  Explanation explanation;
  const std::string name = fmt::format("campaign “{}”", rule.campaign.name);
  const auto add = [&](std::string code, bool ok, std::string evidence) {
    explanation.checks.push_back(
        {.code = std::move(code), .ok = ok, .evidence = std::move(evidence)});
    if (!ok)
      explanation.summary =
          fmt::format("was not sent {}: {}", name, explanation.checks.back().evidence);
    return ok;
  };
  const bool is_frozen = record && record->is_frozen;
  const std::string state(record ? to_string(record->state) : "draft");
  if (!add("campaign_started", is_frozen, fmt::format("it is {}", state))) return explanation;
  TRY(is_in, runtime::is_in_audience(view, *record, known.contact.id));
  if (!add("audience", is_in,
           is_in ? "in the audience that was read at its start"
                 : "not in the audience that was read at its start")) {
    return explanation;
  }
  add("turn", false, fmt::format("the contact's turn has not come: it is {}", state));
  return explanation;
}

/// A campaign's message to the contact, or why there is none.
Result<Explanation> explain_campaign(store::StateReads& view, const Known& known,
                                     const std::string& key) {
  const reaction::CampaignRule* rule = known.rules.campaign(key);
  if (rule == nullptr) return failure(absent_definition(known.rules, "campaign", key));
  store::StateReads::MessageQuery query;
  query.contact = known.contact.id;
  query.campaign = key;
  query.limit = 1;
  TRY(page, view.list_messages(query));
  if (page.messages.empty()) return explain_no_turn(view, known, *rule);
  return simulation::explain_message(known, page.messages.front());
}

}  // namespace

Answer explain_contact(Context& context, const Call& call) {
  TRY(question, read_question(call.request));
  TRY(view, context.runtime.store().view());
  TRY(id, contact_of(*view, call.parameter("id")));
  TRY(history, read_history(context, *view, id));
  const auto rules = context.runtime.rules();
  const Known known = known_of(context, *rules, history);
  const auto explain = [&]() -> Result<Explanation> {
    if (!question.message.empty()) return explain_message(*view, known, question.message);
    if (!question.campaign.empty()) return explain_campaign(*view, known, question.campaign);
    if (!question.journey.empty()) {
      return explain_journey(*view, known, question.journey, question.step);
    }
    TRY(publication, publication_of(*view, "segment", question.segment));
    return simulation::explain_segment(known, question.segment, publication);
  };
  TRY(explanation, explain());
  TRY(refs, ContactRefs::load(*view, {id}));
  TRY(building, Building::read(context.runtime, *rules, *view));
  const reaction::SegmentRule* segment = rules->segment(std::string_view(question.segment));
  JsonWriter out;
  out.begin_object();
  out.name("contact");
  refs.write(out, id);
  boolean_field(out, "happened", explanation.happened);
  if (segment != nullptr) building.write(out, building.of(rules->place_of(*segment)));
  text_field(out, "summary", explanation.summary);
  out.name("checks").begin_list();
  for (const Check& check : explanation.checks) write_check(out, check);
  out.end_list();
  TRY_VOID(write_others(out, *view, explanation));
  boolean_field(out, "whole", history.whole);
  return json(out.end_object().take());
}

Answer explain_segment(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(who, required_text(body, "contact", {.min = 1, .max = id_bytes_max}));
  TRY(segment, optional_text(body, "segment", {.min = 1, .max = id_bytes_max}));
  const Value* where = body.find("where");
  if ((where == nullptr) == segment.empty()) {
    return failure({.code = "missing_field",
                    .message = "either where or segment must be given",
                    .field = "where"});
  }
  const auto rules = context.runtime.rules();
  const auto condition_of = [&]() -> Result<segments::Condition> {
    if (where == nullptr) {
      const reaction::SegmentRule* rule = rules->segment(std::string_view(segment));
      if (rule != nullptr) return rule->segment.condition;
      return failure({.code = "unknown_segment",
                      .message = "there is no such segment",
                      .field = "segment",
                      .value = segment});
    }
    Result<segments::Condition> condition = segments::read_condition(*where, "where");
    Result<void> bound = condition ? reaction::bind_condition(*rules, *condition)
                                   : Result<void>(tl::unexpected(condition.error()));
    if (bound) return condition;
    // However the condition is wrong, it is the caller's, and says where in the message.
    Error error = bound.error();
    error.code = "bad_condition";
    if (error.field.empty()) error.field = "where";
    return failure(std::move(error));
  };
  TRY(condition, condition_of());
  TRY(view, context.runtime.store().view());
  TRY(id, contact_of(*view, who));
  TRY(history, read_history(context, *view, id));
  const ExplainedRow row =
      simulation::explain_condition(known_of(context, *rules, history), condition);
  TRY(refs, ContactRefs::load(*view, {id}));
  TRY(building, Building::read(context.runtime, *rules, *view));
  const reaction::SegmentRule* rule = rules->segment(std::string_view(segment));
  JsonWriter out;
  out.begin_object();
  out.name("contact");
  refs.write(out, id);
  boolean_field(out, "ok", row.ok);
  building.write(out,
                 rule == nullptr ? building.of(condition) : building.of(rules->place_of(*rule)));
  out.name("rows");
  write_row(out, row);
  boolean_field(out, "whole", history.whole);
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
