// What events of Sojourn's own say of a message: outcomes, opens, clicks.
#include <charconv>

#include "domain/campaigns/counts.h"
#include "domain/events/answer_names.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "runtime/batch.h"

namespace sojourn::runtime {
namespace {

using messages::DeliveryState;
using messages::Message;

std::string text_of(const Object& properties, std::string_view name) {
  const Value* value = properties.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

/// 0 where it is none.
std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<std::optional<Hash128>> Batch::returning_address(const events::Event& event) {
  namespace names = events::names;
  const bool is_ours =
      event.trust == events::Trust::system && text_of(event.properties, "channel") == "email";
  if (!is_ours) return std::nullopt;
  const bool failed = event.name == names::message_failed || event.name == names::message_bounced;
  const bool arrived = event.name == names::email_sent || event.name == names::message_uncertain ||
                       event.name == names::email_opened || event.name == names::link_clicked ||
                       event.name == names::email_replied || event.name == names::spam_reported;
  // Where nothing has come back, what arrives changes nothing.
  if (!failed && (!arrived || context_.returns.empty())) return std::nullopt;
  std::string address = text_of(event.properties, "address");
  if (address.empty()) {
    TRY(message, transaction_.message({number_in(text_of(event.properties, "message"))}));
    if (message) address = message->address;
  }
  if (address.empty()) return std::nullopt;
  return context_.ledger.address_hash("email", address);
}

void Batch::count_in_journey(const Message& message, std::string outcome) {
  const reaction::JourneyRule* rule = rules_.journey(message.journey);
  count({"journey", message.journey, rule == nullptr ? 0 : rule->journey.version, message.step,
         std::move(outcome), 1});
}

Result<void> Batch::note_first(Message& message, std::optional<Timestamp> Message::*time,
                               campaigns::Test::Measure did, const events::Event& event) {
  if (message.*time) return {};
  message.*time = event.at;
  const std::string outcome(to_string(did));
  if (message.campaign.empty()) {
    count_in_journey(message, outcome);
  } else {
    const reaction::CampaignRule* rule = rules_.campaign(message.campaign);
    const bool has_test = rule != nullptr && rule->campaign.test;
    const campaigns::Test* test = has_test ? &*rule->campaign.test : nullptr;
    for (const auto& each : campaigns::counted_of_answer(test, did, message, event.at)) {
      count_in_campaign(message, each.outcome, each.by);
    }
    TRY_VOID(note_answer(message, *campaigns::parse_answer(outcome)));
  }
  return transaction_.put_message(message);
}

Result<void> Batch::note_feedback(Message& message, const events::Event& event) {
  namespace names = events::names;
  using campaigns::Answer;
  const bool is_of_campaign = !message.campaign.empty();
  const auto note = [&](Answer answer) -> Result<void> {
    if (!is_of_campaign) return {};
    TRY(is_first, note_answer(message, answer));
    if (is_first) count_in_campaign(message, std::string(to_string(answer)));
    return {};
  };
  if (event.name == names::unsubscribed) return note(Answer::unsubscribed);
  // A mail that was taken may be returned later, or called spam: it stays sent, and says so.
  if (event.name == names::message_bounced || event.name == names::spam_reported) {
    const Answer answer =
        event.name == names::message_bounced ? Answer::bounced : Answer::complained;
    const std::string_view said = to_string(answer);
    if (message.reason == said) return {};
    TRY_VOID(note_return(message, event));
    message.reason = said;
    message.reply = text_of(event.properties, "reply");
    if (!is_of_campaign) count_in_journey(message, message.reason);
    TRY_VOID(note(answer));
    return transaction_.put_message(message);
  }
  // Of opens and clicks those of people are counted.
  if (events::is_of_machine(event)) {
    return event.name == names::email_opened ? note(Answer::machine_opened) : Result<void>();
  }
  const bool clicked = event.name == names::link_clicked;
  return clicked
             ? note_first(message, &Message::clicked_at, campaigns::Test::Measure::clicked, event)
             : note_first(message, &Message::opened_at, campaigns::Test::Measure::opened, event);
}

Result<bool> Batch::update_message(const events::Event& event) {
  if (event.trust != events::Trust::system) return true;
  const std::uint64_t id = number_in(text_of(event.properties, "message"));
  if (id == 0) return true;
  TRY(found, transaction_.message({id}));
  if (!found) return true;
  Message& message = *found;

  namespace names = events::names;
  if (event.name == names::message_bounced || event.name == names::spam_reported ||
      event.name == names::unsubscribed || event.name == names::link_clicked ||
      event.name == names::email_opened) {
    TRY_VOID(note_feedback(message, event));
    return true;
  }
  if (event.name == names::message_failed) TRY_VOID(note_return(message, event));
  if (event.name == names::message_failed && !message.campaign.empty()) {
    const Value* suppress = event.properties.find("suppress");
    if (suppress != nullptr && *suppress == Value(true)) {
      count_in_campaign(message, "refused_address");
    }
  }
  DeliveryState to = DeliveryState::failed;
  if (event.name == names::email_sent) {
    to = DeliveryState::sent;
  } else if (event.name == names::message_uncertain) {
    to = DeliveryState::uncertain;
  } else if (event.name == names::message_deferred) {
    to = DeliveryState::retry;
  } else if (event.name != names::message_failed) {
    return true;
  }
  if (!messages::is_legal_move(message.state, to)) return false;
  message.reply = text_of(event.properties, "reply");
  if (to == DeliveryState::sent) message.sent_at = event.at;
  if (to == DeliveryState::failed || to == DeliveryState::retry) {
    message.reason = text_of(event.properties, "reason");
  }
  if (to == DeliveryState::retry) {
    const Result<Timestamp> due = parse_timestamp(text_of(event.properties, "dueAt"));
    message.due = due ? *due : now_;
    ++message.attempt;
    queued.push_back({message.id, message.due});
  }
  TRY_VOID(move_message(message, to));
  return true;
}

}  // namespace sojourn::runtime
