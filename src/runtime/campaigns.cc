#include "runtime/campaigns.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/json.h"
#include "runtime/batch.h"
#include "runtime/jobs.h"

namespace sojourn::runtime {
namespace {

using campaigns::Campaign;
using messages::DeliveryState;
using store::CampaignRecord;
using store::CampaignState;

constexpr std::uint8_t sample_pass = 0;
constexpr std::uint8_t last_pass = 1;
/// Contacts that are read from the store at once.
constexpr std::size_t prefetched = 100;
/// Who acts where nobody did.
constexpr std::string_view own_name = "sojourn";

std::int64_t outcome_of(const std::map<std::string, std::int64_t>& outcomes,
                        const std::string& name) {
  const auto found = outcomes.find(name);
  return found == outcomes.end() ? 0 : found->second;
}

/// `{"at", "verdict", "arm", "chance", "results": [{"arm", "sent", "successes", "revenue"}]}`
std::string look_text(const campaigns::Look& look, const std::vector<campaigns::ArmResult>& results,
                      Timestamp now) {
  Value::List list;
  for (const campaigns::ArmResult& result : results) {
    list.push_back(Object{{"arm", result.arm},
                          {"sent", result.sent},
                          {"successes", result.successes},
                          {"revenue", result.revenue}});
  }
  return to_json(Object{{"at", now.ms},
                        {"verdict", experiments::to_string(look.verdict.kind)},
                        {"arm", look.verdict.arm},
                        {"chance", look.verdict.chance},
                        {"results", std::move(list)}});
}

}  // namespace

std::int64_t CampaignCounts::of(DeliveryState state) const {
  const auto found = states.find(state);
  return found == states.end() ? 0 : found->second;
}

std::int64_t CampaignCounts::open() const {
  using enum DeliveryState;
  return of(queued) + of(retry) + of(claimed) + of(committing);
}

std::int64_t CampaignCounts::all() const {
  std::int64_t sum = erased;
  for (const auto& [state, count] : states) sum += count;
  return sum;
}

Result<std::map<std::string, CampaignCounts>> campaign_counts(store::StateReads& reads,
                                                              const std::string& key) {
  TRY(counters, reads.counters(store::campaign_states_kind, key));
  std::map<std::string, CampaignCounts> arms;
  for (const store::Counter& counter : counters) {
    CampaignCounts& counts = arms[counter.key.variant];
    if (const auto state = messages::parse_delivery_state(counter.key.outcome)) {
      counts.states[*state] += counter.count;
    } else {
      counts.erased += counter.count;
    }
  }
  return arms;
}

Result<std::map<std::string, std::map<std::string, std::int64_t>>> campaign_outcomes(
    store::StateReads& reads, const std::string& key) {
  TRY(counters, reads.counters("campaign", key));
  std::map<std::string, std::map<std::string, std::int64_t>> arms;
  for (const store::Counter& counter : counters) {
    // Day 0 holds the standing totals.
    if (counter.key.day == 0) arms[counter.key.step][counter.key.outcome] += counter.count;
  }
  return arms;
}

/// What becomes of one campaign in one batch.
class Campaigns::Step {
 public:
  Step(Campaigns& campaigns, Batch& batch, store::StateTransaction& transaction,
       const reaction::Rules& rules, Timestamp now, Active& active)
      : campaigns_(campaigns),
        batch_(batch),
        transaction_(transaction),
        rules_(rules),
        now_(now),
        record_(active.record),
        may_hold_(active.may_hold) {}

  /// When it is to be looked at again.
  Result<Timestamp> take() {
    using enum CampaignState;
    switch (record_.state) {
      case scheduled:
      case holding:
        if (now_ < record_.begins_at) return record_.begins_at;
        return begin();
      case sending:
        return send();
      case stopping:
        return stop();
      case paused:
      case stopped:
      case finished:
      case cancelled:
        return Timestamp::never();
    }
    return Timestamp::never();
  }

 private:
  Result<Timestamp> begin() {
    // Somebody who has just started it has had its audience read meanwhile.
    const bool is_being_read = record_.state == CampaignState::holding;
    record_.state = CampaignState::sending;
    TRY_VOID(note("campaign.begin", ""));
    if (record_.is_frozen) return now_;
    if (is_being_read) return Timestamp::never();
    TRY_VOID(Jobs::submit_in(transaction_, campaign_audience_kind,
                             Object{{"campaign", record_.key}}, std::string(own_name), now_));
    campaigns_.wishes_job_ = true;
    return Timestamp::never();
  }

  Result<Timestamp> send() {
    const reaction::CampaignRule* rule = rules_.campaign(record_.key);
    // Without its audience, or while its definition is set aside, it stands still.
    if (!record_.is_frozen || rule == nullptr) return Timestamp::never();
    TRY(arms, campaign_counts(transaction_, record_.key));
    CampaignCounts counts;
    for (const auto& [arm, of_arm] : arms) {
      counts.erased += of_arm.erased;
      for (const auto& [state, count] : of_arm.states) counts.states[state] += count;
    }
    TRY(pauses, pause_where_limits_are_passed(rule->campaign, counts));
    if (pauses) return Timestamp::never();
    if (may_hold_) return release();
    const bool has_test = rule->campaign.test.has_value();
    if (!has_test) record_.pass = last_pass;
    if (record_.next_page < record_.pages) return make_rows(*rule, counts);
    if (record_.pass == sample_pass) return look_at_test(*rule, counts);
    if (counts.open() > 0) return Timestamp::never();
    record_.state = CampaignState::finished;
    record_.ended_at = now_;
    TRY_VOID(note("campaign.finish", ""));
    return Timestamp::never();
  }

  /// What a pause has held back is due now.
  Result<Timestamp> release() {
    TRY(held, transaction_.waiting_in_campaign(record_.key, true, campaigns_.options_.page));
    for (const messages::MessageId id : held) TRY_VOID(batch_.release(id));
    may_hold_ = held.size() == campaigns_.options_.page;
    return now_;
  }

  Result<bool> pause_where_limits_are_passed(const Campaign& campaign,
                                             const CampaignCounts& counts) {
    TRY(by_arm, campaign_outcomes(transaction_, record_.key));
    campaigns::Outcomes outcomes{.sent = counts.of(DeliveryState::sent),
                                 .failed = counts.of(DeliveryState::failed)};
    for (const auto& [arm, counted] : by_arm) {
      const std::int64_t later = outcome_of(counted, "bounced");
      outcomes.failed += later;
      outcomes.bounced += later + outcome_of(counted, "refused_address");
      outcomes.complained += outcome_of(counted, "complained");
    }
    const std::string_view passed = campaigns::passed_limit(campaign.limits, outcomes);
    // Who lets it go on after such a pause has seen the figure.
    if (passed.empty() || record_.reason == passed) return false;
    record_.state = CampaignState::paused;
    record_.reason = passed;
    TRY_VOID(note("campaign.pause", std::string(passed)));
    return true;
  }

  Result<Timestamp> make_rows(const reaction::CampaignRule& rule, const CampaignCounts& counts) {
    const campaigns::Schedule& schedule = rule.campaign.schedule;
    if (!schedule.local && counts.open() >= campaigns_.options_.ahead) return Timestamp::never();
    if (schedule.per_hour) {
      const Timestamp next = record_.last_due - campaigns_.options_.throttle_ahead;
      if (next > now_) return next;
    }
    const std::size_t most = campaigns_.rows_in_batch();
    std::size_t turns = 0;
    std::size_t passed = 0;
    while (turns < most && passed < campaigns_.options_.passed &&
           record_.next_page < record_.pages) {
      TRY_VOID(campaigns_.read_page(transaction_, record_));
      const std::vector<contacts::ContactId>& page = campaigns_.page_;
      if (record_.next_in_page >= page.size()) {
        ++record_.next_page;
        record_.next_in_page = 0;
        continue;
      }
      if (turns % prefetched == 0) TRY_VOID(prefetch(rule.campaign));
      TRY(had_turn, give_turn(rule, page[record_.next_in_page++]));
      ++(had_turn ? turns : passed);
    }
    return now_;
  }

  /// Reads the next contacts at once. Of a test's sample most have no turn.
  Result<void> prefetch(const Campaign& campaign) {
    if (campaign.test && record_.pass == sample_pass) return {};
    const std::span<const contacts::ContactId> page(campaigns_.page_);
    const std::span rest = page.subspan(record_.next_in_page);
    return batch_.prefetch(rest.first(std::min(rest.size(), prefetched)));
  }

  /// False where it is not the contact's turn in this pass.
  Result<bool> give_turn(const reaction::CampaignRule& rule, const contacts::ContactId& contact) {
    const Campaign& campaign = rule.campaign;
    const std::optional<std::size_t> drawn = campaigns::drawn_arm(campaign, contact);
    const bool is_sample = record_.pass == sample_pass;
    if (campaign.test && drawn.has_value() != is_sample) return false;
    const std::string& arm = drawn ? campaign.test->arms[*drawn].name : record_.winner;
    TRY(due, due_of(campaign.schedule, contact));
    TRY(turn, batch_.give_turn(contact, rule, arm, due));
    if (turn == Batch::Turn::gone) ++record_.gone;
    return true;
  }

  Result<Timestamp> due_of(const campaigns::Schedule& schedule,
                           const contacts::ContactId& contact) {
    if (schedule.per_hour) {
      record_.last_due = campaigns::next_place(*schedule.per_hour, record_.last_due, now_);
      return record_.last_due;
    }
    if (!schedule.local) return now_;
    TRY(zone, batch_.zone_of(contact));
    return campaigns::due_in(schedule, zone, now_);
  }

  Result<Timestamp> look_at_test(const reaction::CampaignRule& rule, const CampaignCounts& counts) {
    const campaigns::Test& test = *rule.campaign.test;
    if (record_.look_due == Timestamp{}) {
      // People have the time of the test from the last message of the sample on.
      if (counts.open() > 0) return Timestamp::never();
      record_.look_due = now_ + test.after;
    }
    if (now_ < record_.look_due) return record_.look_due;
    TRY(results, results_of(test));
    const campaigns::Look look = campaigns::look(test, results);
    record_.winner = look.winner;
    record_.look = look_text(look, results, now_);
    record_.pass = last_pass;
    record_.next_page = 0;
    record_.next_in_page = 0;
    TRY_VOID(note("campaign.decide", fmt::format("{} wins", look.winner)));
    return now_;
  }

  Result<std::vector<campaigns::ArmResult>> results_of(const campaigns::Test& test) {
    TRY(counts, campaign_counts(transaction_, record_.key));
    TRY(outcomes, campaign_outcomes(transaction_, record_.key));
    std::vector<campaigns::ArmResult> results;
    // Of revenue the orders are shown.
    const std::string measured(test.measure == campaigns::Test::Measure::revenue
                                   ? to_string(campaigns::Test::Measure::converted)
                                   : to_string(test.measure));
    for (const campaigns::Arm& arm : test.arms) {
      const std::map<std::string, std::int64_t>& counted = outcomes[arm.name];
      results.push_back({.arm = arm.name,
                         .sent = counts[arm.name].of(DeliveryState::sent),
                         .successes = outcome_of(counted, measured),
                         .revenue = outcome_of(counted, "revenue")});
    }
    return results;
  }

  Result<Timestamp> stop() {
    TRY(waiting,
        transaction_.waiting_in_campaign(record_.key, false, campaigns_.options_.cancel_page));
    for (const messages::MessageId id : waiting) {
      TRY_VOID(batch_.cancel_in_campaign(id, std::string(campaign_stopped)));
    }
    if (waiting.size() == campaigns_.options_.cancel_page) return now_;
    TRY(arms, campaign_counts(transaction_, record_.key));
    std::int64_t open = 0;
    for (const auto& [arm, counts] : arms) open += counts.open();
    // What has passed its commit point ends in its own way.
    if (open > 0) return Timestamp::never();
    record_.state = CampaignState::stopped;
    record_.ended_at = now_;
    return Timestamp::never();
  }

  Result<void> note(const std::string& action, const std::string& detail) {
    return transaction_.append_audit(own_name, action, "campaign/" + record_.key, detail, now_);
  }

  Campaigns& campaigns_;
  Batch& batch_;
  store::StateTransaction& transaction_;
  const reaction::Rules& rules_;
  const Timestamp now_;
  CampaignRecord& record_;
  bool& may_hold_;
};

Result<void> Campaigns::load(store::StateReads& reads, const reaction::Rules& rules) {
  TRY(all, reads.campaigns());
  active_.clear();
  changed_.clear();
  measuring_.clear();
  page_.clear();
  page_campaign_ = 0;
  wishes_job_ = false;
  for (CampaignRecord& record : all) {
    // An ended test's answers are counted no more; whose campaign has ended may still buy.
    const reaction::CampaignRule* rule = rules.campaign(record.key);
    const bool measures =
        rule != nullptr && rule->campaign.test && !rule->campaign.test->event.empty();
    if (measures) measuring_[rule->campaign.test->event].push_back(record.key);
    if (has_ended(record.state)) continue;
    std::string key = record.key;
    active_.insert_or_assign(std::move(key), Active{.record = std::move(record), .due = {}});
  }
  reckon();
  return {};
}

std::size_t Campaigns::rows_in_batch() const {
  constexpr std::size_t least = 20;
  const std::size_t share = options_.page / std::max<std::size_t>(active_.size(), 1);
  return std::min(options_.page, std::max(share, least));
}

void Campaigns::reckon() {
  Timestamp next = Timestamp::never();
  for (const auto& [key, active] : active_) next = std::min(next, active.due);
  next_due_ = next.ms;
}

Result<void> Campaigns::work(Batch& batch, store::StateTransaction& transaction,
                             const reaction::Rules& rules, Timestamp now) {
  for (const auto& [key, active] : active_) {
    if (active.due > now && !batch.campaigns_moved.contains(key)) continue;
    Active next = active;
    Step step(*this, batch, transaction, rules, now, next);
    TRY(due, step.take());
    next.due = due;
    if (next.record != active.record) TRY_VOID(transaction.put_campaign(next.record));
    changed_.insert_or_assign(key, std::move(next));
  }
  return {};
}

void Campaigns::committed() {
  for (auto& [key, next] : changed_) {
    if (has_ended(next.record.state)) {
      active_.erase(key);
    } else {
      active_.insert_or_assign(key, std::move(next));
    }
  }
  changed_.clear();
  wants_job_ = wants_job_ || std::exchange(wishes_job_, false);
  reckon();
}

const CampaignRecord* Campaigns::find(std::string_view key) const {
  const auto found = active_.find(key);
  return found == active_.end() ? nullptr : &found->second.record;
}

const std::vector<std::string>& Campaigns::measuring(std::string_view event) const {
  static const std::vector<std::string> none;
  if (measuring_.empty()) return none;
  const auto found = measuring_.find(event);
  return found == measuring_.end() ? none : found->second;
}

Result<void> Campaigns::read_page(store::StateTransaction& transaction,
                                  const CampaignRecord& record) {
  if (page_campaign_ == record.number && page_number_ == record.next_page) return {};
  TRY(contacts, transaction.campaign_audience(record.number, record.next_page));
  page_ = std::move(contacts);
  page_campaign_ = record.number;
  page_number_ = record.next_page;
  return {};
}

}  // namespace sojourn::runtime
