#include "base/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sojourn {
namespace {

absl::TimeZone zone(std::string_view name) {
  return find_zone(name).value();
}

Timestamp at(std::string_view text) {
  return parse_timestamp(text).value();
}

TEST(Calendar, MonthsAreClampedToTheirEnd) {
  EXPECT_EQ(add_months(absl::CivilDay(2026, 1, 31), 1), absl::CivilDay(2026, 2, 28));
  EXPECT_EQ(add_months(absl::CivilDay(2024, 1, 31), 1), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(add_months(absl::CivilDay(2024, 2, 29), 12), absl::CivilDay(2025, 2, 28));
  EXPECT_EQ(add_months(absl::CivilDay(2026, 3, 31), -1), absl::CivilDay(2026, 2, 28));
  EXPECT_EQ(add_months(absl::CivilDay(2026, 12, 15), 1), absl::CivilDay(2027, 1, 15));
}

TEST(Calendar, OnlyNamesOfTheIanaDatabaseAreZones) {
  for (const std::string_view name :
       {"UTC", "Europe/Paris", "Etc/GMT+5", "America/Port-au-Prince"}) {
    EXPECT_TRUE(find_zone(name)) << name;
  }
  for (const std::string_view name :
       {"", "Nowhere/Else", "/usr/share/zoneinfo/UTC", "../zoneinfo/UTC", "libc:localtime",
        "localtime", "right/UTC", "Fixed/UTC+05:30:00"}) {
    EXPECT_FALSE(find_zone(name)) << name;
  }
  EXPECT_FALSE(find_zone(std::string(65, 'a')));
}

TEST(Calendar, ALocalTimeInAGapIsTheFirstInstantAfterIt) {
  const absl::TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(instant_of(absl::CivilSecond(2026, 3, 8, 2, 30), new_york), at("2026-03-08T07:00:00Z"));
  EXPECT_EQ(instant_of(absl::CivilSecond(2026, 11, 1, 1, 30), new_york),
            at("2026-11-01T05:30:00Z"));
  EXPECT_EQ(start_of_day(absl::CivilDay(2018, 11, 4), zone("America/Sao_Paulo")),
            at("2018-11-04T03:00:00Z"));
}

TEST(Calendar, SpansAreReadAndWritten) {
  for (const std::string_view text :
       {"1w", "90m", "2 calendar days", "1 calendar day", "3 months", "1 year", "0s"}) {
    EXPECT_EQ(format_span(parse_span(text).value()), text);
  }
  EXPECT_EQ(parse_span("1 months").value(), parse_span("1 month").value());
  for (const std::string_view text : {"", "month", "-1 months", "1201 months", "101 years", "2x"}) {
    EXPECT_FALSE(parse_span(text)) << text;
  }
  EXPECT_EQ(describe_span(parse_span("7d").value()), "7 days");
  EXPECT_EQ(describe_span(parse_span("2w").value()), "2 weeks");
  EXPECT_EQ(describe_span(parse_span("1 month").value()), "1 month");
}

TEST(Calendar, ACalendarDayKeepsTheTimeOfDayOverAChangeOfTheClock) {
  const absl::TimeZone paris = zone("Europe/Paris");
  const Timestamp start = at("2026-03-28T08:00:00.250Z");
  EXPECT_EQ(add(start, {Span::Unit::calendar_day, 1}, paris), at("2026-03-29T07:00:00.250Z"));
  EXPECT_EQ(add(start, Span::exact(Duration::days(1)), paris), at("2026-03-29T08:00:00.250Z"));
  EXPECT_EQ(subtract(at("2026-03-31T10:00:00Z"), {Span::Unit::month, 1}, paris),
            at("2026-02-28T11:00:00Z"));
}

struct Case {
  absl::TimeZone zone;
  Span span;
  Timestamp now;
};

Case any_case() {
  static constexpr std::string_view zones[] = {
      "Europe/Paris",        "America/New_York", "UTC",
      "Australia/Lord_Howe", "Asia/Kathmandu",   "America/Sao_Paulo"};
  static constexpr Span::Unit units[] = {Span::Unit::exact, Span::Unit::calendar_day,
                                         Span::Unit::month, Span::Unit::year};
  const auto unit = units[*rc::gen::inRange(0, 4)];
  // Around the autumn's change of clocks in New York, Paris and elsewhere.
  const Timestamp season = at("2026-10-20T00:00:00Z");
  return {zone(zones[*rc::gen::inRange(0, 6)]),
          {unit, unit == Span::Unit::exact ? *rc::gen::inRange(1, 100'000'000)
                                           : *rc::gen::inRange(1, 20)},
          season + Duration::minutes(*rc::gen::inRange(0, 60 * 24 * 200))};
}

RC_GTEST_PROP(Calendar, AWindowNeverMovesBackwards, ()) {
  const Case each = any_case();
  const Timestamp later = each.now + Duration::minutes(*rc::gen::inRange(0, 300));
  RC_ASSERT(window_start(each.now, each.span, each.zone) <=
            window_start(later, each.span, each.zone));
  RC_ASSERT(window_end(each.now, each.span, each.zone) <= window_end(later, each.span, each.zone));
}

RC_GTEST_PROP(Calendar, LeavesAndEntersAWindowAtOneInstant, ()) {
  const Case each = any_case();
  const Timestamp leaves = leaves_last(each.now, each.span, each.zone);
  RC_ASSERT(window_start(leaves, each.span, each.zone) >= each.now);
  RC_ASSERT(window_start(leaves - Duration{1}, each.span, each.zone) < each.now);
  const Timestamp enters = enters_next(each.now, each.span, each.zone);
  RC_ASSERT(window_end(enters, each.span, each.zone) >= each.now);
  RC_ASSERT(window_end(enters - Duration{1}, each.span, each.zone) < each.now);
}

}  // namespace
}  // namespace sojourn
