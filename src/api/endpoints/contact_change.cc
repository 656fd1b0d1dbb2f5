// PATCH /api/v1/contacts/{id}: attributes that a person writes. It is an event of the contact like
// any other, so that the newest writer counts, and rules see it.
#include "api/endpoints/contact_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "api/body_fields.h"
#include "api/endpoints/applied_events.h"
#include "api/endpoints/audit.h"
#include "api/endpoints/contact_json.h"
#include "api/problem.h"
#include "api/segment_call.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;

constexpr std::size_t message_id_bytes = 16;
/// Attributes in one call.
constexpr std::size_t changes_max = 100;

Error refused(std::string_view code, const std::string& name, std::string message) {
  return {.code = std::string(code),
          .message = std::move(message),
          .field = fmt::format("attributes.{}", name.substr(0, identifier_bytes_max)),
          .value = name.substr(0, identifier_bytes_max)};
}

Result<void> check(const std::string& name, const Value& value) {
  if (name.empty() || name.size() > identifier_bytes_max) {
    return failure(refused("too_long", name,
                           fmt::format("a name must have 1 to {} bytes", identifier_bytes_max)));
  }
  if (name == contacts::traits::email && !value.is_null()) {
    const std::string* text = value.as_string();
    if (text == nullptr || contacts::normalise_email(*text).empty()) {
      return failure(refused("wrong_type", name, "must be an email address, or null"));
    }
  }
  return check_depth(value, fmt::format("attributes.{}", name));
}

Result<Object> read_changes(const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(attributes, optional_object(body, "attributes"));
  if (attributes.empty()) {
    return failure({.code = "missing_field",
                    .message = "attributes must hold at least one",
                    .field = "attributes"});
  }
  if (attributes.size() > changes_max) {
    return failure({.code = "too_many_items",
                    .message = fmt::format("attributes has {} members, the limit is {}",
                                           attributes.size(), changes_max),
                    .field = "attributes",
                    .value = std::to_string(attributes.size()),
                    .limit = std::to_string(changes_max)});
  }
  for (const auto& [name, value] : attributes) TRY_VOID(check(name, value));
  return attributes;
}

/// Later than what stands, also where two changes come within one millisecond.
Timestamp written_at(const Context& context, const StoredContact& contact, const Object& changes) {
  Timestamp at = context.runtime.clock().now();
  for (const contacts::Attribute& held : contact.state.attributes.all()) {
    if (changes.find(held.name) == nullptr) continue;
    at = std::max(at, held.at + Duration::milliseconds(1));
  }
  return at;
}

events::Event event_of(const Context& context, const Call& call, const StoredContact& contact,
                       Object changes) {
  events::Event event;
  event.message_id = "edit-" + to_base32(context.random(message_id_bytes));
  event.type = events::EventType::identify;
  event.name = events::names::identified;
  event.contact = contact.record.id.hash;
  event.received_at = context.runtime.clock().now();
  event.at = written_at(context, contact, changes);
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.context.append("actor", Value(call.caller.name));
  event.traits = std::move(changes);
  return event;
}

std::string names_of(const Object& changes) {
  std::string names;
  for (const auto& [name, value] : changes) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

Answer change_contact(Context& context, const Call& call) {
  TRY(changes, read_changes(call));
  std::optional<StoredContact> contact;
  {
    TRY(view, context.runtime.store().view());
    TRY(id, require_contact(*view, call.parameter("id")));
    TRY(loaded, load_contact(*view, id));
    contact = std::move(loaded);
  }
  if (!contact) return failure("unknown_contact", "there is no such contact");
  // The audit log is for what was done, not for what is known of people.
  TRY_VOID(write_audit(context, call,
                       {.action = "contact.change",
                        .object = contacts::format(contact->record.id),
                        .detail = names_of(changes)}));
  std::vector<events::Event> one;
  one.push_back(event_of(context, call, *contact, std::move(changes)));
  TRY_VOID(apply_events(context.runtime, std::move(one)));
  TRY(view, context.runtime.store().view());
  TRY(text, contact_json(context, *view, contact->record.id));
  return json(std::move(text));
}

}  // namespace sojourn::api::endpoints
