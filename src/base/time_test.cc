#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sojourn {
namespace {

struct TimeCase {
  std::string_view text;
  std::string_view expected;  ///< empty: refused
};

TEST(Timestamp, ReadsRfc3339InItsForms) {
  const TimeCase cases[] = {
      {"2026-03-02T21:50:00Z", "2026-03-02T21:50:00.000Z"},
      {"2026-03-02T21:50:00.123Z", "2026-03-02T21:50:00.123Z"},
      {"2026-03-02T21:50:00.123987Z", "2026-03-02T21:50:00.123Z"},
      {"2026-03-02T21:50:00+01:00", "2026-03-02T20:50:00.000Z"},
      {"2026-03-02T21:50:00-11:30", "2026-03-03T09:20:00.000Z"},
      {"2026-03-02 21:50:00Z", "2026-03-02T21:50:00.000Z"},
      {"2026-03-02T21:50Z", "2026-03-02T21:50:00.000Z"},
      {"2026-03-02T21:50:10", "2026-03-02T21:50:10.000Z"},
      {"2026-03-02", "2026-03-02T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"2026-02-28T09:00:00Z", "2026-02-28T09:00:00.000Z"},
      {"2028-02-29T09:00:00Z", "2028-02-29T09:00:00.000Z"},
      {"2026-02-29T09:00:00Z", ""},
      {"2026-03-02T09:00:60Z", "2026-03-02T09:01:00.000Z"},
      {"2026-03-02T09:00:00.-12Z", ""},
      {"2026-03-02T09:00:00,123Z", ""},
      {"2026-02-29", ""},
      {"2026-13-01", ""},
      {"2026-03-02T25:00:00Z", ""},
      {"", ""},
      {"yesterday", ""},
      {"1772488200", ""},
      // Abseil's words for no instant at all, and years that no clock shows.
      {"infinite-future", ""},
      {"infinite-past", ""},
      {"-0001-01-01T00:00:00Z", ""},
      {"292277-01-01T00:00:00Z", ""},
  };
  for (const TimeCase& each : cases) {
    const Result<Timestamp> time = parse_timestamp(each.text);
    EXPECT_EQ(time ? format_timestamp(*time) : "", each.expected) << each.text;
  }
}

TEST(Timestamp, RefusalNamesTheText) {
  const Result<Timestamp> time = parse_timestamp("soon");
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().code, "not_a_time");
  EXPECT_EQ(time.error().value, "soon");
}

TEST(Timestamp, IsReadBackExactly) {
  EXPECT_TRUE(rc::check([] {
    constexpr std::int64_t year_9999 = 253'402'300'799'999;
    const Timestamp time{*rc::gen::inRange<std::int64_t>(-62'135'596'800'000, year_9999)};
    const Result<Timestamp> read = parse_timestamp(format_timestamp(time));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == time);
  }));
}

struct LocalCase {
  std::string_view text;
  std::string_view zone;
  std::string_view expected;
};

TEST(LocalTime, FollowsTheZoneThroughGapsAndOverlaps) {
  const LocalCase cases[] = {
      {"2026-01-15T09:00", "Europe/Paris", "2026-01-15T08:00:00.000Z"},
      {"2026-07-15T09:00:30", "Europe/Paris", "2026-07-15T07:00:30.000Z"},
      // 02:00 to 03:00 does not exist on that day: the first instant after it.
      {"2026-03-29T02:30", "Europe/Paris", "2026-03-29T01:00:00.000Z"},
      {"2026-03-29T03:00", "Europe/Paris", "2026-03-29T01:00:00.000Z"},
      // 02:30 happens twice: the first.
      {"2026-10-25T02:30", "Europe/Paris", "2026-10-25T00:30:00.000Z"},
      {"2026-10-25T03:00", "Europe/Paris", "2026-10-25T02:00:00.000Z"},
      {"2026-01-15T09:00", "Asia/Kathmandu", "2026-01-15T03:15:00.000Z"},
  };
  for (const LocalCase& each : cases) {
    const Result<Timestamp> time = parse_local_time(each.text, each.zone);
    ASSERT_TRUE(time) << each.text;
    EXPECT_EQ(format_timestamp(*time), each.expected) << each.text << " " << each.zone;
  }
}

TEST(LocalTime, RefusesUnknownZonesAndOtherText) {
  EXPECT_EQ(parse_local_time("2026-01-15T09:00", "Europe/Atlantis").error().code,
            "unknown_time_zone");
  EXPECT_EQ(parse_local_time("noon", "Europe/Paris").error().code, "not_a_time");
  EXPECT_EQ(parse_local_time("2026", "Europe/Paris").error().code, "not_a_time");
}

struct DurationCase {
  std::string_view text;
  std::optional<std::int64_t> ms;
};

TEST(DurationText, ReadsCountsWithUnits) {
  const DurationCase cases[] = {
      {"1500ms", 1500},
      {"90s", 90'000},
      {"15m", 900'000},
      {"4h", 14'400'000},
      {"3d", 259'200'000},
      {"3 days", 259'200'000},
      {"1 day", 86'400'000},
      {"2w", 1'209'600'000},
      {"0s", 0},
      {"36600d", 36600LL * 86'400'000},
      {"36601d", std::nullopt},
      {"9999999999999999999d", std::nullopt},
      {"-1d", std::nullopt},
      {"d", std::nullopt},
      {"", std::nullopt},
      {"3", std::nullopt},
      {"3 months", std::nullopt},
      {"1.5h", std::nullopt},
      {"3d ", std::nullopt},
      {" 3d", std::nullopt},
  };
  for (const DurationCase& each : cases) {
    const Result<Duration> duration = parse_duration(each.text);
    EXPECT_EQ(duration ? std::optional(duration->ms) : std::nullopt, each.ms) << each.text;
  }
}

TEST(DurationText, IsTheShortestExactForm) {
  EXPECT_EQ(format_duration(Duration::days(14)), "2w");
  EXPECT_EQ(format_duration(Duration::days(3)), "3d");
  EXPECT_EQ(format_duration(Duration::hours(36)), "36h");
  EXPECT_EQ(format_duration(Duration::minutes(90)), "90m");
  EXPECT_EQ(format_duration(Duration{1500}), "1500ms");
  EXPECT_EQ(format_duration(Duration{}), "0s");
}

TEST(DurationText, IsReadBackExactly) {
  EXPECT_TRUE(rc::check([] {
    const Duration duration{*rc::gen::inRange<std::int64_t>(0, 3'000'000'000'000)};
    const Result<Duration> read = parse_duration(format_duration(duration));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == duration);
  }));
}

}  // namespace
}  // namespace sojourn
