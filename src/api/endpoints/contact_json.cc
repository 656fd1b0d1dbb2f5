#include "api/endpoints/contact_json.h"

#include <algorithm>

#include "api/endpoints/consent_lines.h"
#include "api/endpoints/contact_scores.h"
#include "api/endpoints/listed_contact.h"
#include "api/endpoints/run_json.h"
#include "api/json_fields.h"
#include "domain/contacts/attributes.h"

namespace sojourn::api {
namespace {

using contacts::ContactId;
using reaction::ContactState;
using reaction::Rules;

/// Merges of merges are rows of their own; longer chains than this do not come from merging people.
constexpr int alias_hops_max = 32;

void write_attributes(JsonWriter& out, const ContactState& state) {
  out.name("attributes").begin_object();
  for (const contacts::Attribute& attribute : state.attributes.all()) {
    if (attribute.value.is_null()) continue;
    out.name(attribute.name).begin_object();
    out.name("value").value(attribute.value);
    time_field(out, "at", attribute.at);
    null_field(out, "source");
    out.end_object();
  }
  out.end_object();
}

void write_identifiers(JsonWriter& out, const ContactState& state) {
  out.name("identifiers").begin_list();
  for (const contacts::Identifier& identifier : state.identifiers) {
    out.begin_object();
    text_field(out, "kind", identifier.kind);
    text_field(out, "value", identifier.value);
    out.end_object();
  }
  out.end_list();
}

void write_segments(JsonWriter& out, const ContactState& state, const Rules& rules) {
  out.name("segments").begin_list();
  for (const segments::Membership& membership : state.memberships) {
    const reaction::SegmentRule* rule = rules.segment(membership.segment);
    if (!membership.member || rule == nullptr) continue;
    out.begin_object();
    text_field(out, "key", rule->segment.key);
    text_field(out, "name", rule->segment.name);
    time_or_null_field(out, "since", membership.since);
    out.end_object();
  }
  out.end_list();
}

void write_lists(JsonWriter& out, const ContactState& state, const Rules& rules) {
  out.name("lists").begin_list();
  for (const segments::Listing& listing : state.lists) {
    const reaction::ListRule* rule = rules.list(listing.list);
    if (!listing.on || rule == nullptr) continue;
    out.begin_object();
    text_field(out, "key", rule->list.key);
    text_field(out, "name", rule->list.name);
    time_or_null_field(out, "since", listing.at);
    out.end_object();
  }
  out.end_list();
}

Result<void> write_runs(JsonWriter& out, store::StateReads& view, const ContactState& state,
                        const Rules& rules) {
  RunWriter writer(view, rules);
  out.name("runs").begin_list();
  for (auto run = state.runs.rbegin(); run != state.runs.rend(); ++run) {
    TRY_VOID(writer.write(out, state.id, *run));
  }
  out.end_list();
  return {};
}

std::string_view consent_word(std::string_view state) {
  if (state == "opted_in") return "subscribed";
  if (state == "opted_out") return "unsubscribed";
  if (state == "suppressed") return "suppressed";
  return "unknown";
}

/// By topic: that nothing may be sent, else what the address said last. `lines`: newest first.
std::map<std::string, store::ConsentRecord> last_words(
    const std::vector<store::ConsentRecord>& lines) {
  namespace states = policies::consent_states;
  std::map<std::string, store::ConsentRecord> said;
  std::map<std::string, store::ConsentRecord> suppressed;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line->state == states::suppressed) {
      suppressed[line->topic] = *line;
    } else if (line->state == states::lifted) {
      suppressed.erase(line->topic);
    } else {
      // An answer about every topic replaces those about single ones.
      if (line->topic.empty()) said.clear();
      said[line->topic] = *line;
    }
  }
  suppressed.merge(said);
  return suppressed;
}

/// What the ledger says of the contact's email address, the last word per topic.
Result<void> write_consent(JsonWriter& out, const Context& context, store::StateReads& view,
                           const ContactState& state) {
  static constexpr std::string_view channel = "email";
  const std::string address =
      contacts::normalise_email(state.attributes.text(contacts::traits::email));
  out.name("consent").begin_list();
  if (!address.empty()) {
    TRY(ledger, read_ledger(context, view, channel, address));
    for (const auto& [topic, record] : last_words(ledger.lines)) {
      out.begin_object();
      text_field(out, "channel", channel);
      text_field(out, "address", address);
      text_or_null_field(out, "topic", topic);
      text_field(out, "state", consent_word(record.state));
      time_field(out, "at", record.at);
      text_or_null_field(out, "source", record.source);
      out.end_object();
    }
  }
  out.end_list();
  return {};
}

void write_summary_members(JsonWriter& out, const StoredContact& contact) {
  text_field(out, "id", contacts::format(contact.record.id));
  text_or_null_field(out, "userId", contact.record.user_id);
  out.name("anonymousIds").begin_list();
  for (const contacts::Identifier& identifier : contact.state.identifiers) {
    if (identifier.kind == contacts::kinds::anonymous_id) out.string(identifier.value);
  }
  out.end_list();
  text_or_null_field(out, "email", contact.record.email);
  text_or_null_field(out, "name", contact.record.name);
  time_field(out, "firstSeenAt", contact.record.first_seen);
  time_field(out, "lastSeenAt", contact.record.last_seen);
  boolean_field(out, "known", !contact.record.user_id.empty() || !contact.record.email.empty());
}

}  // namespace

Result<ContactId> resolve_alias(store::StateReads& view, const ContactId& id) {
  ContactId current = id;
  for (int hop = 0; hop < alias_hops_max; ++hop) {
    TRY(survivor, view.alias(current));
    if (!survivor) break;
    current = *survivor;
  }
  return current;
}

Result<std::optional<ContactId>> find_contact(store::StateReads& view, std::string_view text) {
  std::optional<ContactId> found = contacts::parse_contact_id(text);
  if (!found) {
    const contacts::Identifier wanted{std::string(contacts::kinds::user_id), std::string(text)};
    TRY(linked, view.identifiers(std::span(&wanted, 1)));
    found = linked.front();
  }
  if (!found) return std::optional<ContactId>();
  TRY(id, resolve_alias(view, *found));
  TRY(record, view.contact(id));
  if (!record) return std::optional<ContactId>();
  return std::optional<ContactId>(id);
}

Result<ContactId> require_contact(store::StateReads& view, std::string_view text) {
  TRY(id, find_contact(view, text));
  if (!id) {
    return failure({.code = "unknown_contact",
                    .message = "there is no such contact",
                    .field = "id",
                    .value = std::string(text.substr(0, 300))});
  }
  return *id;
}

Result<std::optional<StoredContact>> load_contact(store::StateReads& view, const ContactId& id) {
  TRY(record, view.contact(id));
  if (!record) return std::optional<StoredContact>();
  TRY(state, reaction::decode_contact(record->state));
  return std::optional<StoredContact>({.record = std::move(*record), .state = std::move(state)});
}

void write_contact_summary(JsonWriter& out, const StoredContact& contact) {
  write_listed_contact(out, contact, {});
}

void write_listed_contact(JsonWriter& out, const StoredContact& contact,
                          const std::vector<std::string>& attributes) {
  out.begin_object();
  write_summary_members(out, contact);
  if (!attributes.empty()) {
    out.name("attributes").begin_object();
    for (const std::string& name : attributes) {
      const Value* value = contact.state.attributes.find(name);
      if (value != nullptr) out.name(name).value(*value);
    }
    out.end_object();
  }
  out.end_object();
}

Result<std::string> contact_json(const Context& context, store::StateReads& view,
                                 const ContactId& id) {
  TRY(contact, load_contact(view, id));
  if (!contact) return failure("unknown_contact", "there is no such contact");
  TRY(merged, view.merged_into(id));
  const std::shared_ptr<const Rules> rules = context.runtime.rules();
  const ContactState& state = contact->state;

  JsonWriter out;
  out.begin_object();
  write_summary_members(out, *contact);
  write_attributes(out, state);
  write_identifiers(out, state);
  write_segments(out, state, *rules);
  write_lists(out, state, *rules);
  const Timestamp now = context.runtime.clock().now();
  TRY_VOID(write_scores(out, view, state, *rules, now));
  write_grades(out, state, *rules, now);
  TRY_VOID(write_runs(out, view, state, *rules));
  TRY_VOID(write_consent(out, context, view, state));
  out.name("mergedFrom").begin_list();
  for (const ContactId& loser : merged) out.string(contacts::format(loser));
  out.end_list();
  return out.end_object().take();
}

Result<ContactRefs> ContactRefs::load(store::StateReads& view, const std::vector<ContactId>& ids) {
  ContactRefs refs;
  std::vector<ContactId> unique = ids;
  std::sort(unique.begin(), unique.end());
  unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
  TRY(records, view.contacts(unique));
  for (std::size_t i = 0; i < unique.size(); ++i) {
    std::optional<store::ContactRecord> record = std::move(records[i]);
    if (!record) {
      TRY(survivor, resolve_alias(view, unique[i]));
      TRY(found, view.contact(survivor));
      record = std::move(found);
    }
    if (record) refs.records_.emplace(unique[i], std::move(*record));
  }
  return refs;
}

void ContactRefs::write(JsonWriter& out, const ContactId& id) const {
  const auto found = records_.find(id);
  const store::ContactRecord* record = found == records_.end() ? nullptr : &found->second;
  out.begin_object();
  text_field(out, "id", contacts::format(record == nullptr ? id : record->id));
  text_or_null_field(out, "userId", record == nullptr ? "" : record->user_id);
  text_or_null_field(out, "name",
                     record == nullptr      ? ""
                     : record->name.empty() ? record->email
                                            : record->name);
  out.end_object();
}

}  // namespace sojourn::api
