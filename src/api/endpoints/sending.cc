#include "api/body_fields.h"
#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t reason_bytes_max = 500;

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
