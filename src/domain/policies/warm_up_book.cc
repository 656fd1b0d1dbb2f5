#include "domain/policies/warm_up_book.h"

#include <algorithm>
#include <array>

#include "base/calendar.h"

namespace sojourn::policies {
namespace {

/// Who waits is placed at most so far ahead: longer than any plan lasts while mails wait for it.
constexpr int days_ahead_max = 400;

absl::CivilDay day_of(Timestamp time, const absl::TimeZone& zone) {
  return absl::CivilDay(local_time(time, zone));
}

bool holds_on(const WarmUpPlan& plan, const absl::CivilDay& day) {
  return day >= plan.start;
}

/// At which mails go that were put off to this day: when every plan of theirs goes on.
Timestamp opening(const WarmUpRules& rules, const WarmUpMail& mail, const absl::CivilDay& day) {
  int minute = 0;
  for (const WarmUpPlan& plan : rules.plans) {
    if (plan.counts(mail.from_domain, mail.to)) minute = std::max(minute, plan.goes_on_minute);
  }
  return instant_of(absl::CivilSecond(absl::CivilMinute(day) + minute), rules.zone);
}

WarmUpPause pause_after(const WarmUpPlan& plan, const WarmUpDay& day) {
  const auto sent = static_cast<double>(day.sent);
  if (static_cast<double>(day.complained) > sent * warm_up_complained_max) {
    return WarmUpPause::complaints;
  }
  if (static_cast<double>(day.bounced) > sent * warm_up_bounced_max) return WarmUpPause::bounces;
  const std::optional<std::int64_t> mails = plan.mails_at(day.step);
  return mails && day.sent * 2 < *mails ? WarmUpPause::unused : WarmUpPause::none;
}

}  // namespace

std::string_view to_string(WarmUpPause pause) {
  constexpr std::array<std::string_view, 4> names = {"none", "bounces", "complaints", "unused"};
  return names[static_cast<std::size_t>(pause)];
}

void WarmUpBook::load(const std::vector<Entry>& entries) {
  plans_.clear();
  changed_.clear();
  for (const Entry& entry : entries) plans_[entry.plan][entry.day.day] = entry.day;
}

std::vector<WarmUpBook::Entry> WarmUpBook::take_changes() {
  std::vector<Entry> entries;
  for (const auto& [plan, day] : changed_) entries.push_back({plan, plans_[plan][day]});
  changed_.clear();
  return entries;
}

const WarmUpBook::Days& WarmUpBook::days_of(const WarmUpPlan& plan) const {
  static const Days none;
  const auto found = plans_.find(plan.key());
  return found == plans_.end() ? none : found->second;
}

WarmUpDay& WarmUpBook::change(const WarmUpPlan& plan, const absl::CivilDay& day) {
  std::string key = plan.key();
  WarmUpDay& changed = plans_[key][day];
  changed.day = day;
  changed_.insert({std::move(key), day});
  return changed;
}

WarmUpBook::Step WarmUpBook::step_on(const WarmUpPlan& plan, const absl::CivilDay& day) const {
  const Days& days = days_of(plan);
  const auto steps = static_cast<std::int64_t>(plan.daily.size());
  for (auto each = days.lower_bound(day); each != days.begin();) {
    const WarmUpDay& before = (--each)->second;
    if (before.day < plan.start) break;
    if (before.sent == 0) continue;
    const WarmUpPause pause = pause_after(plan, before);
    const std::int64_t step = before.step + (pause == WarmUpPause::none ? 1 : 0);
    return {std::min(step, steps), pause};
  }
  return {};
}

std::vector<WarmUpBook::Counting> WarmUpBook::counting(const WarmUpRules& rules,
                                                       const WarmUpMail& mail,
                                                       const absl::CivilDay& today) const {
  std::vector<Counting> counting;
  for (const WarmUpPlan& plan : rules.plans) {
    if (!plan.counts(mail.from_domain, mail.to)) continue;
    counting.push_back({&plan, &days_of(plan), step_on(plan, today).number});
  }
  return counting;
}

bool WarmUpBook::has_place(const Counting& counting, const absl::CivilDay& day,
                           const absl::CivilDay& today) {
  const WarmUpPlan& plan = *counting.plan;
  if (!holds_on(plan, day)) return true;
  // As if each day until then were used and went well: what does not fit after all waits again.
  const std::int64_t step = counting.step + (day - std::max(today, plan.start));
  const std::optional<std::int64_t> mails = plan.mails_at(step);
  if (!mails) return true;
  const auto found = counting.days->find(day);
  if (found == counting.days->end()) return true;
  return std::max(found->second.sent, found->second.planned) < *mails;
}

absl::CivilDay WarmUpBook::day_with_place(const WarmUpRules& rules, const WarmUpMail& mail,
                                          const absl::CivilDay& from,
                                          const absl::CivilDay& today) const {
  const std::vector<Counting> counting = this->counting(rules, mail, today);
  const auto fits = [&](const absl::CivilDay& day) {
    return std::all_of(counting.begin(), counting.end(),
                       [&](const Counting& each) { return has_place(each, day, today); });
  };
  absl::CivilDay day = from;
  while (day - from < days_ahead_max && !fits(day)) ++day;
  return day;
}

Timestamp WarmUpBook::place(const WarmUpRules& rules, const WarmUpMail& mail, Timestamp due,
                            Timestamp now) {
  const absl::CivilDay today = day_of(now, rules.zone);
  const absl::CivilDay wanted = day_of(std::max(due, now), rules.zone);
  const absl::CivilDay day = day_with_place(rules, mail, wanted, today);
  const Timestamp at = day == wanted ? due : opening(rules, mail, day);
  reserve(rules, mail, std::max(at, now));
  return at;
}

std::optional<Timestamp> WarmUpBook::room_from(const WarmUpRules& rules, const WarmUpMail& mail,
                                               Timestamp now) const {
  const absl::CivilDay today = day_of(now, rules.zone);
  const std::vector<Counting> counting = this->counting(rules, mail, today);
  const bool has_room = std::all_of(counting.begin(), counting.end(), [&](const Counting& each) {
    if (!holds_on(*each.plan, today)) return true;
    const std::optional<std::int64_t> mails = each.plan->mails_at(each.step);
    const auto found = each.days->find(today);
    return !mails || found == each.days->end() || found->second.sent < *mails;
  });
  if (has_room) return std::nullopt;
  return opening(rules, mail, day_with_place(rules, mail, today + 1, today));
}

void WarmUpBook::count(const WarmUpRules& rules, const WarmUpMail& mail, Timestamp now) {
  const absl::CivilDay today = day_of(now, rules.zone);
  for (const WarmUpPlan& plan : rules.plans) {
    if (!plan.counts(mail.from_domain, mail.to) || !holds_on(plan, today)) continue;
    const std::int64_t step = step_on(plan, today).number;
    WarmUpDay& day = change(plan, today);
    day.step = step;
    ++day.sent;
  }
}

void WarmUpBook::reserve(const WarmUpRules& rules, const WarmUpMail& mail, Timestamp until) {
  const absl::CivilDay day = day_of(until, rules.zone);
  for (const WarmUpPlan& plan : rules.plans) {
    if (!plan.counts(mail.from_domain, mail.to) || !holds_on(plan, day)) continue;
    ++change(plan, day).planned;
  }
}

void WarmUpBook::come_back(const WarmUpRules& rules, const WarmUpMail& mail, Return what,
                           Timestamp now) {
  const absl::CivilDay today = day_of(now, rules.zone);
  for (const WarmUpPlan& plan : rules.plans) {
    if (!plan.counts(mail.from_domain, mail.to)) continue;
    const Days& days = days_of(plan);
    const auto last = std::find_if(days.rbegin(), days.rend(), [&](const auto& each) {
      return each.first <= today && each.second.sent > 0;
    });
    if (last == days.rend() || !holds_on(plan, last->first)) continue;
    WarmUpDay& day = change(plan, last->first);
    ++(what == Return::bounce ? day.bounced : day.complained);
  }
}

WarmUpStanding WarmUpBook::standing(const WarmUpPlan& plan, const absl::TimeZone& zone,
                                    Timestamp now) const {
  const absl::CivilDay today = day_of(now, zone);
  WarmUpStanding standing{.today = {.day = today}, .has_begun = holds_on(plan, today)};
  const Days& days = days_of(plan);
  if (const auto found = days.find(today); found != days.end()) standing.today = found->second;
  for (auto later = days.upper_bound(today); later != days.end(); ++later) {
    standing.waiting += later->second.planned;
  }
  if (!standing.has_begun) return standing;
  const Step step = step_on(plan, today);
  standing.today.step = step.number;
  standing.limit = plan.mails_at(step.number);
  standing.pause = standing.limit ? step.pause : WarmUpPause::none;
  return standing;
}

}  // namespace sojourn::policies
