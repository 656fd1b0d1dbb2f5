#include "api/endpoints/message_json.h"

#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "runtime/message_id.h"

namespace sojourn::api {

using messages::Message;

namespace {

std::string reason_of(const Message& message) {
  std::string reason = code_in_words(message.reason);
  if (!message.reply.empty()) reason += reason.empty() ? message.reply : ": " + message.reply;
  return reason;
}

}  // namespace

void write_message(JsonWriter& out, const Context& context, const Message& message,
                   const ContactRefs& refs) {
  out.begin_object();
  text_field(out, "id", std::to_string(message.id.value));
  out.name("contact");
  refs.write(out, message.contact);
  text_field(out, "channel", message.channel);
  text_or_null_field(out, "address", message.address);
  text_or_null_field(out, "journey", message.journey);
  text_or_null_field(out, "campaign", message.campaign);
  text_or_null_field(out, "step", message.step);
  text_or_null_field(out, "template", message.template_key);
  text_or_null_field(out, "subject", message.subject);
  text_field(out, "status", messages::to_string(message.state));
  text_or_null_field(out, "reason", reason_of(message));
  time_field(out, "queuedAt", message.queued_at);
  time_or_null_field(out, "dueAt",
                     messages::is_final(message.state) ? std::nullopt : std::optional(message.due));
  time_or_null_field(out, "sentAt", message.sent_at);
  time_or_null_field(out, "openedAt", message.opened_at);
  time_or_null_field(out, "clickedAt", message.clicked_at);
  text_field(out, "messageId",
             runtime::mail_message_id(context.runtime.master_key(), message.key,
                                      context.settings.sender_address));
  out.end_object();
}

Answer message_answer(const Context& context, store::StateReads& view, const Message& message) {
  TRY(refs, ContactRefs::load(view, {message.contact}));
  JsonWriter out;
  write_message(out, context, message, refs);
  return json(out.take());
}

}  // namespace sojourn::api
