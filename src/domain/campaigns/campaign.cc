#include "domain/campaigns/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "domain/messages/message.h"

namespace sojourn::campaigns {
namespace {

using experiments::ArmCount;
using experiments::Verdict;

/// No zone is further ahead of UTC: when the first clocks show a time.
constexpr Duration ahead_of_utc_max = Duration::hours(14);

constexpr std::array<std::string_view, 2> choice_names = {"winner", "bandit"};
constexpr std::array<std::string_view, 4> measure_names = {"clicked", "opened", "converted",
                                                           "revenue"};

/// Of the messages that were handed over or refused, the share in percent.
double percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double revenue_each(const ArmResult& result) {
  if (result.sent == 0) return 0;
  return static_cast<double>(result.revenue) / static_cast<double>(result.sent);
}

/// The arm with the most revenue a message; empty: several have it.
std::string richest(const std::vector<ArmResult>& results) {
  double best = -1;
  std::string arm;
  for (const ArmResult& result : results) {
    const double each = revenue_each(result);
    if (each < best) continue;
    arm = each > best ? result.arm : std::string();
    best = each;
  }
  return arm;
}

}  // namespace

std::string_view to_string(Test::Measure measure) {
  return measure_names[static_cast<std::size_t>(measure)];
}

std::string_view to_string(Test::Choice choice) {
  return choice_names[static_cast<std::size_t>(choice)];
}

bool Test::has_send_times() const {
  return std::any_of(arms.begin(), arms.end(),
                     [](const Arm& each) { return each.send_time.has_value(); });
}

const Arm* Campaign::arm(std::string_view its_name) const {
  if (!test) return nullptr;
  const auto found = std::find_if(test->arms.begin(), test->arms.end(),
                                  [&](const Arm& each) { return each.name == its_name; });
  return found == test->arms.end() ? nullptr : &*found;
}

Timestamp begins(const Schedule& schedule, Timestamp now) {
  if (schedule.at) return std::max(*schedule.at, now);
  if (!schedule.local) return now;
  const Timestamp in_utc = instant_of(absl::CivilSecond(*schedule.local), absl::UTCTimeZone());
  return std::max(in_utc - ahead_of_utc_max, now);
}

Timestamp due_in(const Schedule& schedule, const absl::TimeZone& zone, Timestamp now) {
  if (schedule.at) return std::max(*schedule.at, now);
  if (!schedule.local) return now;
  return std::max(instant_of(absl::CivilSecond(*schedule.local), zone), now);
}

Timestamp next_place(std::int64_t per_hour, Timestamp last, Timestamp now) {
  // Rounded up, so that no hour sees one more.
  const Duration spacing{(Duration::hours(1).ms + per_hour - 1) / per_hour};
  return std::max(last + spacing, now);
}

Timestamp next_time_of_day(TimeOfDay time, const absl::TimeZone& zone, Timestamp now) {
  absl::CivilDay day(local_time(now, zone));
  while (true) {
    const Timestamp due = instant_of(absl::CivilSecond(absl::CivilMinute(day) + time), zone);
    if (due >= now) return due;
    ++day;
  }
}

double place_in_draw(std::string_view campaign, const contacts::ContactId& contact) {
  const Hash128 hash = keyed_hash(HashKey{}, {"campaign", campaign, contact.hash.view()});
  // 53 bits: what a double holds exactly.
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | hash.bytes[i];
  return static_cast<double>(bits >> 11) / 9007199254740992.0;
}

std::optional<std::size_t> drawn_arm(const Campaign& campaign, const contacts::ContactId& contact) {
  if (!campaign.test) return std::nullopt;
  const double place = place_in_draw(campaign.key, contact) * 100;
  if (place >= campaign.test->sample) return std::nullopt;
  const std::size_t arms = campaign.test->arms.size();
  const auto arm =
      static_cast<std::size_t>(place / campaign.test->sample * static_cast<double>(arms));
  return std::min(arm, arms - 1);
}

Look look(const Test& test, const std::vector<ArmResult>& results) {
  Look found;
  if (test.measure == Test::Measure::revenue) {
    found.verdict.arm = richest(results);
    found.verdict.kind =
        found.verdict.arm.empty() ? Verdict::Kind::unclear : Verdict::Kind::leading;
  } else {
    std::vector<ArmCount> counts;
    for (const ArmResult& result : results) {
      counts.push_back({.arm = result.arm,
                        .people = result.sent,
                        .successes = std::min(result.successes, result.sent)});
    }
    found.verdict = experiments::judge(counts, test.confidence);
  }
  const bool is_clear = found.verdict.kind == Verdict::Kind::winner;
  if (!is_clear && !test.if_unclear.empty()) {
    found.winner = test.if_unclear;
  } else {
    // Somebody has to win, for the others wait: without any difference it is the one written first.
    found.winner = found.verdict.arm.empty() ? test.arms.front().name : found.verdict.arm;
  }
  return found;
}

std::string_view passed_limit(const Limits& limits, const Rates& rates) {
  const std::int64_t known = rates.sent + rates.failed;
  if (known < limits.at_least) return {};
  if (percent(rates.bounced, known) > limits.bounced) return "bounce_rate";
  if (percent(rates.failed, known) > limits.failed) return "failure_rate";
  if (percent(rates.complained, rates.sent) > limits.complained) return "complaint_rate";
  return {};
}

}  // namespace sojourn::campaigns
