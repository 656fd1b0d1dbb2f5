#include "simulation/auditor.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/contacts/address.h"
#include "store/campaign.h"

namespace sojourn::simulate {
namespace {

using effects::Decision;
using effects::DecisionKind;
using messages::DeliveryState;
using messages::Message;

constexpr std::string_view mark_setting = "simulation_mark";
constexpr std::size_t all = 1'000'000;

/// Whether the last word about the topic was no: of it by name, else of everything.
bool refuses(const policies::AddressConsent& consent, const std::string& topic) {
  const auto holds = [](const std::vector<std::string>& topics, const std::string& wanted) {
    return std::find(topics.begin(), topics.end(), wanted) != topics.end();
  };
  if (holds(consent.opted_out, topic)) return true;
  return holds(consent.opted_out, "") && !holds(consent.opted_in, topic);
}

bool is_marketing(const Message& message) {
  return message.message_class == messages::MessageClass::marketing;
}

std::string name(const Message& message) {
  return fmt::format("message {} ({})", message.id.value, message.key);
}

}  // namespace

class Auditor::WatchedTransaction final : public ForwardingTransaction {
 public:
  WatchedTransaction(Auditor& auditor, std::unique_ptr<store::StateTransaction> inner)
      : ForwardingTransaction(std::move(inner)), auditor_(auditor) {
    writes_.at = auditor.clock_.now();
  }

  Result<void> put_message(const Message& message) override {
    writes_.in_order.emplace_back(message);
    return inner_->put_message(message);
  }
  Result<void> put_consent(const store::ConsentRecord& record) override {
    writes_.in_order.emplace_back(record);
    return inner_->put_consent(record);
  }
  Result<void> append_decision(const store::DecisionRecord& record) override {
    writes_.in_order.emplace_back(record);
    return inner_->append_decision(record);
  }
  Result<void> set_applied(events::Position position) override {
    writes_.applied = position;
    return inner_->set_applied(position);
  }
  Result<void> commit() override {
    writes_.mark = auditor_.next_mark_++;
    TRY_VOID(inner_->put_setting(mark_setting, std::to_string(writes_.mark)));
    auditor_.doubtful_ = writes_;
    TRY_VOID(inner_->commit());
    auditor_.doubtful_.reset();
    auditor_.settle(std::move(writes_));
    return {};
  }

 private:
  Auditor& auditor_;
  Writes writes_;
};

class Auditor::WatchedStore final : public ForwardingStore {
 public:
  WatchedStore(Auditor& auditor, std::unique_ptr<store::Store> inner)
      : ForwardingStore(std::move(inner)), auditor_(auditor) {}

  Result<std::unique_ptr<store::StateTransaction>> begin() override {
    TRY(transaction, inner_->begin());
    return std::make_unique<WatchedTransaction>(auditor_, std::move(transaction));
  }

 private:
  Auditor& auditor_;
};

Auditor::Auditor(Promises promises, const HashKey& address_key, const Clock& clock,
                 Findings& findings)
    : promises_(std::move(promises)),
      address_key_(address_key),
      clock_(clock),
      findings_(findings) {}

policies::AddressConsent& Auditor::consent_of(const Message& message) {
  return consents_[contacts::address_hash(address_key_, message.channel, message.address)];
}

std::unique_ptr<store::Store> Auditor::watch(std::unique_ptr<store::Store> inner) {
  return std::make_unique<WatchedStore>(*this, std::move(inner));
}

void Auditor::settle(Writes writes) {
  durable_mark_ = writes.mark;
  if (writes.applied) applied_[writes.applied->value] = writes.at;
  for (const Write& write : writes.in_order) {
    std::visit([&](const auto& each) { take(each, writes.at); }, write);
  }
}

void Auditor::take(const Message& message, Timestamp at) {
  const auto [place, is_new] = messages_.try_emplace(message.id.value);
  Tracked& tracked = place->second;
  if (is_new) {
    if (message.state != DeliveryState::queued && message.state != DeliveryState::skipped) {
      findings_.broken(12, fmt::format("{} begins {}", name(message), to_string(message.state)));
    }
    messages_of_address_[message.address].push_back(message.id.value);
    if (!message.campaign.empty() && !campaign_keys_.insert(message.key).second) {
      findings_.broken(9, fmt::format("{} is in the ledger twice", name(message)));
    }
  } else {
    const DeliveryState from = tracked.message.state;
    if (from != message.state && !messages::is_legal_move(from, message.state)) {
      findings_.broken(from == DeliveryState::uncertain ? 10 : 12,
                       fmt::format("{} went from {} to {}", name(message), to_string(from),
                                   to_string(message.state)));
    }
    if (from != DeliveryState::committing && message.state == DeliveryState::committing) {
      check_commit_point(message, at);
      check_warm_up(message, at);
      tracked.commit_point = at;
    }
  }
  findings_.note(fmt::format("  {} is {} {} due {}", name(message), to_string(message.state),
                             message.reason, format_timestamp(message.due)));
  tracked.message = message;
}

void Auditor::take(const store::ConsentRecord& record, Timestamp) {
  policies::fold(consents_[record.address], record.topic, record.state);
  findings_.note(fmt::format("  consent \"{}\" {}", record.topic, record.state));
}

void Auditor::take(const store::DecisionRecord& record, Timestamp at) {
  const Result<Decision> decoded = effects::decode_decision(record.payload);
  if (!decoded) return findings_.broken(0, decoded.error().message);
  const Decision& decision = *decoded;
  findings_.note(fmt::format("  decision {} {} {} {} {}", effects::to_string(decision.kind),
                             decision.key, decision.run, decision.step, decision.outcome));
  const RunStep place{decision.run, decision.step};
  switch (decision.kind) {
    case DecisionKind::wait_started:
      waits_[place] = decision.at;
      break;
    case DecisionKind::step_passed: {
      check_once(passed_, decision, 13);
      const auto wait = promises_.waits.find(decision.step);
      if (wait == promises_.waits.end()) break;
      const auto started = waits_.find(place);
      const bool early = started == waits_.end() || at < started->second + wait->second ||
                         decision.at < started->second + wait->second;
      if (early) {
        findings_.broken(13, fmt::format("run {} left the wait {} before it was due", decision.run,
                                         decision.step));
      }
      break;
    }
    case DecisionKind::message_queued:
      // What a campaign queues is told apart by its keys.
      if (decision.definition == "journey") check_once(queued_, decision, 8);
      break;
    case DecisionKind::journey_entered:
      check_once(entered_, decision, 13);
      break;
    case DecisionKind::run_ended: {
      Decision of_run = decision;
      of_run.step.clear();
      check_once(ended_, of_run, 13);
      break;
    }
    default:
      break;
  }
}

void Auditor::check_once(std::set<RunStep>& seen, const Decision& decision, int invariant) {
  // The journeys of the simulation have no loops: a run comes by each step at most once.
  if (seen.insert({decision.run, decision.step}).second) return;
  findings_.broken(invariant, fmt::format("run {} has {} of step \"{}\" twice", decision.run,
                                          effects::to_string(decision.kind), decision.step));
}

void Auditor::check_commit_point(const Message& message, Timestamp at) {
  if (stopped_ == true) {
    findings_.broken(15, fmt::format("{} got leave while sending is stopped", name(message)));
  }
  const policies::AddressConsent& consent = consent_of(message);
  if (consent.suppressed) {
    findings_.broken(7, fmt::format("{} got leave to a suppressed address", name(message)));
  }
  if (!is_marketing(message)) return;
  if (refuses(consent, message.topic)) {
    findings_.broken(6, fmt::format("{} got leave after the opt-out", name(message)));
  }
  if (promises_.quiet) {
    constexpr std::int64_t day = 86'400'000;
    const std::int64_t minute = (at + promises_.zone_offset).ms % day / 60'000;
    const auto [from, to] = std::pair(promises_.quiet->from_minute, promises_.quiet->to_minute);
    const bool quiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
    if (quiet) findings_.broken(16, fmt::format("{} got leave in quiet hours", name(message)));
  }
}

void Auditor::check_warm_up(const Message& message, Timestamp at) {
  if (promises_.warm_up.empty() || at < promises_.warm_up_start) return;
  constexpr std::int64_t day_ms = 86'400'000;
  const std::int64_t day = (at - promises_.warm_up_start).ms / day_ms;
  const std::int64_t left = ++left_on_[day];
  const bool is_over = day >= static_cast<std::int64_t>(promises_.warm_up.size());
  if (is_over || !is_marketing(message)) return;
  const std::int64_t most = promises_.warm_up[static_cast<std::size_t>(day)];
  if (left > most) {
    findings_.broken(
        17, fmt::format("{} is mail {} of a day that may have {}", name(message), left, most));
  }
}

Result<void> Auditor::check_warm_up_days(store::StateReads& view) {
  if (promises_.warm_up.empty()) return {};
  const std::int64_t local_ms = (promises_.warm_up_start + promises_.zone_offset).ms;
  const absl::CivilDay first =
      absl::ToCivilDay(absl::FromUnixMillis(local_ms), absl::UTCTimeZone());
  std::map<std::int64_t, std::int64_t> counted;
  TRY(days, store::warm_ups_in(view).warm_up_days());
  for (const policies::WarmUpBook::Entry& entry : days) {
    if (entry.day.sent > 0) counted[entry.day.day - first] = entry.day.sent;
  }
  if (counted != left_on_) findings_.broken(17, "the warm-up plan has counted other mails");
  return {};
}

void Auditor::peer_accepted(messages::MessageId id, const std::string& message_id, Timestamp now) {
  findings_.note(fmt::format("  the peer takes over {} <{}>", id.value, message_id));
  const auto found = messages_.find(id.value);
  if (found == messages_.end()) {
    return findings_.broken(8,
                            fmt::format("the peer has message {}, which is not stored", id.value));
  }
  Tracked& tracked = found->second;
  const Message& message = tracked.message;
  if (++tracked.accepted > 1) {
    findings_.broken(8, fmt::format("the peer took over {} twice", name(message)));
  }
  const policies::AddressConsent& consent = consent_of(message);
  if (message.state != DeliveryState::committing) {
    const bool opted_out = is_marketing(message) && refuses(consent, message.topic);
    findings_.broken(opted_out ? 6 : 12,
                     fmt::format("the peer took over {}, which is {} {}", name(message),
                                 to_string(message.state), message.reason));
  }
  tracked.accepted_for = std::max(tracked.commit_point, Timestamp{0});
  if (promises_.cap == 0 || !is_marketing(message)) return;
  // The peer may take mails over in another order than they got leave: every window that this one
  // is in has to hold.
  std::vector<Timestamp> taken;
  for (const std::uint64_t other : messages_of_address_[message.address]) {
    const Tracked& each = messages_.at(other);
    if (each.accepted > 0 && is_marketing(each.message)) taken.push_back(each.accepted_for);
  }
  const auto inside_until = [&](Timestamp end) {
    return std::count_if(taken.begin(), taken.end(), [&](Timestamp at) {
      return at <= end && at > end - promises_.cap_window;
    });
  };
  std::ptrdiff_t inside = 0;
  for (const Timestamp end : taken) {
    const bool holds_this =
        end >= tracked.accepted_for && end < tracked.accepted_for + promises_.cap_window;
    if (holds_this) inside = std::max(inside, inside_until(end));
  }
  if (inside > promises_.cap) {
    findings_.broken(17, fmt::format("{} is number {} within the cap's window at {}", name(message),
                                     inside, format_timestamp(now)));
  }
}

std::optional<Timestamp> Auditor::applied_at(events::Position position) const {
  const auto found = applied_.lower_bound(position.value);
  if (found == applied_.end()) return std::nullopt;
  return found->second;
}

Result<void> Auditor::reconcile(store::Store& store) {
  TRY(view, store.view());
  TRY(setting, view->setting(mark_setting));
  const std::uint64_t mark = setting ? std::stoull(*setting) : 0;
  if (doubtful_ && doubtful_->mark == mark) settle(*std::exchange(doubtful_, std::nullopt));
  doubtful_.reset();
  if (mark != durable_mark_) {
    findings_.broken(
        1, fmt::format("transaction {} was committed, the store has only {}", durable_mark_, mark));
    return {};
  }
  for (const auto& [id, tracked] : messages_) {
    TRY(stored, view->message({id}));
    if (!stored || stored->state != tracked.message.state) {
      findings_.broken(12, fmt::format("{} is {} in the store, and was {}", name(tracked.message),
                                       stored ? to_string(stored->state) : "not",
                                       to_string(tracked.message.state)));
    }
  }
  return check(*view);
}

Result<void> Auditor::check_campaigns(store::StateReads& view) {
  TRY(standings, view.campaigns());
  for (const campaigns::Standing& standing : standings) {
    std::map<std::string, std::int64_t> states;
    std::map<std::string, std::string> going;  // by address
    std::uint64_t lines = 0;
    for (const auto& [id, tracked] : messages_) {
      const Message& message = tracked.message;
      if (message.campaign != standing.key) continue;
      ++lines;
      ++states[std::string(to_string(message.state))];
      const bool is_left_out =
          message.state == DeliveryState::skipped || message.state == DeliveryState::cancelled;
      if (is_left_out) continue;
      const auto [first, is_new] =
          going.emplace(contacts::folded_address(message.address), message.key);
      if (is_new) continue;
      findings_.broken(9, fmt::format("{} and {} go to one address", first->second, message.key));
    }
    const bool is_finished = standing.state == campaigns::State::finished;
    const std::uint64_t reached = lines + standing.gone;
    if (reached > standing.audience || (is_finished && reached < standing.audience)) {
      findings_.broken(
          11, fmt::format("campaign {} is {}: {} in the ledger, {} gone, audience {}", standing.key,
                          to_string(standing.state), lines, standing.gone, standing.audience));
    }
    std::map<std::string, std::int64_t> counted;
    TRY(counters, view.counters(store::campaign_states_kind, standing.key));
    for (const store::Counter& counter : counters) counted[counter.key.outcome] += counter.count;
    std::erase_if(counted, [](const auto& each) { return each.second == 0; });
    if (counted != states) {
      findings_.broken(11, fmt::format("campaign {}: counters and ledger differ", standing.key));
    }
    if (is_finished) TRY_VOID(check_finished(view, standing));
  }
  return {};
}

/// Nobody of the audience was skipped.
Result<void> Auditor::check_finished(store::StateReads& view, const campaigns::Standing& standing) {
  for (std::uint64_t page = 0; page < standing.pages; ++page) {
    TRY(contacts, view.campaign_audience(standing.number, page));
    for (const contacts::ContactId& contact : contacts) {
      const std::string key = fmt::format("{}/{}", standing.key, contacts::format(contact));
      if (campaign_keys_.contains(key)) continue;
      // Two who have become one have had one turn, under either id.
      TRY(survivor, view.alias(contact));
      store::StateReads::MessageQuery query;
      query.contact = survivor.value_or(contact);
      query.campaign = standing.key;
      TRY(theirs, view.list_messages(query));
      if (!theirs.messages.empty()) continue;
      findings_.broken(11, fmt::format("{} had no turn", key));
    }
  }
  return {};
}

Result<void> Auditor::check(store::StateReads& view) {
  TRY_VOID(check_campaigns(view));
  TRY_VOID(check_warm_up_days(view));
  // Conservation (11): what was queued is in some state, and each end is counted once.
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, std::int64_t> expected;
  std::set<std::string> journeys;
  for (const auto& [id, tracked] : messages_) {
    const Message& message = tracked.message;
    if (message.journey.empty()) continue;
    journeys.insert(message.journey);
    // A notice to a user is counted when its step is passed.
    const bool is_notice = message.template_key.empty();
    if (!is_notice) ++expected[{message.journey, message.step, "queued"}];
    const bool counted = messages::is_final(message.state);
    if (counted) ++expected[{message.journey, message.step, std::string(to_string(message.state))}];
  }
  std::map<Key, std::int64_t> counted;
  for (const std::string& journey : journeys) {
    TRY(counters, view.counters("journey", journey));
    for (const store::Counter& counter : counters) {
      if (counter.key.day != 0 || counter.key.step.empty()) continue;
      const std::string outcome = counter.key.outcome.substr(0, counter.key.outcome.find(':'));
      const bool of_message = outcome == "queued" || outcome == "sent" || outcome == "failed" ||
                              outcome == "skipped" || outcome == "cancelled" ||
                              outcome == "uncertain";
      if (of_message) counted[{journey, counter.key.step, outcome}] += counter.count;
    }
  }
  std::erase_if(counted, [](const auto& each) { return each.second == 0; });
  if (counted != expected) {
    std::string what = "counters and messages differ:";
    std::set<Key> keys;
    for (const auto& [key, count] : counted) keys.insert(key);
    for (const auto& [key, count] : expected) keys.insert(key);
    for (const Key& key : keys) {
      if (counted[key] == expected[key]) continue;
      what += fmt::format(" {}/{} {}: counted {}, messages {};", std::get<0>(key), std::get<1>(key),
                          std::get<2>(key), counted[key], expected[key]);
    }
    findings_.broken(11, what);
  }
  for (const auto& [id, tracked] : messages_) {
    const DeliveryState state = tracked.message.state;
    const bool may_be_there = state == DeliveryState::sent || state == DeliveryState::uncertain ||
                              state == DeliveryState::committing;
    const bool wrong = (state == DeliveryState::sent && tracked.accepted != 1) ||
                       (!may_be_there && tracked.accepted > 0);
    if (wrong) {
      findings_.broken(8, fmt::format("{} is {}, the peer took it over {} times",
                                      name(tracked.message), to_string(state), tracked.accepted));
    }
  }
  TRY(wakes, view.due_wakes(Timestamp::never(), all));
  std::set<contacts::ContactId> woken;
  for (const auto& wake : wakes) {
    if (!woken.insert(wake.contact).second) {
      findings_.broken(13, "a contact has two wakes");
    }
  }
  return {};
}

}  // namespace sojourn::simulate
