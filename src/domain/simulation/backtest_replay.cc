#include "domain/simulation/backtest_replay.h"

#include <fmt/format.h>

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/text.h"
#include "domain/contacts/address.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"

namespace sojourn::simulation {
namespace {

using contacts::Identifier;
using effects::Decision;
using effects::DecisionKind;
using events::Event;
using events::LoggedEvent;
using messages::DeliveryState;
using messages::Message;

namespace names = events::names;

/// Source of the events that nobody sent.
constexpr std::string_view backtest_source = "backtest";

constexpr std::int64_t day_ms = Duration::days(1).ms;

/// Messages are opened between a minute and two days after they were sent, half of them within an
/// hour: the logarithm of the delay is spread evenly. A click follows its opening.
constexpr double open_delay_min_ms = 60'000;
constexpr double open_delay_range = 2'880;
constexpr Duration click_delay = Duration::seconds(30);

std::string text_of(const Event& event, std::string_view property) {
  const Value* value = event.properties.find(property);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

/// Evenly spread over [0, 1), the same for the same message and purpose.
double chance(std::string_view message, std::string_view purpose) {
  const Hash128 hash = keyed_hash(HashKey{}, {"backtest", purpose, message});
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof bits; ++i) bits = bits << 8 | hash.bytes[i];
  constexpr int fraction_bits = 53;
  return std::ldexp(static_cast<double>(bits >> (64 - fraction_bits)), -fraction_bits);
}

bool waits(const Message& message) {
  return message.state == DeliveryState::queued || message.state == DeliveryState::retry;
}

/// As contacts::resolve() has it, seen from the contact's own identifiers.
bool may_write_protected(const Event& event, const reaction::ContactState& contact) {
  if (event.trust != events::Trust::browser_key || event.user_id.empty()) return true;
  if (!contact.has({std::string(contacts::kinds::user_id), event.user_id})) return true;
  return !event.anonymous_id.empty() &&
         contact.has({std::string(contacts::kinds::anonymous_id), event.anonymous_id});
}

std::vector<Identifier> links_of(const Event& event) {
  std::vector<Identifier> links;
  if (!event.user_id.empty()) {
    links.push_back({std::string(contacts::kinds::user_id), event.user_id});
  }
  if (!event.anonymous_id.empty()) {
    links.push_back({std::string(contacts::kinds::anonymous_id), event.anonymous_id});
  }
  return links;
}

}  // namespace

policies::AddressConsent BacktestReplay::Ledger::consent(std::string_view channel,
                                                         std::string_view address) const {
  const auto found = states_.find({std::string(channel), contacts::folded_address(address)});
  return found == states_.end() ? policies::AddressConsent{} : found->second;
}

void BacktestReplay::Ledger::apply(const effects::RecordConsent& change) {
  policies::fold(states_[{change.channel, contacts::folded_address(change.address)}], change.topic,
                 change.state);
}

BacktestReplay::BacktestReplay(const reaction::Rules& rules, const BacktestSettings& settings,
                               BacktestReport& report, const contacts::ContactId& contact)
    : rules_(rules), settings_(settings), report_(report) {
  contact_.id = contact;
}

void BacktestReplay::run(std::span<const LoggedEvent> events, const reaction::ContactState* today) {
  today_ = today;
  if (today != nullptr) assume_today(events, *today);
  for (const LoggedEvent& logged : events) {
    if (logged.event.received_at > settings_.until || given_up_) break;
    take(logged);
  }
  if (!in_window_) begin_window();
  advance(settings_.until);
  count_end();
}

// The past

void BacktestReplay::assume_today(std::span<const LoggedEvent> events,
                                  const reaction::ContactState& today) {
  if (events.empty()) return;
  absl::flat_hash_set<std::string_view> explained;
  std::set<std::string> listed;
  for (const LoggedEvent& logged : events) {
    if (logged.event.type == events::EventType::group) {
      explained.insert("company");
      continue;
    }
    for (const auto& [name, value] : logged.event.traits) explained.insert(name);
    const bool is_list =
        logged.event.name == names::list_joined || logged.event.name == names::list_left;
    if (is_list) listed.insert(text_of(logged.event, "list"));
  }
  // Told before everything else, so that every event of the log overwrites it.
  LoggedEvent first;
  first.event.received_at = events.front().event.received_at;
  first.event.at = events.front().event.at - Duration::milliseconds(1);
  for (const contacts::Attribute& attribute : today.attributes.all()) {
    if (attribute.value.is_null() || explained.contains(attribute.name)) continue;
    first.event.traits.append(attribute.name, attribute.value);
    ++report_.attributes_of_today[attribute.name];
  }
  for (const segments::Listing& listing : today.lists) {
    const reaction::ListRule* rule = rules_.list(listing.list);
    const bool is_today = rule != nullptr && !listed.contains(rule->list.key);
    if (is_today) contact_.lists.push_back(listing);
  }
  if (!contact_.lists.empty()) ++report_.lists_of_today;
  if (!first.event.traits.empty()) take(first);
}

void BacktestReplay::begin_window() {
  now_ = std::max(now_, settings_.since - Duration::milliseconds(1));
  if (!is_new_) react(reaction::TimerInput{});
  in_window_ = true;
  now_ = std::max(now_, settings_.since);
}

// Inputs

void BacktestReplay::take(const LoggedEvent& logged) {
  ++report_.events;
  position_ = logged.position;
  const Timestamp at = logged.event.received_at;
  if (!in_window_ && at >= settings_.since) begin_window();
  if (!in_window_) {
    now_ = std::max(now_, at);
    return apply(logged);
  }
  advance(std::max(now_, at));
  if (given_up_) return;
  if (logged.event.trust == events::Trust::system) {
    LoggedEvent fitted = logged;
    if (!fit_into_window(fitted.event)) return;
    count_answer(fitted.event);
    apply(fitted);
  } else {
    apply(logged);
  }
  settle();
}

bool BacktestReplay::fit_into_window(Event& event) {
  if (is_of_replayed_run(event)) return false;
  const std::string journey = text_of(event, "journey");
  if (journey.empty() || rules_.journey(journey) == nullptr) return true;
  const bool is_outcome = event.name == names::email_sent || event.name == names::message_failed ||
                          event.name == names::message_deferred ||
                          event.name == names::message_uncertain;
  if (is_outcome) {
    if (event.name == names::email_sent) {
      real_messages_[journey + "/" + text_of(event, "step")].push_back(text_of(event, "key"));
    }
    return false;
  }
  const bool is_answer = event.name == names::email_opened || event.name == names::link_clicked;
  if (!is_answer) return true;
  if (settings_.answers == BacktestSettings::Answers::assumed) return false;
  return answer_as_happened(event, journey);
}

bool BacktestReplay::answer_as_happened(Event& event, std::string_view journey) {
  const std::string key = text_of(event, "key");
  const std::string step = text_of(event, "step");
  const Message* simulated = find_message(key);
  const auto real = real_messages_.find(fmt::format("{}/{}", journey, step));
  if (simulated == nullptr && real != real_messages_.end()) {
    const std::vector<std::string>& keys = real->second;
    auto place = std::find(keys.begin(), keys.end(), key) - keys.begin();
    const bool is_known = place < std::ssize(keys);
    for (std::size_t i = 0; is_known && simulated == nullptr && i < messages_.size(); ++i) {
      const Message& each = messages_[i];
      const bool is_of_step = each.journey == journey && each.step == step && each.sent_at;
      if (is_of_step && place-- == 0) simulated = &each;
    }
  }
  // What was sent before the window was really answered, and moves no run of the window.
  event.properties.set("run", simulated == nullptr ? "" : std::to_string(simulated->run));
  if (simulated == nullptr) return true;
  event.properties.set("key", simulated->key);
  event.properties.set("message", std::to_string(simulated->id.value));
  return true;
}

void BacktestReplay::apply(const LoggedEvent& logged) {
  const Event& event = logged.event;
  const bool is_feedback = event.contact != Hash128{};
  if (is_feedback && is_new_) return;
  if (event.trust == events::Trust::system && event.name == names::email_sent) {
    const bool is_marketing = !text_of(event, "template").empty();
    const std::string key = text_of(event, "key");
    if (is_marketing && event.source != backtest_source) {
      // Under a key of its own: a simulated message may come to have the same.
      policies::reserve(rules_.policies(), contact_.reservations, "real/" + key, event.at);
    }
  }
  const bool may_write = may_write_protected(event, contact_);
  react(reaction::EventInput{
      .logged = logged, .links = links_of(event), .may_write_protected = may_write});
}

void BacktestReplay::advance(Timestamp until) {
  while (!given_up_) {
    const Timestamp due = next_due();
    if (due > until) break;
    if (due > now_) {
      now_ = due;
      inputs_at_once_ = 0;
    }
    settle();
  }
  if (until > now_) inputs_at_once_ = 0;
  now_ = std::max(now_, until);
}

Timestamp BacktestReplay::next_due() const {
  Timestamp due = is_new_ ? Timestamp::never() : contact_.wake;
  if (!due_messages_.empty()) due = std::min(due, due_messages_.begin()->first);
  if (!answers_.empty()) due = std::min(due, answers_.begin()->first.first);
  return due;
}

void BacktestReplay::settle() {
  while (!own_events_.empty() || next_due() <= now_) {
    if (++inputs_at_once_ > backtest_inputs_per_instant_max) {
      given_up_ = true;
      ++report_.given_up;
      return;
    }
    if (!own_events_.empty()) {
      const LoggedEvent own{position_, std::move(own_events_.front())};
      own_events_.pop_front();
      apply(own);
    } else if (contact_.wake <= now_) {
      react(reaction::TimerInput{});
    } else if (!due_messages_.empty() && due_messages_.begin()->first <= now_) {
      const std::size_t index = due_messages_.begin()->second;
      due_messages_.erase(due_messages_.begin());
      send(index);
    } else {
      const LoggedEvent answer{position_, std::move(answers_.begin()->second)};
      answers_.erase(answers_.begin());
      count_answer(answer.event);
      apply(answer);
    }
  }
}

std::optional<policies::Answer> BacktestReplay::react(const reaction::Input& input) {
  reaction::Reaction reaction = reaction::react(rules_,
                                                {.contact = std::move(contact_),
                                                 .is_new = std::exchange(is_new_, false),
                                                 .ledger = &ledger_,
                                                 .is_history = !in_window_},
                                                input, now_);
  contact_ = std::move(reaction.contact);
  contact_.wake = reaction.due;
  // A message that is about to be queued tells what a decision speaks of.
  for (const effects::Effect& effect : reaction.effects) {
    if (const auto* queued = std::get_if<effects::QueueMessage>(&effect)) queue(queued->message);
  }
  if (in_window_) {
    for (const Decision& decision : reaction.decisions) count(decision);
  }
  for (const effects::Effect& effect : reaction.effects) carry_out(effect);
  return std::move(reaction.leave);
}

void BacktestReplay::carry_out(const effects::Effect& effect) {
  struct Carrier {
    BacktestReplay& replay;

    void operator()(const effects::QueueMessage&) const {}  // before the decisions
    void operator()(const effects::CancelMessages& cancellation) const {
      replay.cancel(cancellation);
    }
    void operator()(const effects::RescheduleMessages& change) const { replay.reschedule(change); }
    void operator()(const effects::NotifyUser& notice) const {
      std::optional<Message> mail = effects::message_of(notice, replay.contact_.id, replay.now_);
      if (mail) replay.queue(std::move(*mail));
    }
    void operator()(const effects::RecordConsent& consent) const { replay.ledger_.apply(consent); }
    void operator()(const effects::AppendEvent& append) const {
      if (!replay.own_event_ids_.insert(append.event.message_id).second) return;
      replay.own_events_.push_back(append.event);
    }
    void operator()(const effects::CallWebhook& call) const { replay.answer(call); }
    void operator()(const effects::ListContact&) const {}  // nobody asks who is on it
  };
  std::visit(Carrier{*this}, effect);
}

void BacktestReplay::answer(const effects::CallWebhook& call) {
  constexpr int answered = 200;
  Event event;
  event.message_id = "webhook/" + call.key;
  event.name = names::webhook_answered;
  event.contact = contact_.id.hash;
  event.at = now_;
  event.received_at = now_;
  event.trust = events::Trust::system;
  event.source = events::journey_source;
  event.properties = {{"journey", call.journey}, {"run", std::to_string(call.run)},
                      {"step", call.step},       {"visit", call.visit},
                      {"status", answered},      {"body", Object()}};
  own_events_.push_back(std::move(event));
}

bool BacktestReplay::is_of_replayed_run(const Event& event) const {
  if (today_ == nullptr || event.source != events::journey_source) return false;
  // `journey/<run>/<step>/…`, `webhook/<run>/<step>/…`
  const std::vector<std::string_view> parts = split(event.message_id, '/');
  if (parts.size() < 2) return false;
  return std::any_of(today_->runs.begin(), today_->runs.end(), [&](const journeys::Run& run) {
    return std::to_string(run.id) == parts[1] && rules_.journey(run.journey) != nullptr;
  });
}

// The outbox

void BacktestReplay::queue(Message message) {
  if (!message_keys_.try_emplace(message.key, messages_.size()).second) return;
  message.id = {messages_.size() + 1};
  if (waits(message)) due_messages_.insert({message.due, messages_.size()});
  messages_.push_back(std::move(message));
}

void BacktestReplay::reschedule(const effects::RescheduleMessages& change) {
  for (std::size_t index = 0; index < messages_.size(); ++index) {
    Message& message = messages_[index];
    if (message.run != change.run || !waits(message)) continue;
    due_messages_.erase({message.due, index});
    message.due = change.due;
    due_messages_.insert({message.due, index});
  }
}

void BacktestReplay::cancel(const effects::CancelMessages& cancellation) {
  for (auto place = due_messages_.begin(); place != due_messages_.end();) {
    Message& message = messages_[place->second];
    if (message.run != cancellation.run) {
      ++place;
      continue;
    }
    message.state = DeliveryState::cancelled;
    place = due_messages_.erase(place);
  }
}

void BacktestReplay::send(std::size_t index) {
  const std::optional<policies::Answer> asked = react(reaction::LeaveInput{messages_[index]});
  // The reaction may have queued others, which moves the list, and may have cancelled this one.
  Message& message = messages_[index];
  if (!asked || !waits(message)) return;
  switch (asked->kind) {
    case policies::Answer::Kind::defer:
      message.due = asked->until;
      due_messages_.insert({message.due, index});
      return;
    case policies::Answer::Kind::skip:
      message.state = DeliveryState::skipped;
      return;
    case policies::Answer::Kind::allow:
      break;
  }
  message.state = DeliveryState::sent;
  message.sent_at = now_;
  const Message sent = message;
  const LoggedEvent report{position_, event_about(sent, names::email_sent, now_)};
  apply(report);
  const bool is_assumed = settings_.answers == BacktestSettings::Answers::assumed;
  if (is_assumed && !sent.template_key.empty()) assume_answers(sent);
}

void BacktestReplay::assume_answers(const Message& message) {
  const auto own = settings_.step_rates.find(message.journey + "/" + message.step);
  const AnswerRates& rates = own == settings_.step_rates.end() ? settings_.rates : own->second;
  // One draw for both, so that those who click are among those who open.
  const double draw = chance(message.key, "answer");
  const double spread = chance(message.key, "delay");
  const double delay_ms = open_delay_min_ms * std::pow(open_delay_range, spread);
  const Timestamp opened =
      now_ + Duration::milliseconds(static_cast<std::int64_t>(std::floor(delay_ms)));
  const auto answer = [&](std::string_view name, Timestamp at) {
    answers_.emplace(std::pair(at, answers_made_++), event_about(message, name, at));
  };
  if (draw < rates.opened || draw < rates.clicked) answer(names::email_opened, opened);
  if (draw < rates.clicked) answer(names::link_clicked, opened + click_delay);
}

Event BacktestReplay::event_about(const Message& message, std::string_view name,
                                  Timestamp at) const {
  Event event;
  event.message_id = fmt::format("backtest/{}/{}", message.key, name);
  event.name = name;
  event.contact = contact_.id.hash;
  event.at = at;
  event.received_at = at;
  event.trust = events::Trust::system;
  event.source = backtest_source;
  event.properties = {{"message", std::to_string(message.id.value)},
                      {"key", message.key},
                      {"channel", message.channel},
                      {"address", message.address},
                      {"journey", message.journey},
                      {"step", message.step},
                      {"run", std::to_string(message.run)},
                      {"template", message.template_key}};
  return event;
}

// The report

const Message* BacktestReplay::find_message(std::string_view key) const {
  const auto found = message_keys_.find(key);
  return found == message_keys_.end() ? nullptr : &messages_[found->second];
}

void BacktestReplay::count(const Decision& decision) {
  if (decision.definition != "journey" || rules_.journey(decision.key) == nullptr) return;
  JourneyForecast& journey = forecast(decision.key);
  const std::int64_t day = decision.at.ms / day_ms;
  const Message* message = find_message(decision.message);
  const bool is_notice = message != nullptr && message->template_key.empty();
  switch (decision.kind) {
    case DecisionKind::journey_entered: {
      ++journey.entered;
      ++journey.days[day].entered;
      ++entered_[decision.key];
      const auto elsewhere = [&](const journeys::Run& run) {
        return run.state == journeys::RunState::active &&
               rules_.journey(run.journey) != rules_.journey(decision.key);
      };
      in_several_ =
          in_several_ || std::any_of(contact_.runs.begin(), contact_.runs.end(), elsewhere);
      break;
    }
    case DecisionKind::journey_not_entered:
      ++journey.refused[decision.outcome];
      break;
    case DecisionKind::run_ended:
      ++journey.ended[decision.outcome];
      break;
    case DecisionKind::goal_reached:
      ++journey.converted_later;
      break;
    case DecisionKind::step_passed:
      ++journey.steps[decision.step].passed;
      break;
    case DecisionKind::message_deferred:
    case DecisionKind::message_skipped:
      count_held(decision, journey.steps[decision.step]);
      break;
    case DecisionKind::message_sent:
      if (is_notice) break;
      ++journey.sent;
      ++journey.days[day].sent;
      ++journey.steps[decision.step].sent;
      sent_by_.insert(decision.key);
      break;
    case DecisionKind::user_notified:
      ++journey.notices;
      break;
    default:  // the rest is no figure of a backtest
      break;
  }
}

void BacktestReplay::count_held(const Decision& decision, StepForecast& step) {
  if (!held_.insert({decision.message, decision.outcome}).second) return;
  const bool waits_on = decision.kind == DecisionKind::message_deferred;
  ++(waits_on ? step.held : step.skipped)[decision.outcome];
}

void BacktestReplay::count_answer(const Event& event) {
  if (event.trust != events::Trust::system || events::is_of_machine(event)) return;
  const bool opened = event.name == names::email_opened;
  if (!opened && event.name != names::link_clicked) return;
  const auto found = message_keys_.find(text_of(event, "key"));
  if (found == message_keys_.end()) return;
  Message& message = messages_[found->second];
  std::optional<Timestamp>& first = opened ? message.opened_at : message.clicked_at;
  if (first) return;
  first = event.at;
  StepForecast& step = forecast(message.journey).steps[message.step];
  ++(opened ? step.opened : step.clicked);
}

void BacktestReplay::count_end() {
  ++report_.contacts;
  if (in_several_) ++report_.in_several;
  for (const auto& [key, times] : entered_) {
    ++forecast(key).contacts;
    if (times > 1) ++forecast(key).contacts_again;
  }
  for (const std::string& key : sent_by_) ++forecast(key).contacts_sent;
  for (const journeys::Run& run : contact_.runs) {
    const reaction::JourneyRule* rule = rules_.journey(run.journey);
    if (run.state != journeys::RunState::active || rule == nullptr) continue;
    ++forecast(rule->journey.key).waiting;
    ++forecast(rule->journey.key).steps[run.step].waiting;
  }
}

}  // namespace sojourn::simulation
