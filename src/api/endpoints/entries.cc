#include <fmt/format.h>

#include <memory>

#include "api/body_fields.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/contact_lookup.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/inbound.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "api/segment_call.h"
#include "base/text.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/rules.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;

constexpr std::size_t message_id_bytes = 16;

/// Whom a call wants to enter.
struct Wanted {
  std::string contact;  ///< id, user id or email; empty where `user_id` is given
  std::string user_id;
  bool create = false;
  Object traits;  ///< of a contact that may be made
};

Result<Wanted> read_wanted(const Object& body) {
  const TextLimits limits{.min = 0, .max = identifier_bytes_max};
  Wanted wanted;
  TRY(contact, optional_text(body, "contact", limits));
  TRY(create, optional_boolean(body, "create"));
  wanted.contact = std::move(contact);
  wanted.create = create;
  TRY(traits, optional_object(body, "traits"));
  wanted.traits = std::move(traits);
  if (!wanted.traits.empty() && !wanted.create) {
    return failure({.code = "missing_field",
                    .message = "traits need create, which makes the contact that they are for",
                    .field = "create"});
  }
  const Value* user_id = body.find("userId");
  if (user_id != nullptr && !user_id->is_null()) {
    TRY(text, read_identifier(*user_id, "userId"));
    wanted.user_id = std::move(text);
  }
  if (wanted.contact.empty() == wanted.user_id.empty()) {
    return failure({.code = "missing_field",
                    .message = "one of contact and userId must be given, and not both",
                    .field = "contact"});
  }
  if (wanted.create && wanted.user_id.empty()) {
    return failure({.code = "missing_field",
                    .message = "create needs userId, which the new contact gets",
                    .field = "userId"});
  }
  return wanted;
}

/// Absent where nobody is found.
Result<std::optional<ContactId>> find_wanted(store::StateReads& view, const Wanted& wanted) {
  if (!wanted.user_id.empty()) return find_contact(view, wanted.user_id);
  TRY(found, find_contact(view, wanted.contact));
  if (found || wanted.contact.find('@') == std::string::npos) return found;
  return find_contact_by_email(view, wanted.contact);
}

/// Who sends an id again means the same entry; without one each call is an entry of its own.
Result<std::string> message_id_of(const Context& context, const Object& body,
                                  std::string_view journey) {
  const Value* value = body.find("messageId");
  if (value == nullptr || value->is_null()) {
    return "entry-" + to_base32(context.random(message_id_bytes));
  }
  TRY(id, read_identifier(*value, "messageId"));
  return fmt::format("entry/{}/{}", journey, id);
}

struct Entry {
  events::Event event;
  std::optional<ContactId> contact;  ///< absent where the event makes it
};

Result<Entry> read_entry(Context& context, const Call& call) {
  const std::string& journey = call.parameter("key");
  const auto rules = context.runtime.rules();
  const reaction::JourneyRule* rule = rules->journey(std::string_view(journey));
  if (rule == nullptr || rule->finishing) {
    return failure(absent_definition(*rules, "journey", journey));
  }
  TRY(body, read_body_object(call.request));
  TRY(wanted, read_wanted(body));
  TRY(data, optional_object(body, "data"));
  TRY(message_id, message_id_of(context, body, journey));
  TRY(view, context.runtime.store().view());
  TRY(contact, find_wanted(*view, wanted));
  if (!contact && !wanted.create) {
    const bool by_user_id = !wanted.user_id.empty();
    return failure({.code = "unknown_contact",
                    .message = "there is no such contact",
                    .field = by_user_id ? "userId" : "contact",
                    .value = by_user_id ? wanted.user_id : wanted.contact});
  }
  Entry entry{.event = {}, .contact = contact};
  events::Event& event = entry.event;
  event.message_id = std::move(message_id);
  event.name = events::names::entry_requested;
  if (contact) {
    event.contact = contact->hash;
  } else {
    event.user_id = wanted.user_id;
    event.traits = std::move(wanted.traits);
  }
  event.received_at = context.runtime.clock().now();
  event.at = event.received_at;
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.properties = {{"journey", journey}, {"data", std::move(data)}};
  event.context.append("actor", Value(call.caller.name));
  event.context.append("by", Value(call.caller.email.empty() ? "api" : "user"));
  return entry;
}

std::string entry_json(const Entry& entry) {
  JsonWriter out;
  out.begin_object();
  text_field(out, "eventId", entry.event.message_id);
  text_or_null_field(out, "contact", entry.contact ? contacts::format(*entry.contact) : "");
  return out.end_object().take();
}

}  // namespace

void enter_journey(Context& context, Call&& call, net::Reply&& reply) {
  Result<Entry> entry = read_entry(context, call);
  if (!entry) return reply.send(problem(entry.error()));
  std::string answer = entry_json(*entry);
  std::vector<events::Event> events;
  events.push_back(std::move(entry->event));
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto done = [waiting, answer = std::move(answer)](Result<void> result) {
    waiting->send(result ? accepted(answer) : problem(result.error()));
  };
  const Result<void> submitted = context.runtime.submit(std::move(events), done);
  if (!submitted) waiting->send(problem(submitted.error()));
}

}  // namespace sojourn::api::endpoints
