// All that is stored of one contact, as one file that they can be given (GDPR 15 and 20).
#include <fmt/format.h>

#include <memory>

#include "api/endpoints/audit.h"
#include "api/endpoints/consent.h"
#include "api/endpoints/consent_lines.h"
#include "api/endpoints/contact_history.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "domain/contacts/attributes.h"
#include "domain/events/event_codec.h"
#include "domain/messages/copy.h"
#include "store/message_copies.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using messages::Message;

/// Events, decisions and messages, each: about 50 MB of text. Nobody has so many by living.
constexpr std::size_t items_max = 50'000;
constexpr std::string_view channel = "email";

void write_object(JsonWriter& out, std::string_view name, const Object& object) {
  if (!object.empty()) out.name(name).value(object);
}

void write_event(JsonWriter& out, const events::Event& event) {
  out.begin_object();
  text_field(out, "messageId", event.message_id);
  text_field(out, "type", events::to_string(event.type));
  text_field(out, "name", event.name);
  time_field(out, "at", event.at);
  time_field(out, "receivedAt", event.received_at);
  text_or_null_field(out, "userId", event.user_id);
  text_or_null_field(out, "anonymousId", event.anonymous_id);
  write_object(out, "properties", event.properties);
  write_object(out, "traits", event.traits);
  write_object(out, "context", event.context);
  out.end_object();
}

void write_decision(JsonWriter& out, const effects::Decision& decision,
                    const reaction::Rules& rules) {
  out.begin_object();
  time_field(out, "at", decision.at);
  text_field(out, "kind", effects::to_string(decision.kind));
  text_field(out, "words", decision_in_words(decision, rules));
  text_or_null_field(out, "definition", decision.definition);
  text_or_null_field(out, "key", decision.key);
  text_or_null_field(out, "step", decision.step);
  text_or_null_field(out, "outcome", decision.outcome);
  text_or_null_field(out, "text", decision.text);
  out.end_object();
}

/// What `view_online_url` of the message shows.
Result<void> write_copy(JsonWriter& out, store::StateReads& view, const Message& message) {
  TRY(kept, store::copies_in(view).message_copy(message.id));
  if (!kept) return {};
  TRY(copy, messages::decode_copy(kept->bytes));
  out.name("copy").begin_object();
  text_field(out, "subject", copy.subject);
  text_or_null_field(out, "html", copy.html);
  text_or_null_field(out, "text", copy.text);
  time_field(out, "keptUntil", kept->end);
  out.end_object();
  return {};
}

Result<void> write_message(JsonWriter& out, store::StateReads& view, const Message& message) {
  out.begin_object();
  text_field(out, "id", std::to_string(message.id.value));
  text_field(out, "channel", message.channel);
  text_field(out, "address", message.address);
  text_or_null_field(out, "topic", message.topic);
  text_or_null_field(out, "template", message.template_key);
  text_or_null_field(out, "subject", message.subject);
  out.name("links").begin_list();
  for (const std::string& link : message.links) out.string(link);
  out.end_list();
  text_field(out, "status", messages::to_string(message.state));
  text_or_null_field(out, "reason", message.reason);
  time_field(out, "queuedAt", message.queued_at);
  time_or_null_field(out, "sentAt", message.sent_at);
  time_or_null_field(out, "openedAt", message.opened_at);
  time_or_null_field(out, "clickedAt", message.clicked_at);
  TRY_VOID(write_copy(out, view, message));
  out.end_object();
  return {};
}

Result<void> write_consents(JsonWriter& out, const Context& context, store::StateReads& view,
                            const reaction::ContactState& state) {
  const std::string address =
      contacts::normalise_email(state.attributes.text(contacts::traits::email));
  AddressLedger ledger;
  std::vector<store::SuppressionRecord> suppressions;
  if (!address.empty()) {
    TRY(read, read_ledger(context, view, channel, address));
    ledger = std::move(read);
    TRY(found, view.suppressions({.address = ledger_hash(context, channel, address)}));
    suppressions = std::move(found);
  }
  out.name("consents").begin_list();
  for (const store::ConsentRecord& line : ledger.lines) write_consent_line(out, line);
  out.end_list();
  out.name("suppressions").begin_list();
  for (const store::SuppressionRecord& each : suppressions) {
    out.begin_object();
    text_field(out, "scope", each.scope);
    text_or_null_field(out, "topic", each.topic);
    time_field(out, "at", each.at);
    text_or_null_field(out, "source", each.source);
    out.end_object();
  }
  out.end_list();
  return {};
}

Result<std::string> export_json(Context& context, const ContactId& id) {
  TRY(view, context.runtime.store().view());
  TRY(profile, contact_json(context, *view, id));
  TRY(history, read_history(context, *view, id, items_max));
  const auto rules = context.runtime.rules();
  JsonWriter out;
  out.begin_object();
  time_field(out, "exportedAt", context.runtime.clock().now());
  boolean_field(out, "complete", history.whole);
  out.name("profile").raw(profile);
  out.name("events").begin_list();
  for (const events::Event& event : history.events) write_event(out, event);
  out.end_list();
  out.name("decisions").begin_list();
  for (const effects::Decision& each : history.decisions) write_decision(out, each, *rules);
  out.end_list();
  out.name("messages").begin_list();
  for (const Message& message : history.messages) TRY_VOID(write_message(out, *view, message));
  out.end_list();
  TRY_VOID(write_consents(out, context, *view, history.state));
  return out.end_object().take();
}

}  // namespace

Answer export_contact(Context& context, const Call& call) {
  ContactId id;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, require_contact(*view, call.parameter("id")));
    id = found;
  }
  TRY(text, export_json(context, id));
  // What leaves the workspace is written down.
  TRY_VOID(
      write_audit(context, call, {.action = "contact.export", .object = contacts::format(id)}));
  // Shared: the answer keeps it until it is written.
  const auto file = std::make_shared<const std::string>(std::move(text));
  return download("application/json", fmt::format("contact-{}.json", contacts::format(id)), *file,
                  file);
}

}  // namespace sojourn::api::endpoints
