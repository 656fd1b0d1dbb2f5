// POST /api/v1/messages: one transactional message to one contact.
//
// The call is an event of its contact; the reaction to it queues the message. What makes a repeat
// of the call harmless is the message's key, which is made of the Idempotency-Key.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "api/body_fields.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/contact_lookup.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/message_json.h"
#include "api/problem.h"
#include "api/segment_call.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"
#include "domain/messages/content.h"
#include "domain/reaction/rules.h"
#include "runtime/job_events.h"
#include "runtime/request_keys.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using messages::Content;
using messages::Message;

constexpr std::size_t key_bytes_max = 255;
constexpr std::size_t template_key_bytes_max = 64;
constexpr std::size_t html_bytes_max = 256 * 1024;
constexpr std::size_t mailbox_bytes_max = 200;

struct Recipient {
  std::optional<ContactId> contact;  ///< absent: `user_id` makes it
  std::string user_id;
  std::string email;
};

struct Wanted {
  std::string key;  ///< of the message
  /// Of the call's event: of two calls under one key within its time the log takes one.
  std::string event_id = {};
  std::string template_key;
  Content content;
  Recipient to;
};

Result<std::string> idempotency_key(const Call& call) {
  const std::string key(call.request.header("Idempotency-Key").value_or(""));
  const auto refuse = [&](std::string_view code, std::string message) {
    return failure({.code = std::string(code),
                    .message = std::move(message),
                    .field = "Idempotency-Key",
                    .value = key,
                    .limit = std::to_string(key_bytes_max)});
  };
  if (key.empty()) {
    return refuse("missing_field", "the header must name this message, so that it is sent once");
  }
  if (key.size() > key_bytes_max) {
    return refuse("too_long",
                  fmt::format("is {} bytes long, the limit is {}", key.size(), key_bytes_max));
  }
  const bool is_plain =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!is_plain) return refuse("unknown_value", "must be printable ASCII without spaces");
  return key;
}

Result<std::string> read_address(const std::string& text, std::string_view field) {
  std::string address = contacts::normalise_email(text);
  if (!address.empty()) return address;
  return failure({.code = "invalid_email",
                  .message = fmt::format("\"{}\" is no email address", text),
                  .field = std::string(field),
                  .value = text});
}

Result<std::optional<messages::Mailbox>> read_from(const Object& body) {
  const Value* value = body.find("from");
  if (value == nullptr || value->is_null()) return std::optional<messages::Mailbox>();
  const Object* from = value->as_object();
  if (from == nullptr) {
    return failure({.code = "wrong_type", .message = "from must be an object", .field = "from"});
  }
  TRY(name, optional_text(*from, "name", {.max = mailbox_bytes_max}));
  TRY(text, required_text(*from, "address", {.min = 3, .max = mailbox_bytes_max}));
  TRY(address, read_address(text, "from.address"));
  return std::optional(messages::Mailbox{std::move(name), std::move(address)});
}

Result<void> read_texts(const Object& body, Wanted& wanted) {
  TRY(template_key, optional_text(body, "template", {.max = template_key_bytes_max}));
  TRY(subject, optional_text(body, "subject", {.max = templates::subject_bytes_max}));
  TRY(html, optional_text(body, "html", {.max = html_bytes_max}));
  TRY(text, optional_text(body, "text", {.max = html_bytes_max}));
  const bool has_texts = !subject.empty() && !html.empty();
  const bool has_any = !subject.empty() || !html.empty() || !text.empty();
  if (template_key.empty() == !has_texts || (has_any && !template_key.empty())) {
    return failure({.code = "missing_field",
                    .message = "template, or subject and html, must be given, and not both",
                    .field = "template"});
  }
  wanted.template_key = std::move(template_key);
  if (!has_texts) return {};
  messages::InlineTexts texts{.subject = std::move(subject), .html = std::move(html)};
  if (!text.empty()) texts.text = std::move(text);
  const auto compiled = templates::CompiledEmail::compile(
      {.subject = texts.subject, .html = texts.html, .text = texts.text});
  if (!compiled) return tl::unexpected(compiled.error());
  wanted.content.texts = std::move(texts);
  return {};
}

/// Whom `to` names: one of contact, userId and email; userId with email and `create` may make it.
Result<Recipient> read_recipient(store::StateReads& view, const Object& body) {
  const Value* value = body.find("to");
  const Object* to = value == nullptr ? nullptr : value->as_object();
  if (to == nullptr) {
    return failure({.code = value == nullptr ? "missing_field" : "wrong_type",
                    .message = "to must be an object with contact, userId or email",
                    .field = "to"});
  }
  const TextLimits limits{.min = 0, .max = identifier_bytes_max};
  Recipient found;
  TRY(contact, optional_text(*to, "contact", limits));
  TRY(user_id, optional_text(*to, "userId", limits));
  TRY(email, optional_text(*to, "email", limits));
  TRY(create, optional_boolean(*to, "create"));
  const bool creates = create && contact.empty() && !user_id.empty() && !email.empty();
  const int names = static_cast<int>(!contact.empty()) + static_cast<int>(!user_id.empty()) +
                    static_cast<int>(!email.empty());
  if (create != creates || (!creates && names != 1)) {
    return failure({.code = "missing_field",
                    .message = "one of contact, userId and email must be given; create goes with "
                               "userId and email",
                    .field = "to"});
  }
  if (!email.empty()) {
    TRY(address, read_address(email, "to.email"));
    found.email = std::move(address);
  }
  found.user_id = user_id;
  const std::string& id = contact.empty() ? user_id : contact;
  TRY(by_id, find_contact(view, id));
  if (!id.empty()) found.contact = by_id;
  if (id.empty()) {
    TRY(by_email, find_contact_by_email(view, found.email));
    found.contact = by_email;
  }
  if (found.contact || creates) return found;
  return failure({.code = "unknown_contact",
                  .message = "there is no such contact",
                  .field = !contact.empty()   ? "to.contact"
                           : !user_id.empty() ? "to.userId"
                                              : "to.email",
                  .value = !id.empty() ? id : found.email});
}

Result<Wanted> read_wanted(const Context& context, store::StateReads& view, const Object& body) {
  Wanted wanted;
  TRY_VOID(read_texts(body, wanted));
  if (!wanted.template_key.empty()) {
    const auto rules = context.runtime.rules();
    if (rules->template_of(wanted.template_key) == nullptr) {
      return failure(absent_definition(*rules, "template", wanted.template_key));
    }
  }
  TRY(data, optional_object(body, "data"));
  wanted.content.data = std::move(data);
  TRY(from, read_from(body));
  wanted.content.from = std::move(from);
  TRY(reply_to, optional_text(body, "replyTo", {.max = mailbox_bytes_max}));
  if (!reply_to.empty()) {
    TRY(address, read_address(reply_to, "replyTo"));
    wanted.content.reply_to = std::move(address);
  }
  TRY(to, read_recipient(view, body));
  wanted.to = std::move(to);
  return wanted;
}

events::Event begin_event(const Context& context, const Wanted& wanted) {
  events::Event event;
  if (wanted.to.contact) {
    event.contact = wanted.to.contact->hash;
  } else {
    event.user_id = wanted.to.user_id;
  }
  event.received_at = context.runtime.clock().now();
  event.at = event.received_at;
  event.trust = events::Trust::system;
  event.source = "sojourn";
  return event;
}

std::vector<events::Event> events_of(const Context& context, const Call& call,
                                     const Wanted& wanted) {
  std::vector<events::Event> all;
  if (!wanted.to.contact) {
    // What makes the contact is what a server's identify call says.
    events::Event identify = begin_event(context, wanted);
    identify.message_id = wanted.event_id + "/identify";
    identify.type = events::EventType::identify;
    identify.name = events::names::identified;
    identify.traits = {{"email", wanted.to.email}};
    all.push_back(std::move(identify));
  }
  events::Event event = begin_event(context, wanted);
  event.message_id = wanted.event_id;
  event.name = events::names::message_requested;
  event.properties = {{"key", wanted.key}, {"content", messages::encode(wanted.content)}};
  if (!wanted.template_key.empty()) event.properties.set("template", wanted.template_key);
  event.context.append("actor", Value(call.caller.name));
  all.push_back(std::move(event));
  return all;
}

/// The same for every call that means the same message. Who had the key before, and need not have
/// it any more, is told apart from who asks for it now.
std::string event_id_of(const std::string& key, const std::optional<Message>& before) {
  const std::string id = "message/" + key;
  return before ? fmt::format("{}/after/{}", id, before->id.value) : id;
}

/// The message, if the same call asked for it; absent where there is none.
Result<std::optional<Message>> asked_for(store::StateReads& view, std::optional<Message> message,
                                         const std::string& key, const std::string& request) {
  if (!message) return std::optional<Message>();
  TRY(text, view.message_content(message->id));
  std::string asked;
  if (text) {
    TRY(content, messages::decode_content(*text));
    asked = std::move(content.request);
  }
  if (asked == request) return message;
  return failure({.code = "idempotency_key_reused",
                  .message = fmt::format("message {} was asked for under this key, and it differs",
                                         message->id.value),
                  .field = "Idempotency-Key",
                  .value = key.substr(messages::api_key_prefix.size())});
}

}  // namespace

Answer request_message(Context& context, const Call& call) {
  TRY(idempotency, idempotency_key(call));
  const std::string key = std::string(messages::api_key_prefix) + idempotency;
  TRY(body, read_body_object(call.request));
  const std::string request =
      to_hex(keyed_hash(context.runtime.master_key(), {"message", to_json(body)}).view());
  std::vector<events::Event> events;
  messages::MessageId earlier;
  {
    TRY(view, context.runtime.store().view());
    TRY(before, view->message_by_key(key));
    const bool is_free = !before || runtime::has_free_key(*before, context.runtime.clock().now());
    if (!is_free) {
      TRY(same, asked_for(*view, before, key, request));
      return message_answer(context, *view, *same);
    }
    TRY(wanted, read_wanted(context, *view, body));
    wanted.key = key;
    wanted.event_id = event_id_of(key, before);
    earlier = before ? before->id : messages::MessageId{};
    wanted.content.request = request;
    events = events_of(context, call, wanted);
  }
  TRY_VOID(runtime::submit_and_wait(context.runtime, std::move(events)));
  // What was durable before this is applied when it has been carried out.
  TRY_VOID(context.runtime.write([](store::StateTransaction&) { return Result<void>(); }));
  TRY(view, context.runtime.store().view());
  TRY(present, view->message_by_key(key));
  const bool is_made = present && present->id != earlier;
  TRY(message, asked_for(*view, is_made ? std::move(present) : std::nullopt, key, request));
  if (!message) {
    // The log knows the key from a message that is no more, or its contact was erased meanwhile.
    return failure({.code = "idempotency_key_reused",
                    .message = "this key was used for a message that has been erased",
                    .field = "Idempotency-Key",
                    .value = idempotency});
  }
  Answer answer = message_answer(context, *view, *message);
  if (answer) answer->status = 202;
  return answer;
}

}  // namespace sojourn::api::endpoints
