#include "domain/campaigns/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "domain/campaigns/bandit.h"
#include "domain/campaigns/look.h"

namespace sojourn::campaigns {
namespace {

using contacts::ContactId;
using experiments::Verdict;

constexpr std::uint8_t sample_pass = 0;
constexpr std::uint8_t last_pass = 1;

bool is_bandit(const Campaign& campaign) {
  return campaign.test && campaign.test->choice == Test::Choice::bandit;
}

class Step {
 public:
  Step(UnderWay& present, const Campaign* campaign, Surroundings& surroundings, const Pace& pace,
       Timestamp now)
      : present_(present),
        standing_(present.standing),
        campaign_(campaign),
        surroundings_(surroundings),
        pace_(pace),
        now_(now) {}

  /// When it is to be looked at again.
  Result<Timestamp> take() {
    using enum State;
    switch (standing_.state) {
      case scheduled:
      case holding:
        if (now_ < standing_.begins_at) return standing_.begins_at;
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
    const bool is_being_read = standing_.state == State::holding;
    standing_.state = State::sending;
    TRY_VOID(surroundings_.note("campaign.begin", ""));
    if (standing_.is_frozen) return now_;
    if (!is_being_read) TRY_VOID(surroundings_.read_audience());
    return Timestamp::never();
  }

  Result<Timestamp> send() {
    // Without its audience, or while its definition is set aside, it stands still.
    if (!standing_.is_frozen || campaign_ == nullptr) return Timestamp::never();
    TRY(arms, surroundings_.counts());
    const Counts counts = sum_of(arms);
    TRY(pauses, pause_where_limits_are_passed(counts));
    if (pauses) return Timestamp::never();
    if (present_.may_hold) return release();
    // Only a sample is made apart from the others.
    const bool has_sample = campaign_->test && !is_bandit(*campaign_);
    if (!has_sample) standing_.pass = last_pass;
    if (standing_.next_page < standing_.pages) {
      if (is_bandit(*campaign_) && standing_.batch_left == 0) return begin_batch(arms);
      return make_messages(counts);
    }
    if (standing_.pass == sample_pass) return look_at_sample(arms);
    if (counts.open() > 0) return Timestamp::never();
    standing_.state = State::finished;
    standing_.ended_at = now_;
    TRY_VOID(surroundings_.note("campaign.finish", ""));
    return Timestamp::never();
  }

  /// What a pause has held back is due now.
  Result<Timestamp> release() {
    TRY(held, surroundings_.waiting(Surroundings::Waiting::held, pace_.turns));
    for (const messages::MessageId id : held) TRY_VOID(surroundings_.release(id));
    present_.may_hold = held.size() == pace_.turns;
    return now_;
  }

  Result<bool> pause_where_limits_are_passed(const Counts& counts) {
    TRY(outcomes, surroundings_.outcomes());
    const std::string_view passed = passed_limit(campaign_->limits, rates_of(counts, outcomes));
    // Who lets it go on after such a pause has seen the figure.
    if (passed.empty() || standing_.reason == passed) return false;
    standing_.state = State::paused;
    standing_.reason = passed;
    TRY_VOID(surroundings_.note("campaign.pause", std::string(passed)));
    return true;
  }

  // Messages

  Result<Timestamp> make_messages(const Counts& counts) {
    const Schedule& schedule = campaign_->schedule;
    if (!schedule.local && counts.open() >= pace_.ahead) return Timestamp::never();
    if (schedule.per_hour) {
      const Timestamp next = standing_.last_due - pace_.throttle_ahead;
      if (next > now_) return next;
    }
    std::size_t turns = 0;
    std::size_t passed = 0;
    while (turns < pace_.turns && passed < pace_.passed && standing_.next_page < standing_.pages) {
      TRY(page, surroundings_.page(standing_));
      if (standing_.next_in_page >= page.size()) {
        ++standing_.next_page;
        standing_.next_in_page = 0;
        continue;
      }
      if (is_bandit(*campaign_) && standing_.batch_left == 0) break;
      if (turns % pace_.prefetched == 0) TRY_VOID(prefetch(page));
      TRY(had_turn, give_turn(page[standing_.next_in_page++]));
      ++(had_turn ? turns : passed);
    }
    return now_;
  }

  /// Reads the next contacts at once. Of a test's sample most have no turn.
  Result<void> prefetch(std::span<const ContactId> page) {
    if (standing_.pass == sample_pass) return {};
    const std::span rest = page.subspan(standing_.next_in_page);
    return surroundings_.prefetch(rest.first(std::min(rest.size(), pace_.prefetched)));
  }

  /// False where it is not the contact's turn in this pass.
  Result<bool> give_turn(const ContactId& contact) {
    const std::optional<std::string> arm = arm_of(contact);
    if (!arm) return false;
    TRY(due, due_of(contact, *arm));
    TRY(turn, surroundings_.give_turn(contact, *arm, due));
    if (turn == Turn::gone) ++standing_.gone;
    if (standing_.batch_left > 0) --standing_.batch_left;
    return true;
  }

  /// Empty: there is no test. Absent: it is not the contact's turn in this pass.
  std::optional<std::string> arm_of(const ContactId& contact) const {
    if (!campaign_->test) return std::string();
    const std::vector<Arm>& arms = campaign_->test->arms;
    if (is_bandit(*campaign_)) {
      return arms[arm_at(standing_.shares, place_in_draw(standing_.key, contact))].name;
    }
    const std::optional<std::size_t> drawn = drawn_arm(*campaign_, contact);
    if (drawn.has_value() != (standing_.pass == sample_pass)) return std::nullopt;
    return drawn ? arms[*drawn].name : standing_.winner;
  }

  Result<Timestamp> due_of(const ContactId& contact, std::string_view arm_name) {
    const Schedule& schedule = campaign_->schedule;
    if (schedule.per_hour) {
      standing_.last_due = next_place(*schedule.per_hour, standing_.last_due, now_);
      return standing_.last_due;
    }
    const Arm* arm = campaign_->arm(arm_name);
    const bool has_time = arm != nullptr && arm->send_time;
    if (!schedule.local && !has_time) return now_;
    TRY(zone, surroundings_.zone_of(contact));
    return has_time ? next_time_of_day(*arm->send_time, zone, now_) : due_in(schedule, zone, now_);
  }

  // The test

  /// Absent: people have had their time since the last message, and it is to be looked at now.
  std::optional<Timestamp> waits_for_look(const Counts& counts) {
    if (standing_.look_due == Timestamp{}) {
      if (counts.open() > 0) return Timestamp::never();
      standing_.look_due = now_ + campaign_->test->after;
    }
    return now_ < standing_.look_due ? std::optional(standing_.look_due) : std::nullopt;
  }

  Result<Timestamp> look_at_sample(const CountsByArm& arms) {
    if (const auto later = waits_for_look(sum_of(arms))) return *later;
    const Test& test = *campaign_->test;
    TRY(outcomes, surroundings_.outcomes());
    const std::vector<ArmResult> results = results_of(test, arms, outcomes);
    const Look found = look(test, results);
    standing_.winner = found.winner;
    standing_.look = encode_look({.at = now_, .verdict = found.verdict, .results = results});
    standing_.pass = last_pass;
    standing_.next_page = 0;
    standing_.next_in_page = 0;
    TRY_VOID(surroundings_.note("campaign.decide", fmt::format("{} wins", found.winner)));
    return now_;
  }

  Result<Timestamp> begin_batch(const CountsByArm& arms) {
    const Test& test = *campaign_->test;
    if (standing_.batch == 0) {
      standing_.shares = even_shares(test.arms.size());
    } else {
      if (const auto later = waits_for_look(sum_of(arms))) return *later;
      TRY_VOID(divide_anew(arms));
    }
    ++standing_.batch;
    standing_.look_due = {};
    const double people = std::ceil(static_cast<double>(standing_.audience) * test.sample / 100);
    standing_.batch_left = std::max<std::uint64_t>(static_cast<std::uint64_t>(people), 1);
    return now_;
  }

  Result<void> divide_anew(const CountsByArm& arms) {
    const Test& test = *campaign_->test;
    TRY(outcomes, surroundings_.outcomes());
    const std::vector<ArmResult> results = results_of(test, arms, outcomes);
    const BanditLook found =
        look_of_bandit(test, results, bandit_seed(standing_.key, standing_.batch + 1));
    standing_.shares = found.shares;
    standing_.look = encode_look(
        {.at = now_, .verdict = found.verdict, .results = results, .chances = found.chances});
    std::string detail = fmt::format("batch {}:", standing_.batch + 1);
    for (std::size_t i = 0; i < test.arms.size(); ++i) {
      detail += fmt::format(" {} {:g} %", test.arms[i].name, found.shares[i] / 100.0);
    }
    return surroundings_.note("campaign.divide", detail);
  }

  // The end

  Result<Timestamp> stop() {
    TRY(waiting, surroundings_.waiting(Surroundings::Waiting::all, pace_.cancelled));
    for (const messages::MessageId id : waiting) {
      TRY_VOID(surroundings_.cancel(id, campaign_stopped));
    }
    if (waiting.size() == pace_.cancelled) return now_;
    TRY(arms, surroundings_.counts());
    // What has passed its commit point ends in its own way.
    if (sum_of(arms).open() > 0) return Timestamp::never();
    standing_.state = State::stopped;
    standing_.ended_at = now_;
    return Timestamp::never();
  }

  UnderWay& present_;
  Standing& standing_;
  const Campaign* campaign_;
  Surroundings& surroundings_;
  const Pace& pace_;
  const Timestamp now_;
};

}  // namespace

Result<void> advance(UnderWay& present, const Campaign* campaign, Surroundings& surroundings,
                     const Pace& pace, Timestamp now) {
  Step step(present, campaign, surroundings, pace, now);
  TRY(due, step.take());
  present.due = due;
  return {};
}

}  // namespace sojourn::campaigns
