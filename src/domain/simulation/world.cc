#include "domain/simulation/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ensure.h"
#include "domain/contacts/address.h"
#include "domain/contacts/attributes.h"
#include "domain/definitions/yaml.h"
#include "domain/events/answer_names.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/render.h"
#include "domain/templates/liquid.h"

namespace sojourn::simulation {
namespace {

using contacts::ContactId;
using contacts::Identifier;
using effects::Decision;
using effects::DecisionKind;
using messages::DeliveryState;
using messages::Message;
using messages::MessageId;
using reaction::ContactState;

namespace names = events::names;

bool waits(const Message& message) {
  return message.state == DeliveryState::queued || message.state == DeliveryState::retry;
}

/// The version that the message's run follows; the journey's present one where the run is
/// forgotten.
int version_followed(const Message& message, const ContactState* contact,
                     const reaction::Rules& rules) {
  if (contact != nullptr) {
    for (const journeys::Run& run : contact->runs) {
      if (run.id == message.run) return run.version;
    }
  }
  const reaction::JourneyRule* rule = rules.journey(message.journey);
  return rule == nullptr ? 0 : rule->journey.version;
}

Decision about(const Message& message, int version, DecisionKind kind, Timestamp now) {
  Decision decision;
  decision.kind = kind;
  decision.at = now;
  decision.definition = "journey";
  decision.key = message.journey;
  decision.version = version;
  decision.run = message.run;
  decision.step = message.step;
  decision.message = message.key;
  return decision;
}

}  // namespace

class World::Ledger final : public policies::ConsentLedger {
 public:
  explicit Ledger(const policies::ConsentLedger* before) : before_(before) {}

  policies::AddressConsent consent(std::string_view channel,
                                   std::string_view address) const override {
    const auto found = states_.find({std::string(channel), contacts::folded_address(address)});
    if (found != states_.end()) return found->second;
    return before_ == nullptr ? policies::AddressConsent{} : before_->consent(channel, address);
  }

  void apply(const effects::RecordConsent& change) {
    policies::AddressConsent state = consent(change.channel, change.address);
    policies::fold(state, change.topic, change.state);
    states_[{change.channel, contacts::folded_address(change.address)}] = std::move(state);
  }

 private:
  const policies::ConsentLedger* before_;  ///< null: nothing was said
  std::map<std::pair<std::string, std::string>, policies::AddressConsent> states_;
};

class World::WorldLinks final : public contacts::Links {
 public:
  explicit WorldLinks(const World& world) : world_(world) {}

  contacts::Standing standing(const Identifier& identifier) const override {
    const auto link = world_.links_.find(identifier);
    if (link == world_.links_.end()) {
      return {contacts::derive_contact_id(world_.settings_.contact_key, identifier)};
    }
    const ContactState* state = world_.find(link->second);
    return {link->second, state != nullptr, state != nullptr && state->is_known()};
  }

 private:
  const World& world_;
};

World::World(std::shared_ptr<const reaction::Rules> rules, WorldSettings settings)
    : rules_(std::move(rules)),
      settings_(std::move(settings)),
      sources_(settings_.sources),
      now_(settings_.start),
      ledger_(std::make_unique<Ledger>(settings_.ledger)),
      sending_(sending_policies_in(sources_)) {
  take_standings(reaction::experiments_in(*rules_, {}, now_));
}

World::~World() = default;

policies::SendingPolicies World::sending_policies_in(
    const std::vector<reaction::DefinitionSource>& sources) {
  for (const reaction::DefinitionSource& source : sources) {
    const auto name = reaction::read_definition_name(source.text);
    const auto document = definitions::parse_yaml(source.text);
    if (!name || !document || name->kind != "workspace") continue;
    // The rules were compiled from it, so that it can be read.
    return policies::read_sending_policies(document->value).value_or(policies::SendingPolicies());
  }
  return {};
}

void World::admit(ContactState contact) {
  for (const Identifier& identifier : contact.identifiers) links_[identifier] = contact.id;
  arm(contact, contact.wake);
  contacts_[contact.id] = std::move(contact);
}

const policies::ConsentLedger& World::ledger() const {
  return *ledger_;
}

Result<void> World::take(events::Event event) {
  TRY_VOID(advance(event.received_at));
  if (!message_ids_.insert(event.message_id).second) return {};
  apply(event);
  return settle();
}

Result<void> World::advance(Timestamp until) {
  ENSURE(until >= now_);
  while (true) {
    const Timestamp due = next_due();
    if (due > until) break;
    now_ = std::max(now_, due);
    TRY_VOID(settle());
  }
  now_ = until;
  return {};
}

Timestamp World::next_due() const {
  Timestamp due = Timestamp::never();
  if (!wakes_.empty()) due = std::min(due, wakes_.begin()->first);
  if (!due_messages_.empty()) due = std::min(due, due_messages_.begin()->first);
  return std::min({due, next_campaign_due(), board_.next_due()});
}

Result<void> World::settle() {
  for (int inputs = 0; inputs < inputs_per_instant_max; ++inputs) {
    if (!own_events_.empty()) {
      const events::Event event = std::move(own_events_.front());
      own_events_.pop_front();
      if (message_ids_.insert(event.message_id).second) apply(event);
    } else if (!wakes_.empty() && wakes_.begin()->first <= now_) {
      const ContactId id = wakes_.begin()->second;
      react(id, reaction::TimerInput{});
    } else if (!due_messages_.empty() && due_messages_.begin()->first <= now_) {
      const MessageId id = due_messages_.begin()->second;
      due_messages_.erase(due_messages_.begin());
      send(id);
    } else if (next_campaign_due() <= now_) {
      TRY_VOID(step_campaign());
    } else if (board_.next_due() <= now_) {
      // At rest, so that it does not depend on the order of what happens at one instant.
      board_.look(now_);
      take_standings(board_.experiments());
    } else {
      return {};
    }
  }
  return failure({.code = "endless",
                  .message = fmt::format("at {} the definitions have not come to rest after {} "
                                         "inputs",
                                         format_timestamp(now_), inputs_per_instant_max),
                  .limit = std::to_string(inputs_per_instant_max)});
}

const ContactState* World::find(const ContactId& id) const {
  const auto found = contacts_.find(follow(id));
  return found == contacts_.end() ? nullptr : &found->second;
}

const ContactState* World::find(const Identifier& identifier) const {
  const auto link = links_.find(identifier);
  return link == links_.end() ? nullptr : find(link->second);
}

std::uint64_t World::member_count(std::uint32_t segment) const {
  std::uint64_t count = 0;
  for (const auto& [id, contact] : contacts_) {
    for (const segments::Membership& membership : contact.memberships) {
      if (membership.segment == segment && membership.member) ++count;
    }
  }
  return count;
}

std::vector<Stage::Count> World::counts(std::string_view kind, std::string_view key) const {
  std::vector<Count> counts;
  for (const auto& [place, count] : counters_) {
    const auto& [counted_kind, counted_key, version, step, variant, outcome] = place;
    if (counted_kind == kind && counted_key == key && count != 0) {
      counts.push_back({version, step, outcome, count, variant});
    }
  }
  return counts;
}

std::vector<Message> World::messages_of(std::string_view journey) const {
  std::vector<Message> found;
  for (const Message& message : messages_) {
    if (message.journey == journey && find(message.contact) != nullptr) found.push_back(message);
  }
  return found;
}

std::vector<const ContactState*> World::everybody() const {
  std::vector<const ContactState*> contacts;
  for (const auto& [id, contact] : contacts_) contacts.push_back(&contact);
  return contacts;
}

Result<bool> World::erase(const ContactId& id) {
  const ContactId contact = follow(id);
  const auto found = contacts_.find(contact);
  if (found == contacts_.end()) return false;
  count_erased(found->second);
  const std::string email =
      contacts::normalise_email(found->second.attributes.text(contacts::traits::email));
  returned_.erase(contacts::folded_address(email));
  wakes_.erase({found->second.wake, contact});
  older_entries_.erase(contact);
  contacts_.erase(found);
  std::erase_if(links_, [&](const auto& link) { return link.second == contact; });
  for (Message& message : messages_) {
    if (follow(message.contact) != contact) continue;
    due_messages_.erase({message.due, message.id});
    // Who comes back under the same name is another contact, whose messages have the same keys.
    message_keys_.erase(message.key);
    message.contact = ContactId();
    if (!message.campaign.empty()) touch_campaign(message.campaign);
    if (!waits(message)) continue;
    message.state = DeliveryState::cancelled;
    // A campaign tells its messages by their states, and those of the API belong to nothing.
    if (message.template_key.empty() || message.journey.empty()) continue;
    count({"journey", message.journey, 0, message.step, "cancelled:erased", 1});
  }
  absl::erase_if(aliases_, [&](const auto& alias) { return alias.second == contact; });
  // A campaign may have waited for a message of theirs.
  TRY_VOID(settle());
  return true;
}

void World::count_erased(const ContactState& contact) {
  count({"workspace", "", 0, "", "contacts", -1});
  for (const segments::Membership& membership : contact.memberships) {
    const reaction::SegmentRule* rule = rules_->segment(membership.segment);
    if (!membership.member || rule == nullptr) continue;
    count({"segment", rule->segment.key, rule->version, "", "left", 1});
  }
  for (const journeys::Run& run : contact.runs) {
    const reaction::JourneyRule* rule = rules_->journey(run.journey);
    if (run.state != journeys::RunState::active || rule == nullptr) continue;
    count({"journey", rule->journey.key, run.version, "", "erased", 1});
    if (run.step.empty()) continue;
    count({"journey", rule->journey.key, run.version, run.step, "left", 1});
  }
}

ContactId World::follow(ContactId id) const {
  for (auto next = aliases_.find(id); next != aliases_.end(); next = aliases_.find(id)) {
    id = next->second;
  }
  return id;
}

void World::apply(const events::Event& event) {
  contacts::Resolution resolution = contacts::resolve(event, WorldLinks(*this));
  if (resolution.merge) {
    merge(*resolution.merge);
    resolution.contact = resolution.merge->a;
  }
  const ContactId contact = follow(resolution.contact);
  const bool is_feedback = event.contact != Hash128{};
  if (is_feedback && !contacts_.contains(contact)) return;
  note_feedback(event);
  for (const Identifier& identifier : resolution.links) links_[identifier] = contact;
  ++position_.value;
  const events::LoggedEvent logged{position_, event};
  if (settings_.keeps_log) log_.push_back(logged);
  react(contact,
        reaction::EventInput{.logged = logged,
                             .links = std::move(resolution.links),
                             .may_write_protected = resolution.may_write_protected},
        returned_by(event));
  count_conversions(contact, event);
}

policies::ReturnedMails* World::returned_by(const events::Event& event) {
  if (event.trust != events::Trust::system) return nullptr;
  const Value* key = event.properties.find("key");
  const std::string* text = key == nullptr ? nullptr : key->as_string();
  const auto found = text == nullptr ? message_keys_.end() : message_keys_.find(*text);
  if (found == message_keys_.end()) return nullptr;
  const Message& message = messages_[found->second.value - 1];
  return &returned_[contacts::folded_address(message.address)];
}

void World::merge(const contacts::Merge& pair) {
  const auto a = contacts_.find(follow(pair.a));
  const auto b = contacts_.find(follow(pair.b));
  if (a == contacts_.end() || b == contacts_.end() || a == b) return;
  const contacts::Claim claim_a{a->first, a->second.is_known(), a->second.first_seen};
  const contacts::Claim claim_b{b->first, b->second.is_known(), b->second.first_seen};
  const ContactId survivor = contacts::survivor(claim_a, claim_b).contact;
  const auto loser = survivor == a->first ? b : a;
  const reaction::Generation later = std::max(a->second.generation, b->second.generation);
  bring_up(a->first, later);
  bring_up(b->first, later);
  reaction::MergeInput input{std::move(loser->second)};
  if (settings_.keeps_log) keep_timeline(survivor, std::move(older_entries_[input.loser.id]));
  wakes_.erase({input.loser.wake, input.loser.id});
  aliases_[input.loser.id] = survivor;
  contacts_.erase(loser);
  for (auto& [identifier, contact] : links_) {
    if (contact == input.loser.id) contact = survivor;
  }
  react(survivor, input);
}

std::optional<policies::Answer> World::react(const ContactId& id, const reaction::Input& input,
                                             policies::ReturnedMails* returned) {
  const auto known = contacts_.find(id);
  reaction::View view;
  view.ledger = ledger_.get();
  view.is_new = known == contacts_.end();
  view.soft_bounces = sending_.soft_bounces;
  if (returned != nullptr) view.returned = *returned;
  if (view.is_new) {
    view.contact.id = id;
  } else {
    view.contact = std::move(known->second);
    view.lacking = lacking(view.contact.generation);
  }
  reaction::Reaction reaction = reaction::react(*rules_, std::move(view), input, now_);
  ContactState& contact = contacts_[id] = std::move(reaction.contact);
  if (returned != nullptr) *returned = std::move(reaction.returned);
  if (settings_.keeps_log) keep_timeline(id, std::move(reaction.timeline_overflow));
  arm(contact, reaction.due);
  // A message that is about to be queued tells the template that a decision speaks of.
  for (const effects::Effect& effect : reaction.effects) {
    if (const auto* queued = std::get_if<effects::QueueMessage>(&effect)) queue(queued->message);
  }
  for (Decision& decision : reaction.decisions) record(id, std::move(decision));
  for (auto& [contact_id, decision] : std::exchange(held_, {})) {
    record(contact_id, std::move(decision));
  }
  struct Carrier {
    World& world;
    const ContactId& id;

    void operator()(const effects::QueueMessage&) const {}  // above
    void operator()(const effects::CancelMessages& cancellation) const {
      world.cancel(id, cancellation);
    }
    void operator()(const effects::RescheduleMessages& change) const {
      world.reschedule(id, change);
    }
    void operator()(const effects::NotifyUser& notice) const {
      auto mail = effects::message_of(notice, id, world.now_);
      if (mail) world.queue(std::move(*mail));
    }
    void operator()(const effects::RecordConsent& consent) const { world.ledger_->apply(consent); }
    void operator()(const effects::AppendEvent& errand) const {
      world.own_events_.push_back(errand.event);
    }
    void operator()(const effects::CallWebhook& call) const { world.answer(call); }
    void operator()(const effects::ListContact&) const {}  // everybody's state says it
  };
  for (const effects::Effect& effect : reaction.effects) std::visit(Carrier{*this, id}, effect);
  return reaction.leave;
}

void World::record(const ContactId& contact, Decision decision) {
  Outcome outcome{contact, std::move(decision), "", std::nullopt};
  const auto message = message_keys_.find(outcome.decision.message);
  if (message != message_keys_.end()) {
    outcome.template_key = messages_[message->second.value - 1].template_key;
  }
  for (const effects::CounterStep& step : effects::counters_of(outcome.decision)) count(step);
  if (outcome.decision.kind == DecisionKind::message_sent && !mails_.empty()) {
    // The report of a hand-off follows it at once.
    outcome.mail = mails_.size() - 1;
  }
  outcomes_.push_back(std::move(outcome));
}

void World::count(const effects::CounterStep& step) {
  counters_[{step.definition, step.key, step.version, step.step, step.variant, step.outcome}] +=
      step.by;
  board_.count(step);
}

void World::note_feedback(const events::Event& event) {
  const Value* key = event.properties.find("key");
  const std::string* text = key == nullptr ? nullptr : key->as_string();
  const auto found = text == nullptr ? message_keys_.end() : message_keys_.find(*text);
  if (found == message_keys_.end()) return;
  Message& message = messages_[found->second.value - 1];
  if (!events::is_of_machine(event) &&
      (event.name == names::message_bounced || event.name == names::spam_reported)) {
    note_return(message, event);
  }
  if (!message.campaign.empty()) return note_campaign_feedback(message, event);
  const bool clicked = event.name == names::link_clicked;
  if (!clicked && event.name != names::email_opened) return;
  if (events::is_of_machine(event)) return;
  std::optional<Timestamp>& first = clicked ? message.clicked_at : message.opened_at;
  if (first) return;
  first = event.at;
  count({"journey", message.journey, 0, message.step, clicked ? "clicked" : "opened", 1});
}

void World::note_return(const Message& message, const events::Event& event) {
  using Return = policies::WarmUpBook::Return;
  const Value* suppress = event.properties.find("suppress");
  const bool is_dead = suppress != nullptr && *suppress == Value(true);
  const bool is_complaint = event.name == names::spam_reported;
  if (!is_dead && !is_complaint) return;
  warm_up_.come_back(warm_up_rules(), warm_up_mail(message),
                     is_complaint ? Return::complaint : Return::bounce, now_);
}

void World::arm(ContactState& contact, Timestamp due) {
  wakes_.erase({contact.wake, contact.id});
  contact.wake = due;
  if (due != Timestamp::never()) wakes_.insert({due, contact.id});
}

void World::answer(const effects::CallWebhook& call) {
  calls_.push_back(call);
  const auto told = answers_.find(call.step);
  const WebhookAnswer answer = told == answers_.end() ? WebhookAnswer() : told->second;
  events::Event event;
  event.message_id = "webhook/" + call.key;
  event.name = names::webhook_answered;
  event.contact = call.contact.hash;
  event.at = now_;
  event.received_at = now_;
  event.trust = events::Trust::system;
  event.source = events::journey_source;
  event.properties = {{"journey", call.journey},
                      {"run", std::to_string(call.run)},
                      {"step", call.step},
                      {"visit", call.visit},
                      {"status", answer.status}};
  if (answer.status == 0) {
    event.properties.set("error", "no answer");
  } else {
    event.properties.set("body", answer.body);
  }
  own_events_.push_back(std::move(event));
}

// The outbox

void World::reschedule(const ContactId& contact, const effects::RescheduleMessages& change) {
  for (Message& message : messages_) {
    const bool is_meant = message.run == change.run && follow(message.contact) == contact &&
                          waits(message) && message.due == Timestamp::never();
    if (!is_meant) continue;
    due_messages_.erase({message.due, message.id});
    message.due = change.due;
    due_messages_.insert({message.due, message.id});
  }
}

void World::queue(Message message) {
  if (message_keys_.contains(message.key)) return;
  message.id = MessageId{messages_.size() + 1};
  message_keys_[message.key] = message.id;
  take_place(message);
  if (waits(message)) due_messages_.insert({message.due, message.id});
  if (!message.campaign.empty()) touch_campaign(message.campaign);
  messages_.push_back(std::move(message));
}

policies::WarmUpMail World::warm_up_mail(const Message& message) const {
  return {settings_.from_domain, message.address};
}

policies::WarmUpRules World::warm_up_rules() const {
  return {sending_.warm_up, rules_->zone()};
}

void World::take_place(Message& message) {
  const bool may_wait = message.state == DeliveryState::queued &&
                        message.message_class == messages::MessageClass::marketing &&
                        message.due != Timestamp::never();
  if (!may_wait) return;
  const Timestamp at = warm_up_.place(warm_up_rules(), warm_up_mail(message), message.due, now_);
  if (at == message.due) return;
  message.due = at;
  message.reason = policies::warm_up_reason;
  ContactState& contact = contacts_.at(message.contact);
  for (policies::Pending& pending : contact.pending) {
    if (pending.message == message.key) pending.due = at;
  }
  Decision decision = about(message, version_followed(message, &contact, *rules_),
                            DecisionKind::message_deferred, now_);
  decision.outcome = policies::warm_up_reason;
  decision.text = format_timestamp(at);
  held_.push_back({message.contact, std::move(decision)});
}

void World::cancel(const ContactId& contact, const effects::CancelMessages& cancellation) {
  for (auto place = due_messages_.begin(); place != due_messages_.end();) {
    Message& message = messages_[place->second.value - 1];
    const bool is_meant = message.run == cancellation.run && follow(message.contact) == contact &&
                          cancellation.means(message.due);
    if (!is_meant) {
      ++place;
      continue;
    }
    place = due_messages_.erase(place);
    message.state = DeliveryState::cancelled;
    message.reason = cancellation.reason;
    const int version = version_followed(message, find(contact), *rules_);
    Decision decision = about(message, version, DecisionKind::message_cancelled, now_);
    decision.outcome = cancellation.reason;
    record(contact, std::move(decision));
  }
}

Result<templates::RenderedEmail> World::render(const Message& message,
                                               const ContactState& contact) const {
  if (message.template_key.empty()) {
    templates::RenderedEmail notice;
    notice.subject = message.subject;
    notice.text = fmt::format("{}\n\n{}/contacts/{}\n", message.subject, settings_.public_url,
                              contacts::format(contact.id));
    return notice;
  }
  const auto tracked = [&](std::string_view kind, std::size_t link) {
    return fmt::format("{}/{}/{}-{}", settings_.public_url, kind, message.id.value, link);
  };
  templates::LinkTargets targets;
  targets.click = [&](std::size_t link) { return tracked("c", link); };
  targets.open_pixel_url = tracked("o", 0);
  targets.unsubscribe_url = tracked("u", 0);
  targets.preference_url = tracked("p", 0);
  targets.view_online_url = tracked("v", 0);
  targets.assets_url = settings_.public_url + "/assets";
  return reaction::render_message(*rules_, contact, message, targets,
                                  {.postal_address = settings_.postal_address,
                                   .now = now_,
                                   .catalogs = settings_.catalogs.get()});
}

void World::send(MessageId id) {
  Message& message = messages_[id.value - 1];
  message.contact = follow(message.contact);
  const ContactState* contact = find(message.contact);
  ENSURE(contact != nullptr);
  Result<templates::RenderedEmail> email = render(message, *contact);
  if (!email) {
    message.state = DeliveryState::failed;
    message.reason = email.error().code;
    if (!message.campaign.empty()) touch_campaign(message.campaign);
    return report(message, names::message_failed,
                  {{"reason", email.error().code}, {"reply", email.error().message}});
  }
  const policies::WarmUpMail counted = warm_up_mail(message);
  const std::optional<Timestamp> room_from =
      message.message_class == messages::MessageClass::marketing
          ? warm_up_.room_from(warm_up_rules(), counted, now_)
          : std::nullopt;
  std::optional<policies::Answer> asked = campaign_refuses(message);
  if (!asked) asked = react(message.contact, reaction::LeaveInput{message, room_from});
  ENSURE(asked.has_value());
  // The reaction may have queued others, which moves the list, and may have cancelled this one.
  Message& mine = messages_[id.value - 1];
  if (!waits(mine)) return;
  if (!mine.campaign.empty()) touch_campaign(mine.campaign);
  if (asked->reason == campaigns::campaign_stopped) return cancel_in_campaign(id, asked->reason);
  mine.reason = asked->reason;
  switch (asked->kind) {
    case policies::Answer::Kind::defer:
      if (asked->reason == policies::warm_up_reason) {
        warm_up_.reserve(warm_up_rules(), counted, asked->until);
      }
      mine.due = asked->until;
      due_messages_.insert({mine.due, id});
      return;
    case policies::Answer::Kind::skip:
      mine.state = DeliveryState::skipped;
      return;
    case policies::Answer::Kind::allow:
      warm_up_.count(warm_up_rules(), counted, now_);
      break;
  }
  mine.subject = email->subject;
  for (const templates::RenderedLink& link : email->links) mine.links.push_back(link.url);
  mine.state = DeliveryState::sent;
  mine.sent_at = now_;
  mails_.push_back({mine, std::move(*email)});
  // By value: the report's reaction may queue another message.
  report(Message(mine), names::email_sent, {{"reply", "250 2.0.0 accepted"}});
}

void World::report(const Message& message, std::string_view name, Object properties) {
  events::Event event;
  event.message_id = fmt::format("delivery/{}/{}", ++reports_, name);
  event.name = name;
  event.contact = message.contact.hash;
  event.at = now_;
  event.received_at = now_;
  event.trust = events::Trust::system;
  event.source = "outbox";
  event.properties = std::move(properties);
  event.properties.set("message", std::to_string(message.id.value));
  event.properties.set("key", message.key);
  event.properties.set("channel", message.channel);
  event.properties.set("address", message.address);
  event.properties.set("journey", message.journey);
  if (!message.campaign.empty()) event.properties.set("campaign", message.campaign);
  event.properties.set("run", std::to_string(message.run));
  event.properties.set("step", message.step);
  event.properties.set("template", message.template_key);
  apply(event);
}

}  // namespace sojourn::simulation
