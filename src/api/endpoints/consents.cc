// The consent ledger of one contact: what it says, and a line that somebody else writes down.
#include <fmt/format.h>

#include <map>

#include "api/body_fields.h"
#include "api/endpoints/applied_events.h"
#include "api/endpoints/consent.h"
#include "api/endpoints/consent_lines.h"
#include "api/endpoints/contact_json.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using policies::Said;

constexpr std::size_t message_id_bytes = 16;
constexpr std::size_t address_bytes_max = 254;
constexpr std::size_t key_bytes_max = 64;
constexpr std::size_t word_bytes_max = 100;
constexpr std::size_t evidence_bytes_max = 2'000;
constexpr std::string_view channel = "email";

std::string_view word_of(Said said) {
  switch (said) {
    case Said::nothing:
      return "unknown";
    case Said::opted_in:
      return "opted_in";
    case Said::opted_out:
      break;
  }
  return "opted_out";
}

void write_topic(JsonWriter& out, const policies::Policies& policies,
                 const policies::AddressConsent& consent, const policies::Topic& topic) {
  out.begin_object();
  text_or_null_field(out, "topic", topic.key);
  text_field(out, "name", topic.name);
  text_field(out, "state", word_of(policies::said_of(consent, topic.key)));
  boolean_field(out, "wanted", policies::wants(policies, consent, topic.key));
  boolean_field(out, "suppressed", policies::is_suppressed(consent, topic.key));
  out.end_object();
}

Result<std::string> address_of(store::StateReads& view, const ContactId& id) {
  TRY(contact, load_contact(view, id));
  if (!contact) return failure("unknown_contact", "there is no such contact");
  return contacts::normalise_email(contact->state.attributes.text(contacts::traits::email));
}

Result<std::string> consents_json(Context& context, const ContactId& id) {
  TRY(view, context.runtime.store().view());
  TRY(address, address_of(*view, id));
  const auto rules = context.runtime.rules();
  JsonWriter out;
  out.begin_object();
  text_or_null_field(out, "address", address);
  AddressLedger ledger;
  if (!address.empty()) {
    TRY(read, read_ledger(context, *view, channel, address));
    ledger = std::move(read);
  }
  out.name("topics").begin_list();
  policies::Topic all;
  all.name = "everything";
  write_topic(out, rules->policies(), ledger.consent, all);
  for (const policies::Topic& topic : rules->policies().topics) {
    write_topic(out, rules->policies(), ledger.consent, topic);
  }
  out.end_list();
  out.name("lines").begin_list();
  for (const store::ConsentRecord& line : ledger.lines) write_consent_line(out, line);
  TRY(sharing, read_ledger(context, *view, policies::sharing_channel, contacts::format(id)));
  for (const store::ConsentRecord& line : sharing.lines) write_consent_line(out, line);
  out.end_list();
  return out.end_object().take();
}

/// What a caller says that somebody agreed to, or did not.
struct Stated {
  std::string address;  ///< empty: the contact's own
  std::string topic;
  bool is_in = false;
  std::string basis;
  std::string source;
  std::string wording;
  std::string evidence;
};

Result<Stated> read_stated(const Context& context, const net::Request& request) {
  TRY(body, read_body_object(request));
  TRY(state, required_text(body, "state", {.min = 1, .max = word_bytes_max}));
  if (state != "opted_in" && state != "opted_out") {
    return failure({.code = "unknown_value",
                    .message = "state must be opted_in or opted_out",
                    .field = "state",
                    .value = state});
  }
  Stated stated;
  stated.is_in = state == "opted_in";
  TRY(address, optional_text(body, "address", {.min = 0, .max = address_bytes_max}));
  stated.address = contacts::normalise_email(address);
  TRY(topic, optional_text(body, "topic", {.min = 0, .max = key_bytes_max}));
  const auto rules = context.runtime.rules();
  const std::vector<policies::Topic>& topics = rules->policies().topics;
  const bool is_known =
      topics.empty() ? definitions::is_key(topic) : policies::find_topic(topics, topic) != nullptr;
  if (!topic.empty() && !is_known) {
    return failure({.code = "unknown_value",
                    .message = fmt::format("there is no topic \"{}\"", topic),
                    .field = "topic",
                    .value = topic});
  }
  stated.topic = std::move(topic);
  TRY(basis, optional_text(body, "basis", {.min = 0, .max = word_bytes_max}));
  stated.basis = basis.empty() ? "consent" : std::move(basis);
  TRY(source, optional_text(body, "source", {.min = 0, .max = word_bytes_max}));
  stated.source = source.empty() ? "api" : std::move(source);
  TRY(wording, optional_text(body, "wording", {.min = 0, .max = evidence_bytes_max}));
  stated.wording = std::move(wording);
  TRY(evidence, optional_text(body, "evidence", {.min = 0, .max = evidence_bytes_max}));
  stated.evidence = std::move(evidence);
  return stated;
}

events::Event event_for(const Context& context, const Call& call, const ContactId& id,
                        const Stated& stated) {
  events::Event event;
  event.message_id = "consent-" + to_base32(context.random(message_id_bytes));
  event.name = stated.is_in ? events::names::subscribed : events::names::unsubscribed;
  event.contact = id.hash;
  event.received_at = context.runtime.clock().now();
  event.at = event.received_at;
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.properties =
      Object{{"channel", channel},      {"address", stated.address}, {"topic", stated.topic},
             {"source", stated.source}, {"basis", stated.basis},     {"actor", call.caller.name}};
  if (!stated.evidence.empty()) event.properties.set("evidence", stated.evidence);
  if (!stated.wording.empty()) {
    event.properties.set("wording", stated.wording);
    event.properties.set("wordingHash", wording_hash(stated.wording));
  }
  return event;
}

}  // namespace

Answer get_consents(Context& context, const Call& call) {
  ContactId id;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, require_contact(*view, call.parameter("id")));
    id = found;
  }
  TRY(text, consents_json(context, id));
  return json(std::move(text));
}

Answer write_consent(Context& context, const Call& call) {
  TRY(stated, read_stated(context, call.request));
  ContactId id;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, require_contact(*view, call.parameter("id")));
    id = found;
    TRY(own, address_of(*view, id));
    if (stated.address.empty()) stated.address = own;
  }
  if (stated.address.empty()) {
    return failure({.code = "no_address",
                    .message = "the contact has no email address, and the body names none",
                    .field = "address"});
  }
  std::vector<events::Event> events;
  events.push_back(event_for(context, call, id, stated));
  TRY_VOID(apply_events(context.runtime, std::move(events)));
  TRY(text, consents_json(context, id));
  return created(std::move(text));
}

}  // namespace sojourn::api::endpoints
