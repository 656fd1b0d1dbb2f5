// What an input changes in the contact itself: identifiers, attributes, timeline, consent.
#include "domain/reaction/reactor.h"

#include <algorithm>

#include "domain/events/answer_names.h"
#include "domain/events/standard_names.h"

namespace sojourn::reaction {
namespace {

/// What the event says of itself, and of where it came from.
effects::ConsentEvidence shown_by(const events::Event& event) {
  const auto text = [](const Object& object, std::string_view name) {
    const Value* value = object.find(name);
    const std::string* string = value == nullptr ? nullptr : value->as_string();
    return string == nullptr ? std::string() : *string;
  };
  return {.basis = text(event.properties, "basis"),
          .wording = text(event.properties, "wording"),
          .wording_hash = text(event.properties, "wordingHash"),
          .ip = text(event.context, "ip"),
          .user_agent = text(event.context, "userAgent"),
          .actor = text(event.properties, "actor")};
}

}  // namespace

using effects::Decision;
using effects::DecisionKind;

void Reactor::begin_contact(const Input& input) {
  Timestamp first = now_;
  if (const EventInput* event = std::get_if<EventInput>(&input)) {
    first = event->logged.event.received_at;
  }
  contact_.generation = rules_.generation();
  contact_.first_seen = first;
  contact_.last_seen = first;
  // Who was erased comes back under the same id, and must not repeat the ids of runs: keys of
  // messages and events are made of them, and what was sent before would stand for what is new.
  contact_.run_sequence = static_cast<std::uint64_t>(std::max<std::int64_t>(first.ms, 0));
  Decision decision;
  decision.kind = DecisionKind::contact_created;
  decision.at = now_;
  decide(std::move(decision));
  for (const std::size_t index : rules_.initial()) dirty_.insert(index);
}

void Reactor::link(const std::vector<contacts::Identifier>& links) {
  for (const contacts::Identifier& identifier : links) {
    if (contact_.has(identifier)) continue;
    if (contact_.identifiers.size() >= identifiers_max) return;
    contact_.identifiers.push_back(identifier);
  }
}

void Reactor::write_attributes(const events::Event& event, bool may_write_protected) {
  if (event.type == events::EventType::group) return write_company(event);
  const Hash128 writer = keyed_hash(HashKey{}, {event.message_id});
  for (const auto& [name, value] : event.traits) {
    const bool is_protected = name == contacts::traits::email || name == contacts::traits::phone;
    if (is_protected && !may_write_protected) continue;
    write_attribute(name, value, event.at, writer);
  }
}

void Reactor::write_company(const events::Event& event) {
  const Hash128 writer = keyed_hash(HashKey{}, {event.message_id});
  Object company;
  company.set("id", event.group_id);
  for (const auto& [name, value] : event.traits) company.set(name, value);
  write_attribute("company", company, event.at, writer);
}

void Reactor::write_attribute(std::string_view name, const Value& value, Timestamp at,
                              const Hash128& writer) {
  const bool triggers = !rules_.triggers_of_attribute(name).empty();
  const Value* held = triggers ? contact_.attributes.find(name) : nullptr;
  const Value before = held == nullptr ? Value() : *held;
  if (!contact_.attributes.write(name, value, at, writer)) return;
  if (triggers) collect_attribute_entries(name, before);
  if (rules_.times_triggers(name)) arm_again_ = true;
  mark(rules_.readers_of_attribute(name));
  if (name == contacts::traits::timezone) mark(rules_.readers_of_zone());
  if (name == contacts::traits::email) mark(rules_.readers_of_consent());
}

void Reactor::carry_out(const journeys::ContactChange& change, const std::string& event_id,
                        Timestamp at) {
  const Hash128 writer = keyed_hash(HashKey{}, {event_id});
  if (const auto* attributes = std::get_if<journeys::SetAttributes>(&change)) {
    for (const auto& [name, value] : attributes->values) write_attribute(name, value, at, writer);
  } else {
    const auto& list = std::get<journeys::ChangeList>(change);
    const ListRule* rule = rules_.list(std::string_view(list.list));
    if (rule != nullptr) write_listing({rule->number, list.on, at, writer});
  }
  // The steps that follow may ask for a segment.
  update_rules();
}

void Reactor::note_request(const events::Event& event) {
  namespace names = events::names;
  const auto text = [&](std::string_view property) {
    const Value* value = event.properties.find(property);
    const std::string* string = value == nullptr ? nullptr : value->as_string();
    return string == nullptr ? std::string() : *string;
  };
  if (event.name == names::list_joined || event.name == names::list_left) {
    const ListRule* rule = rules_.list(std::string_view(text("list")));
    if (rule == nullptr) return;
    write_listing({rule->number, event.name == names::list_joined, event.at,
                   keyed_hash(HashKey{}, {event.message_id})});
  } else if (event.name == names::points_added) {
    const ScoreRuleSet* set = rules_.score(std::string_view(text("score")));
    if (set == nullptr) return;
    const std::string reason = text("reason");
    add_points(*set, set->points.back(), event, reason.empty() ? scoring::journey_reason : reason);
  } else if (event.name == names::message_requested) {
    queue_requested(event);
  } else if (event.name == names::entry_requested) {
    const JourneyRule* rule = rules_.journey(std::string_view(text("journey")));
    if (rule == nullptr) return;
    const Value* data = event.properties.find("data");
    const Object* object = data == nullptr ? nullptr : data->as_object();
    entries_.push_back({.journey = static_cast<std::size_t>(rule - rules_.journeys().data()),
                        .trigger = object == nullptr ? Object() : *object,
                        .origin = request_origin(event)});
  }
}

void Reactor::note_on_timeline(TimelineEntry entry) {
  const auto later = [](const TimelineEntry& a, const TimelineEntry& b) {
    return a.position < b.position;
  };
  const auto place =
      std::upper_bound(contact_.timeline.begin(), contact_.timeline.end(), entry, later);
  contact_.timeline.insert(place, std::move(entry));
}

void Reactor::note_system_event(const events::Event& event) {
  namespace names = events::names;
  const auto text = [&](std::string_view property) {
    const Value* value = event.properties.find(property);
    const std::string* string = value == nullptr ? nullptr : value->as_string();
    return string == nullptr ? std::string() : *string;
  };
  const auto about_message = [&](DecisionKind kind, std::string outcome) {
    Decision decision;
    decision.kind = kind;
    decision.at = now_;
    const std::string campaign = text("campaign");
    decision.key = campaign.empty() ? text("journey") : campaign;
    decision.definition = !campaign.empty() ? "campaign" : decision.key.empty() ? "" : "journey";
    decision.step = text("step");
    decision.message = text("key");
    decision.outcome = std::move(outcome);
    decision.text = text("reply");
    const std::string run = text("run");
    for (const Run& each : contact_.runs) {
      if (std::to_string(each.id) != run) continue;
      decision.run = each.id;
      decision.version = each.version;
    }
    decide(std::move(decision));
  };
  if (event.name == names::unsubscribed || event.name == names::subscribed) {
    const bool opts_in = event.name == names::subscribed;
    record_consent(event, text("channel"), text("address"), text("topic"),
                   opts_in ? "opted_in" : "opted_out", text("source"));
  } else if (event.name == names::address_suppressed || event.name == names::suppression_lifted) {
    const bool is_lifted = event.name == names::suppression_lifted;
    namespace states = policies::consent_states;
    record_consent(event, text("channel"), text("address"), text("topic"),
                   std::string(is_lifted ? states::lifted : states::suppressed), text("source"));
  } else if (event.name == names::confirmation_requested) {
    queue_confirmation(text("form"), text("key"), text("address"), text("template"));
  } else if (event.name == names::email_sent) {
    about_message(DecisionKind::message_sent, "");
  } else if (event.name == names::message_failed || event.name == names::message_bounced) {
    about_message(DecisionKind::message_failed, text("reason"));
    forget_pending(text("key"));
    if (says_dead(event)) {
      record_consent(event, text("channel"), text("address"), "", "suppressed", "bounce");
    }
  } else if (event.name == names::spam_reported) {
    // Who calls a mail unwanted wants no other.
    record_consent(event, text("channel"), text("address"), "", "suppressed", "complaint");
  } else if (event.name == names::message_deferred) {
    about_message(DecisionKind::message_retried, text("reason"));
  } else if (event.name == names::message_uncertain) {
    about_message(DecisionKind::message_uncertain, "");
  }
  note_returns(event);
}

void Reactor::note_privacy_control(const events::Event& event) {
  const Value* control = event.context.find("gpc");
  if (control != nullptr && *control == Value(true)) opt_out_of_sharing(event);
}

void Reactor::opt_out_of_sharing(const events::Event& event) {
  // What is sold or shared is the contact's data, whichever addresses there are.
  const std::string address = contacts::format(contact_.id);
  const policies::AddressConsent said = view_.consent_of(policies::sharing_channel, address);
  if (policies::said_of(said, policies::sharing_topic) != policies::Said::nothing) return;
  record_consent(event, std::string(policies::sharing_channel), address,
                 std::string(policies::sharing_topic),
                 std::string(policies::consent_states::opted_out), "gpc");
}

void Reactor::queue_confirmation(std::string form, std::string key, std::string address,
                                 std::string template_key) {
  messages::Message message;
  message.key = std::move(key);
  message.contact = contact_.id;
  message.message_class = messages::MessageClass::transactional;
  message.channel = "email";
  message.address = std::move(address);
  message.template_key = std::move(template_key);
  message.queued_at = now_;
  message.due = now_;
  Decision decision;
  decision.kind = DecisionKind::message_queued;
  decision.at = now_;
  decision.definition = "form";
  decision.key = std::move(form);
  decision.message = message.key;
  decision.text = message.template_key;
  decide(std::move(decision));
  trail_.effects.emplace_back(effects::QueueMessage{std::move(message)});
}

void Reactor::record_consent(const events::Event& event, std::string channel, std::string address,
                             std::string topic, std::string state, std::string source) {
  if (address.empty()) address = view_.address(channel);
  if (address.empty()) return;
  // The event itself is the evidence; imports say besides how people agreed.
  const Value* stated = event.properties.find("evidence");
  const std::string* words = stated == nullptr ? nullptr : stated->as_string();
  std::string evidence = event.message_id;
  if (words != nullptr) evidence += ": " + *words;
  Decision decision;
  decision.kind = DecisionKind::consent_changed;
  decision.at = now_;
  decision.outcome = state;
  decision.text = topic;
  if (state == policies::consent_states::suppressed) decision.key = source;
  decide(std::move(decision));
  trail_.effects.emplace_back(effects::RecordConsent{.channel = std::move(channel),
                                                     .address = std::move(address),
                                                     .topic = std::move(topic),
                                                     .state = std::move(state),
                                                     .at = event.at,
                                                     .source = std::move(source),
                                                     .evidence = std::move(evidence),
                                                     .shown_by = shown_by(event)});
  mark(rules_.readers_of_consent());
}

}  // namespace sojourn::reaction
