#include "runtime/import_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/contacts/address.h"
#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"
#include "domain/policies/policies.h"
#include "runtime/event_log.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using events::Event;
using transfer::Row;
using transfer::Subject;

/// How far ahead of its receipt an event may lie (PRODUCT 4, "Dates").
constexpr Duration ahead_max = Duration::minutes(5);
constexpr std::string_view email_channel = "email";

const Value* find_attribute(const KnownContact& known,
                            const std::optional<reaction::ContactState>& state,
                            std::string_view name) {
  if (const Value* value = known.written.find(name)) return value;
  return state ? state->attributes.find(name) : nullptr;
}

std::size_t attribute_count(const KnownContact& known,
                            const std::optional<reaction::ContactState>& state) {
  std::size_t count = state ? state->attributes.all().size() : 0;
  for (const auto& [name, value] : known.written) {
    const bool is_there = state && state->attributes.find(name) != nullptr;
    if (!is_there) ++count;
  }
  return count;
}

}  // namespace

std::string import_message(store::JobId job, std::uint64_t row) {
  return fmt::format("import/{}/{}", job.value, row);
}

std::string undo_message(store::JobId job, std::uint64_t row) {
  return fmt::format("undo/{}/{}", job.value, row);
}

std::string anonymous_id_of_email(const HashKey& master_key, std::string_view email) {
  const HashKey key = derive_key(master_key, "anonymous ids of imported emails");
  return "email-" + to_base32(keyed_hash(key, {contacts::folded_address(email)}).view());
}

Result<RowOutcome> ImportRows::take(const Row& row, std::uint64_t number) {
  RowOutcome outcome;
  TRY(target, find_target(row, outcome));
  if (!target) return outcome;
  KnownContact& known = known_[target->id];
  const bool is_new = !target->state && !known.is_new;

  Difference changed = difference(row, *target, known);
  const std::size_t count = attribute_count(known, target->state);
  if (count + changed.written.size() > contacts::attributes_max && !changed.written.empty()) {
    outcome.count = "bad";
    outcome.error =
        Error{.code = "too_many_attributes",
              .message = fmt::format("the contact would have {} attributes, the limit"
                                     " is {}",
                                     count + changed.written.size(), contacts::attributes_max),
              .limit = std::to_string(contacts::attributes_max)};
    return outcome;
  }
  const Value* email = find_attribute(known, target->state, contacts::traits::email);
  std::string address = row.email;
  if (address.empty() && email != nullptr) {
    address = contacts::normalise_email(email->as_string() == nullptr ? "" : *email->as_string());
  }
  for (const auto& [name, value] : changed.written) known.written.set(name, value);
  known.is_new = known.is_new || is_new;

  const bool is_event = context_.parameters.mapping.subject == Subject::events;
  const bool changes = target->links || !changed.written.empty();
  const bool identifies = is_new || changes;
  outcome.count = is_new ? "new" : changes ? "updated" : "unchanged";
  if (is_event) outcome.count = "imported";
  if (identifies && !is_event) add_identify(*target, number, changed.written, outcome);
  if (is_event) {
    Row narrowed = row;
    narrowed.attributes = changed.written;
    add_event(narrowed, *target, number, outcome);
  }
  if (context_.parameters.consent) {
    TRY_VOID(add_consent(*target, number, std::move(address), known, outcome));
  }
  add_to_list(*target, number, known, outcome);
  if (!outcome.events.empty()) {
    outcome.change = store::ImportChange{.job = context_.job,
                                         .row = number,
                                         .contact = target->id,
                                         .has_created = is_new,
                                         .before = to_json(changed.before)};
  }
  return outcome;
}

Result<std::optional<ImportRows::Target>> ImportRows::find_target(const Row& row,
                                                                  RowOutcome& outcome) {
  Target target;
  target.base.user_id = row.user_id;
  target.base.anonymous_id = row.anonymous_id;
  target.base.received_at = context_.now;
  target.base.at = context_.now;
  target.base.trust = events::Trust::server_key;
  target.base.source = import_source_name;
  Object import{{"job", std::to_string(context_.job.value)}};
  target.base.context.set("import", std::move(import));
  if (!context_.parameters.starts_journeys) target.base.context.set("quiet", true);
  if (!row.user_id.empty()) {
    TRY_VOID(find_by_user_id(row, target));
  } else if (!row.anonymous_id.empty()) {
    TRY_VOID(find_by_anonymous_id(target));
  } else {
    TRY(found, find_by_email(row, target, outcome));
    if (!found) return std::optional<Target>();
  }
  return std::optional(std::move(target));
}

Result<std::optional<ContactId>> ImportRows::link_of(std::string_view kind,
                                                     const std::string& value) {
  const contacts::Identifier identifier{std::string(kind), value};
  TRY(found, reads_.identifiers(std::span(&identifier, 1)));
  return found.front();
}

Result<std::optional<reaction::ContactState>> ImportRows::load(const ContactId& id) {
  TRY(record, reads_.contact(id));
  if (!record) return std::optional<reaction::ContactState>();
  TRY(state, reaction::decode_contact(record->state));
  return std::optional(std::move(state));
}

Result<void> ImportRows::find_by_user_id(const Row& row, Target& target) {
  TRY(link, link_of(contacts::kinds::user_id, row.user_id));
  const contacts::Identifier identifier{std::string(contacts::kinds::user_id), row.user_id};
  target.id =
      link.value_or(contacts::derive_contact_id(contact_key(context_.master_key), identifier));
  TRY(state, load(target.id));
  target.state = std::move(state);
  if (target.state || known_.contains(target.id)) {
    if (row.anonymous_id.empty()) return {};
    TRY(visitor, link_of(contacts::kinds::anonymous_id, row.anonymous_id));
    target.links = visitor != target.id;
    return {};
  }
  // Nobody has this user id: it may be that of a contact who is there without one.
  if (target.base.anonymous_id.empty() && !row.email.empty()) {
    TRY(ids, reads_.contacts_with_email(row.email, 2));
    if (ids.size() == 1) {
      TRY(other, load(ids.front()));
      if (other && !other->is_known()) {
        target.base.anonymous_id = other->identifier(contacts::kinds::anonymous_id);
      }
    }
  }
  if (target.base.anonymous_id.empty()) return {};
  TRY(visitor, link_of(contacts::kinds::anonymous_id, target.base.anonymous_id));
  if (!visitor) return {};
  TRY(other, load(*visitor));
  if (!other || other->is_known()) return {};
  target.id = *visitor;
  target.state = std::move(other);
  target.links = true;
  return {};
}

Result<void> ImportRows::find_by_anonymous_id(Target& target) {
  const std::string& value = target.base.anonymous_id;
  TRY(link, link_of(contacts::kinds::anonymous_id, value));
  const contacts::Identifier identifier{std::string(contacts::kinds::anonymous_id), value};
  target.id =
      link.value_or(contacts::derive_contact_id(contact_key(context_.master_key), identifier));
  TRY(state, load(target.id));
  target.state = std::move(state);
  return {};
}

Result<bool> ImportRows::find_by_email(const Row& row, Target& target, RowOutcome& outcome) {
  TRY(ids, reads_.contacts_with_email(row.email, 2));
  if (ids.size() > 1) {
    outcome.count = "bad";
    outcome.error = Error{.code = "ambiguous_email",
                          .message = fmt::format("several contacts have the email {}", row.email),
                          .value = row.email};
    return false;
  }
  if (ids.size() == 1) {
    target.id = ids.front();
    target.base.contact = target.id.hash;
    TRY(state, load(target.id));
    target.state = std::move(state);
    return true;
  }
  target.base.anonymous_id = anonymous_id_of_email(context_.master_key, row.email);
  TRY_VOID(find_by_anonymous_id(target));
  return true;
}

ImportRows::Difference ImportRows::difference(const Row& row, const Target& target,
                                              const KnownContact& known) const {
  Difference difference;
  for (const auto& [name, value] : row.attributes) {
    const Value* present = find_attribute(known, target.state, name);
    if (present != nullptr && *present == value) continue;
    if (present != nullptr && context_.parameters.overwrite == Overwrite::only_empty) continue;
    difference.written.set(name, value);
    difference.before.set(name, present == nullptr ? Value() : *present);
  }
  return difference;
}

void ImportRows::add_identify(const Target& target, std::uint64_t number, Object written,
                              RowOutcome& outcome) const {
  Event event = target.base;
  event.message_id = import_message(context_.job, number);
  event.type = events::EventType::identify;
  event.name = events::names::identified;
  event.traits = std::move(written);
  outcome.events.push_back(std::move(event));
}

void ImportRows::add_event(const Row& row, const Target& target, std::uint64_t number,
                           RowOutcome& outcome) const {
  Event event = target.base;
  event.message_id = import_message(context_.job, number);
  event.type = events::EventType::track;
  event.name = row.event;
  event.properties = row.properties;
  event.traits = row.attributes;
  if (row.at) event.at = std::min(*row.at, context_.now + ahead_max);
  outcome.events.push_back(std::move(event));
}

Result<void> ImportRows::add_consent(const Target& target, std::uint64_t number,
                                     std::string address, KnownContact& known,
                                     RowOutcome& outcome) {
  if (address.empty() || known.has_consent) return {};
  const ImportConsent& given = *context_.parameters.consent;
  TRY(history, reads_.consent_history(context_.ledger.address_hash(email_channel, address)));
  policies::AddressConsent present;
  for (auto line = history.rbegin(); line != history.rend(); ++line) {
    policies::fold(present, line->topic, line->state);
  }
  // Who has said no is asked by nobody's list again.
  const bool is_out = !present.opted_out.empty() || !present.suppressed_topics.empty();
  if (present.suppressed || is_out) {
    outcome.keeps_opt_out = true;
    return {};
  }
  if (policies::said_of(present, given.topic) == policies::Said::opted_in) return {};
  Event event = target.base;
  event.message_id = import_message(context_.job, number) + "/consent";
  event.type = events::EventType::track;
  event.name = events::names::subscribed;
  event.trust = events::Trust::system;
  event.properties = Object{{"channel", email_channel},
                            {"address", std::move(address)},
                            {"topic", given.topic},
                            {"source", import_source_name},
                            {"evidence", given.evidence}};
  outcome.events.push_back(std::move(event));
  outcome.has_consent = known.has_consent = true;
  return {};
}

void ImportRows::add_to_list(const Target& target, std::uint64_t number, KnownContact& known,
                             RowOutcome& outcome) const {
  if (!context_.list || known.is_listed) return;
  known.is_listed = true;
  if (target.state) {
    const auto& lists = target.state->lists;
    const bool is_on = std::any_of(lists.begin(), lists.end(), [&](const auto& listing) {
      return listing.list == *context_.list && listing.on;
    });
    if (is_on) return;
  }
  Event event = target.base;
  event.message_id = import_message(context_.job, number) + "/list";
  event.type = events::EventType::track;
  event.name = events::names::list_joined;
  event.trust = events::Trust::system;
  event.properties = Object{{"list", context_.parameters.list}};
  outcome.events.push_back(std::move(event));
  outcome.is_listed = true;
}

}  // namespace sojourn::runtime
