#include "runtime/bulk_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/bind_condition.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/contact_view.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/evaluate.h"
#include "runtime/fact_scan.h"
#include "runtime/job_events.h"
#include "runtime/ledger.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using Action = BulkParameters::Action;

/// Contacts in one slice: an event each, in one group commit. Erasure rewrites the log, and takes
/// fewer.
constexpr std::size_t contacts_per_slice = 1'000;
constexpr std::size_t erased_per_slice = 100;

constexpr std::array<std::string_view, 5> action_names = {"add_to_list", "remove_from_list",
                                                          "opt_in", "opt_out", "erase"};

std::string_view name_of(Action action) {
  return action_names[static_cast<std::size_t>(action)];
}

bool is_of_list(Action action) {
  return action == Action::add_to_list || action == Action::remove_from_list;
}
bool is_of_consent(Action action) {
  return action == Action::opt_in || action == Action::opt_out;
}

Result<std::vector<ContactId>> read_contacts(definitions::Reader& reader) {
  TRY(items, reader.optional_list("contacts"));
  std::vector<ContactId> ids;
  if (items == nullptr) return ids;
  if (items->size() > bulk_contacts_max) {
    return failure({.code = "too_many_items",
                    .message = fmt::format("contacts has {} items, the limit is {}", items->size(),
                                           bulk_contacts_max),
                    .field = "contacts",
                    .value = std::to_string(items->size()),
                    .limit = std::to_string(bulk_contacts_max)});
  }
  for (const Value& item : *items) {
    const std::string* text = item.as_string();
    const std::optional<ContactId> id =
        text == nullptr ? std::nullopt : contacts::parse_contact_id(*text);
    if (!id) {
      return reader.refuse("wrong_type", fmt::format("contacts[{}]", ids.size()),
                           "must be the id of a contact");
    }
    ids.push_back(*id);
  }
  return ids;
}

/// A contact whose turn it is, as it stands.
struct Standing {
  ContactId id;
  std::string address;  ///< normalised; empty: none
  Timestamp listed_at = Timestamp::beginning();
};

events::Event event_of(const store::JobRecord& job, const BulkParameters& parameters,
                       const Standing& contact, Timestamp now) {
  namespace names = events::names;
  events::Event event;
  event.message_id = fmt::format("bulk-{}-{}", job.id.value, contacts::format(contact.id));
  event.contact = contact.id.hash;
  event.received_at = now;
  event.at = now;
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.context.append("actor", Value(job.created_by));
  if (is_of_list(parameters.action)) {
    const bool joins = parameters.action == Action::add_to_list;
    event.name = joins ? names::list_joined : names::list_left;
    event.properties.append("list", Value(parameters.list));
    // Later than what it changes, also within one millisecond.
    event.at = std::max(now, contact.listed_at + Duration::milliseconds(1));
    return event;
  }
  event.name = parameters.action == Action::opt_in ? names::subscribed : names::unsubscribed;
  event.properties =
      Object{{"channel", "email"}, {"address", contact.address}, {"topic", parameters.topic},
             {"source", "bulk"},   {"basis", "consent"},         {"actor", job.created_by}};
  return event;
}

Result<std::vector<Standing>> standings_of(store::StateReads& view,
                                           const std::vector<ContactId>& ids,
                                           std::optional<std::uint32_t> list) {
  TRY(records, view.contacts(ids));
  std::vector<Standing> standings;
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    Standing standing{
        .id = record->id,
        .address = contacts::normalise_email(state.attributes.text(contacts::traits::email))};
    for (const segments::Listing& listing : state.lists) {
      if (list && listing.list == *list) standing.listed_at = listing.at;
    }
    standings.push_back(std::move(standing));
  }
  return standings;
}

/// The next ids whose turn it is, and where the slice after it begins; empty at the end.
struct Turn {
  std::vector<ContactId> ids;
  std::string resume;
};

Result<Turn> next_turn(const store::JobRecord& job, const BulkParameters& parameters,
                       store::StateReads& view) {
  const std::size_t limit =
      parameters.action == Action::erase ? erased_per_slice : contacts_per_slice;
  Turn turn;
  if (!parameters.contacts.empty()) {
    const auto begin = static_cast<std::size_t>(job.done);
    const std::size_t end = std::min(begin + limit, parameters.contacts.size());
    for (std::size_t i = begin; i < end; ++i) turn.ids.push_back(parameters.contacts[i]);
    if (end < parameters.contacts.size()) turn.resume = std::to_string(end);
    return turn;
  }
  ContactId after;
  if (!job.resume.empty()) {
    const std::optional<Hash128> hash = Hash128::from_bytes(from_hex(job.resume).value_or(""));
    if (!hash) return failure("damaged_job", "the job's place cannot be read");
    after = {*hash};
  }
  TRY(ids, view.contact_ids(after, limit));
  turn.ids = std::move(ids);
  if (turn.ids.size() == limit) turn.resume = to_hex(turn.ids.back().hash.view());
  return turn;
}

}  // namespace

Result<BulkParameters> read_bulk_parameters(const Value& value) {
  definitions::Reader reader(value, "");
  BulkParameters parameters;
  TRY(action,
      reader.choice("action", {"add_to_list", "remove_from_list", "opt_in", "opt_out", "erase"}));
  parameters.action = static_cast<Action>(action);
  TRY(list, reader.optional_text("list"));
  parameters.list = list.value_or("");
  TRY(topic, reader.optional_text("topic"));
  parameters.topic = topic.value_or("");
  TRY(ids, read_contacts(reader));
  parameters.contacts = std::move(ids);
  if (const Value* where = reader.find("where")) parameters.where = *where;
  TRY_VOID(reader.finish());
  if (is_of_list(parameters.action) == parameters.list.empty()) {
    return reader.refuse(parameters.list.empty() ? "missing_member" : "wrong_member", "list",
                         "belongs to add_to_list and remove_from_list");
  }
  if (!parameters.topic.empty() && !is_of_consent(parameters.action)) {
    return reader.refuse("wrong_member", "topic", "belongs to opt_in and opt_out");
  }
  if (parameters.contacts.empty() == parameters.where.is_null()) {
    return reader.refuse(parameters.where.is_null() ? "missing_member" : "wrong_member", "where",
                         "or contacts must be given, and not both");
  }
  return parameters;
}

Object write_bulk_parameters(const BulkParameters& parameters) {
  Object object{{"action", name_of(parameters.action)}};
  if (!parameters.list.empty()) object.set("list", parameters.list);
  if (!parameters.topic.empty()) object.set("topic", parameters.topic);
  if (!parameters.where.is_null()) object.set("where", parameters.where);
  if (!parameters.contacts.empty()) {
    Value::List ids;
    for (const ContactId& id : parameters.contacts) ids.emplace_back(contacts::format(id));
    object.set("contacts", std::move(ids));
  }
  return object;
}

BulkWork::BulkWork(Runtime& runtime) : runtime_(runtime) {}
BulkWork::~BulkWork() = default;

Result<std::vector<ContactId>> BulkWork::those_of(const store::JobRecord& job,
                                                  const BulkParameters& parameters,
                                                  store::StateReads& view,
                                                  const std::vector<ContactId>& ids) {
  if (parameters.where.is_null()) return ids;
  const auto rules = runtime_.rules();
  TRY(condition, segments::read_condition(parameters.where, "where"));
  TRY_VOID(reaction::bind_condition(*rules, condition));
  if (ledger_ == nullptr || ledger_job_ != job.id) {
    ledger_ = std::make_unique<Ledger>(runtime_.master_key());
    ledger_job_ = job.id;
    TRY_VOID(ledger_->load(view));
  }
  TRY(records, view.contacts(ids));
  std::vector<reaction::ContactState> states;
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    states.push_back(std::move(state));
  }
  const WantedFacts wanted(missing_facts(condition, *rules));
  if (!wanted.empty()) TRY_VOID(count_facts(runtime_.store(), view, wanted, states));
  static const std::vector<effects::Effect> nothing_decided;
  const Timestamp now = runtime_.clock().now();
  std::vector<ContactId> found;
  for (const reaction::ContactState& state : states) {
    const reaction::ContactView contact(*rules, state, *ledger_, nothing_decided, now, {});
    if (segments::evaluate(condition, contact, now).value) found.push_back(state.id);
  }
  return found;
}

Result<JobSlice> BulkWork::step(const store::JobRecord& job) {
  TRY(value, parse_json(job.parameters));
  TRY(parameters, read_bulk_parameters(value));
  const auto rules = runtime_.rules();
  std::optional<std::uint32_t> list;
  if (!parameters.list.empty()) {
    const reaction::ListRule* rule = rules->list(std::string_view(parameters.list));
    if (rule == nullptr) {
      return failure("unknown_list", fmt::format("list {} is no more", parameters.list));
    }
    list = rule->number;
  }
  JobSlice slice{.job = job};
  TRY(view, runtime_.store().view());
  if (!slice.job.total) {
    TRY(everybody, view->contact_count());
    slice.job.total = parameters.contacts.empty() ? everybody : parameters.contacts.size();
  }
  TRY(turn, next_turn(job, parameters, *view));
  TRY(chosen, those_of(job, parameters, *view, turn.ids));
  TRY(standings, standings_of(*view, chosen, list));
  view.reset();
  if (parameters.action == Action::erase) {
    std::vector<ContactId> ids;
    for (const Standing& contact : standings) ids.push_back(contact.id);
    TRY(erased, runtime_.erase_all(ids, job.created_by));
    slice.job.counts["erased"] += static_cast<std::int64_t>(erased);
  } else {
    std::vector<events::Event> events;
    const Timestamp now = runtime_.clock().now();
    for (const Standing& contact : standings) {
      const bool lacks_address = is_of_consent(parameters.action) && contact.address.empty();
      if (!lacks_address) events.push_back(event_of(job, parameters, contact, now));
      ++slice.job.counts[lacks_address ? "no_address" : "changed"];
    }
    TRY_VOID(submit_and_wait(runtime_, std::move(events)));
  }
  slice.job.done += turn.ids.size();
  slice.job.resume = turn.resume;
  slice.has_ended = turn.resume.empty();
  if (slice.has_ended) {
    // Contacts may have come and gone while it ran.
    slice.job.total = slice.job.done;
    slice.job.result = to_json(Value(Object{}));
    ledger_.reset();
  }
  return slice;
}

}  // namespace sojourn::runtime
