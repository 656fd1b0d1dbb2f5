#include "api/endpoints/publication.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/body_fields.h"
#include "api/endpoints/inside_choices.h"
#include "api/endpoints/plan_json.h"
#include "api/endpoints/template_kit.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "domain/simulation/backtest_text.h"
#include "runtime/blast_radius.h"
#include "runtime/definition_changes.h"

namespace sojourn::api {
namespace {

using runtime::Change;
using runtime::DefinitionChange;
using runtime::DefinitionPlan;

/// A publication waits no longer than this for its forecast.
constexpr std::chrono::seconds forecast_time_max{20};

/// `confirm: {reach: 4812}`; 0 where it is absent.
Result<simulation::Count> read_confirmed_reach(const Object& body) {
  const Value* confirm = body.find("confirm");
  if (confirm == nullptr || confirm->is_null()) return simulation::Count{0};
  const Object* object = confirm->as_object();
  const Value* reach = object == nullptr ? nullptr : object->find("reach");
  const std::int64_t* number = reach == nullptr ? nullptr : reach->as_integer();
  if (number == nullptr || *number < 0) {
    return failure({.code = "wrong_type",
                    .message = "confirm must be an object with reach, a whole number from 0 on",
                    .field = "confirm.reach"});
  }
  return static_cast<simulation::Count>(*number);
}

net::Response refusal(Error error, const DefinitionPlan& plan) {
  JsonWriter members;
  write_plan(members, plan);
  return problem(error, {.members = members.take()});
}

net::Response invalid(const DefinitionPlan& plan) {
  return refusal({.code = "definitions_invalid", .message = problems_in_words(plan.problems)},
                 plan);
}

/// What the change would set off, by the log.
Result<runtime::BlastRadius> look_ahead(Context& context, const Publication& read) {
  const auto begin = std::chrono::steady_clock::now();
  return runtime::forecast_blast_radius(
      context.runtime.store(), context.runtime.master_key(), read.request,
      context.runtime.clock().now(),
      [&] { return std::chrono::steady_clock::now() - begin < forecast_time_max; });
}

void write_reach(JsonWriter& out, const runtime::BlastRadius& radius) {
  out.name("reach").begin_list();
  for (const simulation::Reach& reach : radius.journeys) {
    out.begin_object();
    text_field(out, "journey", reach.journey);
    count_field(out, "busiestDay", reach.busiest_day);
    count_field(out, "entered", reach.entered);
    count_field(out, "contacts", reach.contacts);
    count_field(out, "sent", reach.sent);
    if (reach.before) {
      count_field(out, "before", *reach.before);
    } else {
      null_field(out, "before");
    }
    count_field(out, "allowed", reach.allowed);
    boolean_field(out, "estimated", radius.complete);
    out.end_object();
  }
  out.end_list();
}

net::Response too_far(const DefinitionPlan& plan, const runtime::BlastRadius& radius) {
  const auto worst = std::max_element(
      radius.journeys.begin(), radius.journeys.end(), [](const auto& a, const auto& b) {
        return std::pair(a.exceeds(), a.busiest_day) < std::pair(b.exceeds(), b.busiest_day);
      });
  const std::string reach = simulation::format_count(worst->busiest_day);
  const std::string allowed = simulation::format_count(worst->allowed);
  const std::string_view basis =
      radius.complete ? "on the busiest of the last 30 days"
                      : "if everybody enters at once: the log is too long to be replayed in time";
  JsonWriter members;
  write_plan(members, plan);
  write_reach(members, radius);
  return problem({.code = "blast_radius",
                  .message = fmt::format("journey \"{}\" would let {} people in {}, {} need no "
                                         "second yes",
                                         worst->journey, reach, basis, allowed),
                  .field = "confirm.reach",
                  .value = std::to_string(worst->busiest_day),
                  .limit = std::to_string(worst->allowed)},
                 {.members = members.take()});
}

/// Keeps the forecast for the next time, and who said yes to how many.
Result<void> note_reach(Context& context, const runtime::BlastRadius& radius,
                        const std::string& actor) {
  if (radius.journeys.empty()) return {};
  const Timestamp now = context.runtime.clock().now();
  return context.runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(runtime::keep_forecast(transaction, radius));
    for (const simulation::Reach& reach : radius.journeys) {
      if (!reach.exceeds()) continue;
      TRY_VOID(transaction.append_audit(actor, "definition.confirm_reach",
                                        "journey/" + reach.journey,
                                        fmt::format("{} entries on the busiest day, {} allowed",
                                                    reach.busiest_day, reach.allowed),
                                        now));
    }
    return {};
  });
}

Result<void> write_warnings_of(Context& context, const Publication& publication,
                               const DefinitionPlan& plan, JsonWriter& out) {
  TRY(view, context.runtime.store().view());
  return write_warnings(out, *view, publication.request.files, plan);
}

/// What cannot be taken back without loss, or happens to people who are inside.
bool needs_yes(const DefinitionChange& change) {
  const bool touches_runs = change.kind == "journey" && change.contacts_inside > 0;
  const bool moves_runs = change.inside && change.inside->go_on + change.inside->end > 0;
  return change.change == Change::removed || moves_runs ||
         (change.change == Change::changed && touches_runs);
}

}  // namespace

Result<void> read_answers(const Object& body, Publication& publication) {
  TRY(inside, read_inside(body));
  publication.request.inside = std::move(inside);
  TRY(yes, optional_boolean(body, "yes"));
  publication.yes = yes;
  TRY(reach, read_confirmed_reach(body));
  publication.confirmed_reach = reach;
  return {};
}

std::string wanted_revision(const net::Request& request) {
  std::string_view tag = request.header("If-Match").value_or("");
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
    tag = tag.substr(1, tag.size() - 2);
  }
  return tag == "*" ? std::string() : std::string(tag);
}

Answer plan_publication(Context& context, const Publication& publication) {
  TRY(plan, context.runtime.plan(publication.request));
  JsonWriter out;
  out.begin_object();
  write_plan(out, plan);
  TRY_VOID(write_warnings_of(context, publication, plan, out));
  // What apply refuses for another reason lets nobody in.
  if (plan.problems.empty()) {
    TRY(radius, look_ahead(context, publication));
    write_reach(out, radius);
  }
  return json(out.end_object().take());
}

Answer publish(Context& context, const Call& call, const Publication& publication) {
  TRY(plan, context.runtime.plan(publication.request));
  const Result<void> as_seen = runtime::refuse_changed_meanwhile(plan);
  if (!as_seen) return refusal(as_seen.error(), plan);
  if (!plan.problems.empty()) return invalid(plan);
  const bool asks = std::any_of(plan.changes.begin(), plan.changes.end(), needs_yes);
  if (asks && !publication.yes) {
    return refusal({.code = "needs_yes",
                    .message = "this removes definitions or touches contacts inside a journey",
                    .field = "yes"},
                   plan);
  }
  TRY(radius, look_ahead(context, publication));
  if (radius.reach_to_confirm() > publication.confirmed_reach) return too_far(plan, radius);
  TRY(applied, context.runtime.apply(publication.request, call.caller.name));
  if (!applied.problems.empty()) return invalid(applied);
  TRY_VOID(note_reach(context, radius, call.caller.name));
  context.home_stream->note_change();
  JsonWriter out;
  out.begin_object();
  write_plan(out, applied);
  TRY_VOID(write_warnings_of(context, publication, applied, out));
  write_reach(out, radius);
  return json(out.end_object().take());
}

}  // namespace sojourn::api
