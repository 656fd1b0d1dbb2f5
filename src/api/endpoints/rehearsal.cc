#include "api/endpoints/rehearsal.h"

#include <algorithm>

#include "api/body_fields.h"
#include "api/endpoints/contact_history.h"
#include "api/endpoints/contact_lookup.h"
#include "api/endpoints/plan_json.h"
#include "api/endpoints/rehearsal_input.h"
#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "domain/simulation/backtest_rules.h"
#include "runtime/definitions.h"
#include "runtime/experiments.h"

namespace sojourn::api::endpoints {
namespace {

using effects::Decision;
using effects::DecisionKind;
using simulation::Outcome;
using simulation::Rehearsal;

Result<contacts::ContactId> contact_of(store::StateReads& view, const std::string& text) {
  TRY(found, find_contact(view, text));
  if (!found && text.find('@') != std::string::npos) {
    TRY(addressed, find_contact_by_email(view, text));
    found = addressed;
  }
  if (found) return *found;
  return failure({.code = "unknown_contact",
                  .message = "there is no such contact",
                  .field = "contact",
                  .value = text});
}

/// The journey's rules alone, with the drafts in place of what is published.
Result<std::shared_ptr<const reaction::Rules>> rules_with(store::StateReads& view,
                                                          const RehearsalInput& input,
                                                          Timestamp now) {
  TRY(definitions, runtime::prepare_definitions(view, input.files, "", now));
  const std::vector<runtime::DefinitionProblem>& problems = definitions.plan.problems;
  if (!problems.empty()) return failure("definitions_invalid", problems_in_words(problems));
  const std::string& journey = input.request.journey;
  if (definitions.rules->journey(std::string_view(journey)) == nullptr) {
    return failure({.code = "unknown_journey",
                    .message = "there is no such journey",
                    .field = "journey",
                    .value = journey});
  }
  simulation::ReducedRules reduced =
      simulation::reduce_rules(definitions.sources, {journey}, definitions.time_zone);
  if (!reduced.problems.empty()) {
    return failure("definitions_invalid", reduced.problems.front().message);
  }
  TRY(experiments, runtime::stored_experiments(view));
  return reaction::with_standings(std::move(reduced.rules), experiments);
}

/// What is said of a step of some journey, and of runs and messages; what the log holds besides is
/// no part of the way.
bool is_shown(const Decision& decision) {
  return decision.definition == "journey";
}

/// One object of Happening.
void write_happening(JsonWriter& out, const Outcome& outcome, const reaction::Rules& rules) {
  const Decision& decision = outcome.decision;
  out.begin_object();
  time_field(out, "at", decision.at);
  text_field(out, "kind", effects::to_string(decision.kind));
  text_field(out, "journey", decision.key);
  text_or_null_field(out, "step", decision.step);
  text_or_null_field(out, "outcome", decision.outcome);
  text_field(out, "words", decision_in_words(decision, rules));
  const bool waits = decision.kind == DecisionKind::wait_started && !decision.text.empty();
  const Result<Timestamp> until =
      waits ? parse_timestamp(decision.text) : Result<Timestamp>(failure("no_wait", ""));
  time_or_null_field(out, "until", until ? std::optional(*until) : std::nullopt);
  out.name("mail");
  if (outcome.mail) {
    out.number(static_cast<std::int64_t>(*outcome.mail));
  } else {
    out.null();
  }
  out.end_object();
}

/// One object of RehearsedMail.
void write_mail(JsonWriter& out, const simulation::Mail& mail) {
  out.begin_object();
  text_or_null_field(out, "step", mail.message.step);
  text_or_null_field(out, "template", mail.message.template_key);
  text_field(out, "address", mail.message.address);
  text_field(out, "subject", mail.email.subject);
  text_field(out, "html", mail.email.html);
  text_field(out, "text", mail.email.text);
  out.end_object();
}

void write_rehearsal(JsonWriter& out, const Rehearsal& rehearsal, const reaction::Rules& rules) {
  boolean_field(out, "entered", rehearsal.entered);
  text_or_null_field(out, "waitsAt", rehearsal.waits_at);
  boolean_field(out, "cut", rehearsal.cut);
  out.name("happenings").begin_list();
  for (const Outcome& outcome : rehearsal.outcomes) {
    if (is_shown(outcome.decision)) write_happening(out, outcome, rules);
  }
  out.end_list();
  out.name("mails").begin_list();
  for (const simulation::Mail& mail : rehearsal.mails) write_mail(out, mail);
  out.end_list();
}

}  // namespace

Answer simulate_journey(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  const Timestamp now = context.runtime.clock().now();
  TRY(input, read_rehearsal(body, call.parameter("key"), now));
  input.request.postal_address = context.settings.postal_address;
  TRY(view, context.runtime.store().view());
  TRY(id, contact_of(*view, input.contact));
  TRY(history, read_history(context, *view, id));
  TRY(rules, rules_with(*view, input, now));
  TRY(rehearsal,
      simulation::rehearse(
          rules, {.state = history.state, .events = history.events, .ledger = history.ledger},
          input.request));
  TRY(refs, ContactRefs::load(*view, {id}));
  JsonWriter out;
  out.begin_object();
  text_field(out, "journey", input.request.journey);
  out.name("contact");
  refs.write(out, id);
  time_field(out, "at", input.request.at);
  write_rehearsal(out, rehearsal, *rules);
  boolean_field(out, "whole", history.whole);
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
