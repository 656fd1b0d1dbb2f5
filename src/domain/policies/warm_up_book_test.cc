#include "domain/policies/warm_up_book.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "base/calendar.h"

namespace sojourn::policies {
namespace {

using Return = WarmUpBook::Return;

const absl::TimeZone paris = *find_zone("Europe/Paris");
const WarmUpMail mail{"shop.example", "ana@example.com"};

WarmUpPlan plan_of(std::vector<std::int64_t> daily) {
  return {.start = absl::CivilDay(2026, 3, 2), .daily = std::move(daily)};
}

/// An hour of a day of March.
Timestamp at(int day, int hour = 10, int minute = 0) {
  return instant_of(absl::CivilSecond(2026, 3, day, hour, minute, 0), paris);
}

/// Sends so many mails, each as the plans let it.
std::int64_t send(WarmUpBook& book, const WarmUpRules& rules, Timestamp now, std::int64_t wanted) {
  std::int64_t sent = 0;
  while (sent < wanted && !book.room_from(rules, mail, now)) {
    book.count(rules, mail, now);
    ++sent;
  }
  return sent;
}

TEST(WarmUpBook, LetsNoMoreGoThanADaysNumber) {
  const std::vector<WarmUpPlan> plans = {plan_of({2, 5})};
  const WarmUpRules rules{plans, paris};
  WarmUpBook book;
  EXPECT_EQ(send(book, rules, at(1), 9), 9) << "before the plan";
  EXPECT_EQ(send(book, rules, at(2), 9), 2);
  EXPECT_EQ(book.room_from(rules, mail, at(2)), at(3, 9));
  EXPECT_EQ(send(book, rules, at(2, 23, 59), 9), 0);
  EXPECT_EQ(send(book, rules, at(3, 0), 9), 5);
  EXPECT_EQ(send(book, rules, at(4), 99), 99) << "the plan is over";
  book.come_back(rules, mail, Return::complaint, at(4));
  EXPECT_EQ(send(book, rules, at(5), 99), 99) << "and stays so";
}

TEST(WarmUpBook, GivesEachWhoWaitsTheFirstDayWithAPlace) {
  const std::vector<WarmUpPlan> plans = {plan_of({1, 2})};
  const WarmUpRules rules{plans, paris};
  WarmUpBook book;
  EXPECT_EQ(book.place(rules, mail, at(2, 12), at(2)), at(2, 12)) << "its own time";
  EXPECT_EQ(book.place(rules, mail, at(2), at(2)), at(3, 9));
  EXPECT_EQ(book.place(rules, mail, at(2), at(2)), at(3, 9));
  EXPECT_EQ(book.place(rules, mail, at(2), at(2)), at(4, 9)) << "after the plan";
  EXPECT_EQ(book.place(rules, mail, at(3, 18), at(2)), at(4, 9));
  EXPECT_EQ(book.place(rules, mail, at(1), at(2)), at(4, 9)) << "what is overdue is due now";
  EXPECT_EQ(book.standing(plans.front(), paris, at(2)).waiting, 5);
}

TEST(WarmUpBook, KeepsTheNumberAfterABadDayAndAnUnusedOne) {
  const std::vector<WarmUpPlan> plans = {plan_of({100, 200, 400})};
  const WarmUpRules rules{plans, paris};
  const auto limit_after = [&](std::int64_t sent, int bounced, int complained) {
    WarmUpBook book;
    send(book, rules, at(2), sent);
    for (int i = 0; i < bounced; ++i) book.come_back(rules, mail, Return::bounce, at(3, 1));
    for (int i = 0; i < complained; ++i) book.come_back(rules, mail, Return::complaint, at(3, 1));
    const WarmUpStanding standing = book.standing(plans.front(), paris, at(3));
    return std::pair(standing.limit.value_or(-1), standing.pause);
  };
  EXPECT_EQ(limit_after(100, 0, 0), std::pair(std::int64_t{200}, WarmUpPause::none));
  EXPECT_EQ(limit_after(100, 2, 0), std::pair(std::int64_t{200}, WarmUpPause::none));
  EXPECT_EQ(limit_after(100, 3, 0), std::pair(std::int64_t{100}, WarmUpPause::bounces));
  EXPECT_EQ(limit_after(100, 0, 1), std::pair(std::int64_t{100}, WarmUpPause::complaints));
  EXPECT_EQ(limit_after(50, 0, 0), std::pair(std::int64_t{200}, WarmUpPause::none));
  EXPECT_EQ(limit_after(49, 0, 0), std::pair(std::int64_t{100}, WarmUpPause::unused));
  EXPECT_EQ(limit_after(0, 0, 0), std::pair(std::int64_t{100}, WarmUpPause::none));
}

TEST(WarmUpBook, WhatComesBackCountsForTheLastDayOfSending) {
  const std::vector<WarmUpPlan> plans = {plan_of({10, 20, 40})};
  const WarmUpRules rules{plans, paris};
  WarmUpBook book;
  send(book, rules, at(2), 10);
  send(book, rules, at(3), 20);
  book.come_back(rules, mail, Return::bounce, at(3));
  EXPECT_EQ(book.standing(plans.front(), paris, at(3)).limit, 20) << "its day has begun";
  EXPECT_EQ(book.standing(plans.front(), paris, at(9)).limit, 20);
  EXPECT_EQ(book.standing(plans.front(), paris, at(9)).pause, WarmUpPause::bounces);
}

TEST(WarmUpBook, BeginsAnewWithALaterStart) {
  std::vector<WarmUpPlan> plans = {plan_of({1, 5})};
  const WarmUpRules rules{plans, paris};
  WarmUpBook book;
  send(book, rules, at(2), 1);
  plans.front().start = absl::CivilDay(2026, 3, 5);
  EXPECT_EQ(send(book, rules, at(4), 9), 9);
  EXPECT_EQ(send(book, rules, at(5), 9), 1);
}

TEST(WarmUpBook, TellsWhatHasChangedOnceAndTakesItUpAgain) {
  const std::vector<WarmUpPlan> plans = {plan_of({2, 5})};
  const WarmUpRules rules{plans, paris};
  WarmUpBook book;
  std::map<absl::CivilDay, WarmUpBook::Entry> kept;
  const auto keep = [&] {
    for (const WarmUpBook::Entry& each : book.take_changes()) kept[each.day.day] = each;
  };
  static_cast<void>(book.place(rules, mail, at(2), at(2)));
  send(book, rules, at(2), 2);
  keep();
  EXPECT_TRUE(book.take_changes().empty());
  send(book, rules, at(3), 3);
  book.come_back(rules, mail, Return::bounce, at(3));
  keep();
  EXPECT_EQ(kept.size(), 2u);
  EXPECT_EQ(
      kept.at(absl::CivilDay(2026, 3, 3)).day,
      (WarmUpDay{
          .day = absl::CivilDay(2026, 3, 3), .step = 1, .sent = 3, .planned = 0, .bounced = 1}));
  std::vector<WarmUpBook::Entry> entries;
  for (const auto& [day, entry] : kept) entries.push_back(entry);
  WarmUpBook again;
  again.load(entries);
  EXPECT_EQ(send(again, rules, at(3), 9), 2);
  EXPECT_EQ(again.standing(plans.front(), paris, at(4)).pause, WarmUpPause::bounces);
}

TEST(WarmUpBook, NoDayHasMoreThanThePlanWhateverHappens) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& moves) {
    const std::vector<WarmUpPlan> plans = {plan_of({3, 4, 7, 7, 12}),
                                           {.provider = "p",
                                            .recipients = {"example.com"},
                                            .start = absl::CivilDay(2026, 3, 3),
                                            .daily = {1, 2, 30}}};
    const WarmUpRules rules{plans, paris};
    WarmUpBook book;
    Timestamp now = at(2);
    std::map<std::pair<std::size_t, absl::CivilDay>, std::int64_t> sent;
    for (const std::uint8_t move : moves) {
      const absl::CivilDay today(local_time(now, paris));
      switch (move % 8) {
        case 0:
          now = now + Duration::hours(move / 8);
          break;
        case 1:
          book.come_back(rules, mail, move > 99 ? Return::complaint : Return::bounce, now);
          break;
        case 2:
          RC_ASSERT(book.place(rules, mail, now, now) >= now);
          break;
        default: {
          const std::optional<Timestamp> room = book.room_from(rules, mail, now);
          if (room) {
            RC_ASSERT(absl::CivilDay(local_time(*room, paris)) > today);
            book.reserve(rules, mail, *room);
            break;
          }
          for (std::size_t i = 0; i < plans.size(); ++i) {
            const auto limit = book.standing(plans[i], paris, now).limit;
            const std::int64_t count = ++sent[{i, today}];
            RC_ASSERT(!limit || count <= *limit);
          }
          book.count(rules, mail, now);
        }
      }
    }
  }));
}

}  // namespace
}  // namespace sojourn::policies
