#include "api/body_fields.h"
#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "domain/policies/warm_up_book.h"
#include "runtime/sending_policies.h"
#include "store/warm_up_days.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t reason_bytes_max = 500;

void write_warm_up(JsonWriter& out, const policies::WarmUpPlan& plan,
                   const policies::WarmUpStanding& standing) {
  out.begin_object();
  text_or_null_field(out, "domain", plan.domain);
  text_or_null_field(out, "provider", plan.provider);
  text_field(out, "start", absl::FormatCivilTime(plan.start));
  text_field(out, "state", !standing.has_begun ? "to_come" : standing.limit ? "warming" : "over");
  text_field(out, "day", absl::FormatCivilTime(standing.today.day));
  count_field(out, "sent", static_cast<std::uint64_t>(standing.today.sent));
  out.name("limit");
  if (standing.limit) {
    out.number(*standing.limit);
  } else {
    out.null();
  }
  count_field(out, "waiting", static_cast<std::uint64_t>(standing.waiting));
  count_field(out, "step", static_cast<std::uint64_t>(standing.today.step));
  count_field(out, "steps", plan.daily.size());
  const bool has_paused = standing.pause != policies::WarmUpPause::none;
  text_or_null_field(out, "paused", has_paused ? to_string(standing.pause) : std::string_view());
  count_field(out, "bounced", static_cast<std::uint64_t>(standing.today.bounced));
  count_field(out, "complained", static_cast<std::uint64_t>(standing.today.complained));
  out.end_object();
}

Result<void> write_warm_ups(JsonWriter& out, Context& context, store::StateReads& view) {
  const std::shared_ptr<const reaction::Rules> rules = context.runtime.rules();
  policies::WarmUpBook book;
  TRY(days, store::warm_ups_in(view).warm_up_days());
  book.load(days);
  out.name("warmUp").begin_list();
  TRY(policies, runtime::sending_policies(view));
  for (const policies::WarmUpPlan& plan : policies.warm_up) {
    write_warm_up(out, plan, book.standing(plan, rules->zone(), context.runtime.clock().now()));
  }
  out.end_list();
  return {};
}

Answer sending_answer(Context& context) {
  const runtime::SendingState sending = context.runtime.sending();
  TRY(view, context.runtime.store().view());
  TRY(queued, view->message_count(messages::DeliveryState::queued));
  TRY(retrying, view->message_count(messages::DeliveryState::retry));
  JsonWriter out;
  out.begin_object();
  boolean_field(out, "stopped", sending.stopped);
  text_or_null_field(out, "reason", sending.reason);
  time_or_null_field(out, "since", sending.stopped ? std::optional(sending.since) : std::nullopt);
  null_field(out, "by");
  count_field(out, "queued", queued + retrying);
  TRY_VOID(write_warm_ups(out, context, *view));
  return json(out.end_object().take());
}

}  // namespace

Answer get_sending(Context& context, const Call&) {
  return sending_answer(context);
}

Answer stop_sending(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(reason, required_text(body, "reason", {.min = 1, .max = reason_bytes_max}));
  TRY_VOID(context.runtime.stop_sending(reason, call.caller.name));
  context.home_stream->note_change();
  return sending_answer(context);
}

Answer resume_sending(Context& context, const Call& call) {
  TRY_VOID(context.runtime.resume_sending(call.caller.name));
  context.home_stream->note_change();
  return sending_answer(context);
}

}  // namespace sojourn::api::endpoints
