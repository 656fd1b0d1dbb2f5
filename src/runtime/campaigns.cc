#include "runtime/campaigns.h"

#include <algorithm>
#include <span>
#include <utility>

#include "runtime/batch.h"
#include "runtime/jobs.h"
#include "store/campaign.h"

namespace sojourn::runtime {
namespace {

using campaigns::Standing;
using contacts::ContactId;

/// Who acts where nobody did.
constexpr std::string_view own_name = "sojourn";

}  // namespace

Result<campaigns::CountsByArm> campaign_counts(store::StateReads& reads, const std::string& key) {
  TRY(counters, reads.counters(store::campaign_states_kind, key));
  campaigns::CountsByArm arms;
  for (const store::Counter& counter : counters) {
    campaigns::Counts& counts = arms[counter.key.variant];
    if (const auto state = messages::parse_delivery_state(counter.key.outcome)) {
      counts.states[*state] += counter.count;
    } else {
      counts.erased += counter.count;
    }
  }
  return arms;
}

Result<campaigns::OutcomesByArm> campaign_outcomes(store::StateReads& reads,
                                                   const std::string& key) {
  TRY(counters, reads.counters("campaign", key));
  campaigns::OutcomesByArm arms;
  for (const store::Counter& counter : counters) {
    // Day 0 holds the standing totals.
    if (counter.key.day == 0) arms[counter.key.step][counter.key.outcome] += counter.count;
  }
  return arms;
}

class Campaigns::Surroundings final : public campaigns::Surroundings {
 public:
  /// All outlive it. `rule` is null while the definition is set aside.
  Surroundings(Campaigns& campaigns, Batch& batch, store::StateTransaction& transaction,
               const reaction::CampaignRule* rule, const Standing& standing, Timestamp now)
      : campaigns_(campaigns),
        batch_(batch),
        transaction_(transaction),
        rule_(rule),
        key_(standing.key),
        now_(now) {}

  Result<campaigns::CountsByArm> counts() override { return campaign_counts(transaction_, key_); }
  Result<campaigns::OutcomesByArm> outcomes() override {
    TRY(arms, campaign_outcomes(transaction_, key_));
    // What this batch has counted is written at its end: a bounce must pause it now, not with the
    // next message that moves.
    for (const auto& [counter, by] : batch_.counted()) {
      const bool is_its = counter.kind == "campaign" && counter.key == key_ && counter.day == 0;
      if (is_its) arms[counter.step][counter.outcome] += by;
    }
    return arms;
  }
  Result<std::span<const ContactId>> page(const Standing& standing) override {
    TRY_VOID(campaigns_.read_page(transaction_, standing));
    return std::span<const ContactId>(campaigns_.page_);
  }
  Result<void> prefetch(std::span<const ContactId> contacts) override {
    return batch_.prefetch(contacts);
  }
  Result<absl::TimeZone> zone_of(const ContactId& contact) override {
    return batch_.zone_of(contact);
  }
  Result<campaigns::Turn> give_turn(const ContactId& contact, std::string_view arm,
                                    Timestamp due) override {
    return batch_.give_turn(contact, *rule_, arm, due);
  }
  Result<std::vector<messages::MessageId>> waiting(Waiting which, std::size_t limit) override {
    return transaction_.waiting_in_campaign(key_, which == Waiting::held, limit);
  }
  Result<void> release(messages::MessageId message) override { return batch_.release(message); }
  Result<void> cancel(messages::MessageId message, std::string_view reason) override {
    return batch_.cancel_in_campaign(message, std::string(reason));
  }
  Result<void> read_audience() override {
    TRY_VOID(Jobs::submit_in(transaction_, campaign_audience_kind, Object{{"campaign", key_}},
                             std::string(own_name), now_));
    campaigns_.wishes_job_ = true;
    return {};
  }
  Result<void> note(std::string_view action, const std::string& detail) override {
    return transaction_.append_audit(own_name, action, "campaign/" + key_, detail, now_);
  }

 private:
  Campaigns& campaigns_;
  Batch& batch_;
  store::StateTransaction& transaction_;
  const reaction::CampaignRule* rule_;
  const std::string key_;
  const Timestamp now_;
};

Result<void> Campaigns::load(store::StateReads& reads, const reaction::Rules& rules) {
  TRY(all, reads.campaigns());
  active_.clear();
  changed_.clear();
  measuring_.clear();
  page_.clear();
  page_campaign_ = 0;
  wishes_job_ = false;
  for (Standing& standing : all) {
    // An ended test's answers are counted no more; whose campaign has ended may still buy.
    const reaction::CampaignRule* rule = rules.campaign(standing.key);
    const bool measures =
        rule != nullptr && rule->campaign.test && !rule->campaign.test->event.empty();
    if (measures) measuring_[rule->campaign.test->event].push_back(standing.key);
    if (has_ended(standing.state)) continue;
    std::string key = standing.key;
    active_.insert_or_assign(std::move(key), campaigns::UnderWay{.standing = std::move(standing)});
  }
  reckon();
  return {};
}

campaigns::Pace Campaigns::pace_in_batch() const {
  constexpr std::size_t least = 20;
  campaigns::Pace pace = pace_;
  const std::size_t share = pace_.turns / std::max<std::size_t>(active_.size(), 1);
  pace.turns = std::min(pace_.turns, std::max(share, least));
  return pace;
}

void Campaigns::reckon() {
  Timestamp next = Timestamp::never();
  for (const auto& [key, active] : active_) next = std::min(next, active.due);
  next_due_ = next.ms;
}

Result<bool> Campaigns::work(Batch& batch, store::StateTransaction& transaction,
                             const reaction::Rules& rules, Timestamp now) {
  bool did = false;
  for (const auto& [key, active] : active_) {
    if (active.due > now && !batch.campaigns_moved.contains(key)) continue;
    campaigns::UnderWay next = active;
    const reaction::CampaignRule* rule = rules.campaign(key);
    Surroundings surroundings(*this, batch, transaction, rule, next.standing, now);
    const std::size_t queued = batch.queued.size();
    TRY_VOID(campaigns::advance(next, rule == nullptr ? nullptr : &rule->campaign, surroundings,
                                pace_in_batch(), now));
    const bool changes = next.standing != active.standing;
    if (changes) TRY_VOID(transaction.put_campaign(next.standing));
    // A release gives messages their due time; a stop moves them.
    did = did || changes || batch.queued.size() != queued || batch.campaigns_moved.contains(key);
    changed_.insert_or_assign(key, std::move(next));
  }
  return did;
}

void Campaigns::committed() {
  for (auto& [key, next] : changed_) {
    if (has_ended(next.standing.state)) {
      active_.erase(key);
    } else {
      active_.insert_or_assign(key, std::move(next));
    }
  }
  changed_.clear();
  wants_job_ = wants_job_ || std::exchange(wishes_job_, false);
  reckon();
}

const Standing* Campaigns::find(std::string_view key) const {
  const auto found = active_.find(key);
  return found == active_.end() ? nullptr : &found->second.standing;
}

const std::vector<std::string>& Campaigns::measuring(std::string_view event) const {
  static const std::vector<std::string> none;
  if (measuring_.empty()) return none;
  const auto found = measuring_.find(event);
  return found == measuring_.end() ? none : found->second;
}

Result<void> Campaigns::read_page(store::StateTransaction& transaction, const Standing& standing) {
  if (page_campaign_ == standing.number && page_number_ == standing.next_page) return {};
  TRY(contacts, transaction.campaign_audience(standing.number, standing.next_page));
  page_ = std::move(contacts);
  page_campaign_ = standing.number;
  page_number_ = standing.next_page;
  return {};
}

}  // namespace sojourn::runtime
