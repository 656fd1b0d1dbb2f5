#include "domain/simulation/rehearsal.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "domain/events/standard_names.h"
#include "domain/reaction/react.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {
namespace {

using events::Event;
using reaction::ContactState;

namespace names = events::names;

constexpr std::string_view rehearsal_source = "rehearsal";
/// A mail is opened so long after it was sent, and clicked a moment later.
constexpr Duration open_delay = Duration::seconds(30);
constexpr Duration click_delay = Duration::seconds(30);

/// The contact with what these rules count of it. What it is (attributes, lists, places under caps)
/// is as it stands; what it did is folded anew, and starts no run.
ContactState remember(const reaction::Rules& rules, const RehearsedContact& known, Timestamp at) {
  ContactState contact;
  contact.id = known.state.id;
  contact.lists = known.state.lists;
  bool is_new = true;
  const auto react = [&](const reaction::Input& input, Timestamp now) {
    reaction::Reaction reaction = reaction::react(rules,
                                                  {.contact = std::move(contact),
                                                   .is_new = std::exchange(is_new, false),
                                                   .ledger = &known.ledger,
                                                   .is_history = true},
                                                  input, now);
    contact = std::move(reaction.contact);
    contact.wake = reaction.due;
  };
  // Told before everything else, so that what the log explains overwrites it.
  events::LoggedEvent told;
  told.event.at = told.event.received_at = known.state.first_seen;
  for (const contacts::Attribute& attribute : known.state.attributes.all()) {
    if (!attribute.value.is_null()) told.event.traits.append(attribute.name, attribute.value);
  }
  react(reaction::EventInput{.logged = told, .links = known.state.identifiers}, told.event.at);
  Timestamp now = told.event.at;
  events::Position position;
  for (const Event& event : known.events) {
    ++position.value;
    now = std::max(now, event.received_at);
    const events::LoggedEvent logged{position, event};
    react(reaction::EventInput{.logged = logged, .links = {}}, now);
  }
  react(reaction::TimerInput{}, std::max(now, at - Duration::milliseconds(1)));
  contact.attributes = known.state.attributes;
  contact.lists = known.state.lists;
  contact.reservations = known.state.reservations;
  contact.runs.clear();
  contact.pending.clear();
  contact.armed.clear();
  return contact;
}

class Play {
 public:
  Play(std::shared_ptr<const reaction::Rules> rules, const RehearsedContact& contact,
       const RehearsalRequest& request)
      : request_(request),
        world_(std::move(rules), {.start = request.at,
                                  .postal_address = request.postal_address,
                                  .ledger = &contact.ledger}),
        id_(contact.state.id) {
    world_.admit(remember(world_.rules(), contact, request.at));
  }

  Result<Rehearsal> run() {
    TRY_VOID(world_.take(entry()));
    Rehearsal rehearsal;
    const Timestamp end = request_.at + rehearsal_length_max;
    plan_acts();
    plan_answers();
    while (is_inside() && !rehearsal.cut) {
      const Timestamp next = next_due();
      rehearsal.cut = next > end || world_.outcomes().size() >= rehearsal_outcomes_max;
      if (rehearsal.cut) break;
      TRY_VOID(move_to(next));
      plan_answers();
    }
    rehearsal.outcomes = world_.outcomes();
    rehearsal.mails = world_.mails();
    const journeys::Run* run = own_run();
    rehearsal.entered = run != nullptr;
    if (run != nullptr && run->state == journeys::RunState::active) rehearsal.waits_at = run->step;
    return rehearsal;
  }

 private:
  [[nodiscard]] Event event_of(std::string_view name, Timestamp at, events::Trust trust) {
    Event event;
    event.message_id = fmt::format("{}/{}", rehearsal_source, ++events_made_);
    event.name = name;
    event.contact = id_.hash;
    event.at = event.received_at = at;
    event.trust = trust;
    event.source = rehearsal_source;
    return event;
  }

  [[nodiscard]] Event entry() {
    Event event = event_of(names::entry_requested, request_.at, events::Trust::system);
    event.properties = {{"journey", request_.journey}, {"data", request_.data}};
    return event;
  }

  void plan_acts() {
    for (const RehearsalRequest::Act& act : request_.acts) {
      const Timestamp at = request_.at + act.after;
      Event event = event_of(act.event, at, events::Trust::server_key);
      event.properties = act.properties;
      plan(std::move(event));
    }
  }

  /// What the contact does with the mails that were sent since.
  void plan_answers() {
    for (; mails_answered_ < world_.mails().size(); ++mails_answered_) {
      const messages::Message& message = world_.mails()[mails_answered_].message;
      const bool is_notice = message.template_key.empty();
      if (is_notice || request_.answer == RehearsalRequest::Answer::nothing) continue;
      const Timestamp opened = world_.now() + open_delay;
      plan(answer(names::email_opened, message, opened));
      if (request_.answer == RehearsalRequest::Answer::open) continue;
      plan(answer(names::link_clicked, message, opened + click_delay));
    }
  }

  [[nodiscard]] Event answer(std::string_view name, const messages::Message& message,
                             Timestamp at) {
    Event event = event_of(name, at, events::Trust::system);
    event.properties = {{"message", std::to_string(message.id.value)},
                        {"key", message.key},
                        {"channel", message.channel},
                        {"address", message.address},
                        {"journey", message.journey},
                        {"run", std::to_string(message.run)},
                        {"step", message.step},
                        {"template", message.template_key}};
    if (!message.links.empty() && name == names::link_clicked) {
      event.properties.set("url", message.links.front());
    }
    return event;
  }

  void plan(Event event) {
    const auto later = [](const Event& a, const Event& b) { return a.at < b.at; };
    planned_.insert(std::upper_bound(planned_.begin(), planned_.end(), event, later), event);
  }

  [[nodiscard]] Timestamp next_due() const {
    const Timestamp planned = planned_.empty() ? Timestamp::never() : planned_.front().at;
    return std::min(planned, world_.next_due());
  }

  /// What time does comes before what the contact does at the same instant.
  Result<void> move_to(Timestamp instant) {
    if (planned_.empty() || planned_.front().at > instant) return world_.advance(instant);
    Event event = std::move(planned_.front());
    planned_.erase(planned_.begin());
    return world_.take(std::move(event));
  }

  /// The run that the entry began: the first of the journey.
  [[nodiscard]] const journeys::Run* own_run() const {
    const ContactState* contact = world_.find(id_);
    const reaction::JourneyRule* rule = world_.rules().journey(request_.journey);
    if (contact == nullptr || rule == nullptr) return nullptr;
    for (const journeys::Run& run : contact->runs) {
      if (run.journey == rule->number) return &run;
    }
    return nullptr;
  }

  /// Or its messages are still on their way.
  [[nodiscard]] bool is_inside() const {
    const journeys::Run* run = own_run();
    if (run == nullptr) return false;
    if (run->state == journeys::RunState::active) return true;
    const auto is_waiting = [](const messages::Message& message) {
      return message.state == messages::DeliveryState::queued ||
             message.state == messages::DeliveryState::retry;
    };
    return std::any_of(world_.messages().begin(), world_.messages().end(), is_waiting);
  }

  const RehearsalRequest& request_;
  World world_;
  const contacts::ContactId id_;
  std::vector<Event> planned_;  ///< by time
  std::size_t mails_answered_ = 0;
  std::uint64_t events_made_ = 0;
};

}  // namespace

Result<Rehearsal> rehearse(const std::shared_ptr<const reaction::Rules>& rules,
                           const RehearsedContact& contact, const RehearsalRequest& request) {
  return Play(rules, contact, request).run();
}

}  // namespace sojourn::simulation
