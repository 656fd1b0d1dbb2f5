#include "channels/email/shaper.h"

#include <gtest/gtest.h>

namespace sojourn::channels::email {
namespace {

constexpr Timestamp start{1'000'000};
constexpr Duration second = Duration::seconds(1);

TEST(Shaper, LetsAsManyBeginAsItHasConnections) {
  Shaper shaper({.connections = 3});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(shaper.wait(start), Duration{});
    shaper.began(start);
  }
  EXPECT_GT(shaper.wait(start), Duration{});
  EXPECT_FALSE(shaper.has_room(start));
  shaper.ended(start, start + second);
  EXPECT_EQ(shaper.wait(start + second), Duration{});
}

TEST(Shaper, TellsThoseWhoWaitPlacesAtThePaceAtWhichMailsEnd) {
  Shaper shaper({.connections = 2});
  for (int i = 0; i < 60; ++i) {
    shaper.began(start);
    shaper.ended(start, start + second);
  }
  shaper.began(start);
  shaper.began(start);
  Duration last{};
  for (int i = 1; i <= 20; ++i) {
    const Duration told = shaper.wait(start);
    // 2 connections, a second a mail, told early.
    EXPECT_NEAR(static_cast<double>((told - last).ms), 400, 60) << i;
    last = told;
  }
  for (int i = 0; i < 1000; ++i) EXPECT_LE(shaper.wait(start), Shaper::wait_max);
}

TEST(Shaper, LetsMailsUnderWayTellThatAProviderIsSlow) {
  Shaper shaper({.connections = 1});
  shaper.began(start);
  const Timestamp later = start + Duration::minutes(5);
  EXPECT_EQ(shaper.wait(later), Shaper::wait_max);
}

TEST(Shaper, KeepsTheRateOfMails) {
  Shaper shaper({.connections = 10, .mails_per_minute = 60});
  shaper.began(start);
  EXPECT_FALSE(shaper.has_room(start + Duration::milliseconds(999)));
  EXPECT_TRUE(shaper.has_room(start + second));
}

TEST(Shaper, CountsConnectionsOfAMinute) {
  Shaper shaper({.connections_per_minute = 2});
  shaper.connected(start);
  EXPECT_TRUE(shaper.may_connect(start));
  shaper.connected(start);
  EXPECT_FALSE(shaper.may_connect(start + Duration::milliseconds(59'999)));
  EXPECT_TRUE(shaper.may_connect(start + Duration::minutes(1)));
}

TEST(Shaper, ShrinksWhereAReplyAskedForLessAndGrowsBackBitByBit) {
  Shaper shaper({.connections = 10});
  shaper.throttled(start);
  EXPECT_TRUE(shaper.is_throttled(start + Duration::minutes(89)));
  EXPECT_EQ(shaper.connections_max(start), 1);
  shaper.began(start);
  shaper.ended(start, start + second);
  EXPECT_FALSE(shaper.has_room(start + Duration::seconds(59)));
  EXPECT_TRUE(shaper.has_room(start + Duration::seconds(60)));

  const Timestamp free = start + Shaper::throttle_lasts;
  EXPECT_FALSE(shaper.is_throttled(free));
  EXPECT_EQ(shaper.connections_max(free), 1);
  EXPECT_EQ(shaper.connections_max(free + Duration::minutes(5)), 2);
  EXPECT_EQ(shaper.connections_max(free + Duration::minutes(44)), 9);
  EXPECT_EQ(shaper.connections_max(free + Duration::minutes(45)), 10);
  EXPECT_EQ(shaper.connections_max(free + Duration::days(1)), 10);
  // After ten minutes 101 mails a minute, after an hour no limit.
  const Timestamp ten = free + Duration::minutes(10);
  shaper.began(ten);
  EXPECT_FALSE(shaper.has_room(ten + Duration::milliseconds(593)));
  EXPECT_TRUE(shaper.has_room(ten + Duration::milliseconds(594)));
  const Timestamp hour = free + Duration::hours(1);
  shaper.began(hour);
  EXPECT_TRUE(shaper.has_room(hour));
}

TEST(Shaper, NeverGrowsBeyondWhatWasSet) {
  Shaper shaper({.connections = 5, .mails_per_minute = 6});
  shaper.throttled(start);
  const Timestamp later = start + Duration::days(2);
  shaper.began(later);
  EXPECT_FALSE(shaper.has_room(later + Duration::milliseconds(9'999)));
  EXPECT_TRUE(shaper.has_room(later + Duration::seconds(10)));
}

TEST(Shaper, LeavesAloneWhoCannotBeReached) {
  Shaper shaper({});
  shaper.unreachable(start);
  shaper.unreachable(start + second);  // another connection of the same moment
  EXPECT_FALSE(shaper.has_room(start + Duration::seconds(59)));
  EXPECT_TRUE(shaper.has_room(start + Duration::minutes(1)));
  Timestamp now = start + Duration::minutes(1);
  for (const int minutes : {2, 4, 8, 16, 30, 30}) {
    shaper.unreachable(now);
    now = now + Duration::minutes(minutes);
    EXPECT_FALSE(shaper.has_room(now - second)) << minutes;
    EXPECT_TRUE(shaper.has_room(now)) << minutes;
  }
  shaper.reached();
  shaper.unreachable(now);
  EXPECT_TRUE(shaper.has_room(now + Duration::minutes(1)));
}

}  // namespace
}  // namespace sojourn::channels::email
