#include "domain/journeys/wait_expression.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sojourn::journeys {
namespace {

class Person final : public WaitView {
 public:
  explicit Person(std::string_view zone, Object attributes = {})
      : zone_(find_zone(zone).value()), attributes_(std::move(attributes)) {}

  absl::TimeZone zone() const override { return zone_; }
  const Value* attribute(std::string_view path) const override {
    return find_path(attributes_, path);
  }

 private:
  absl::TimeZone zone_;
  Object attributes_;
};

Timestamp at(std::string_view text) {
  return parse_timestamp(text).value();
}

WaitEnd end_for(std::string_view text, std::string_view from, const Person& person) {
  const Result<WaitExpression> wait = parse_wait(text);
  EXPECT_TRUE(wait) << text << ": " << (wait ? "" : wait.error().message);
  return wait ? end_of(*wait, at(from), person) : WaitEnd{};
}

struct Form {
  std::string_view text;
  std::string_view canonical;
};

TEST(WaitExpression, EachFormIsReadAndWrittenInOneWay) {
  const Form forms[] = {
      {"2 days", "2 days"},
      {"2d", "2 days"},
      {"wait 2 days", "2 days"},
      {"for 2 days", "2 days"},
      {"wait for a week", "7 days"},
      {"in 2 days", "2 days"},
      {"after 2 days", "2 days"},
      {"24h", "1 day"},
      {"24 HOURS", "1 day"},
      {"2w", "2 weeks"},
      {"90 minutes", "90 minutes"},
      {"90mins", "90 minutes"},
      {"1.5 hours", "90 minutes"},
      {"0.001s", "1ms"},
      {"1h 30m", "90 minutes"},
      {"1 hour and 30 minutes", "90 minutes"},
      {"0 days", "0 seconds"},
      {"twelve hours", "12 hours"},
      {"2 calendar days", "2 calendar days"},
      {"1 month", "1 month"},
      {"a year", "1 year"},
      {"1 month 2 days", "1 month then 2 days"},
      {"1 month and 2 days", "1 month then 2 days"},
      {"2 days and 1 month", "2 days then 1 month"},
      {"2 days, 1 month", "2 days then 1 month"},
      {"2 days until 09:00", "2 days then until 09:00"},
      {"2 days, then until 09:00 on weekdays", "2 days then until 09:00 on weekdays"},
      {"2 days and then between 9:00 and 17:00", "2 days then between 09:00 and 17:00"},
      {"until 09:00", "until 09:00"},
      {"Until 9:00:30", "until 09:00:30"},
      {"until 9am", "until 09:00"},
      {"until 9 AM", "until 09:00"},
      {"until 12am", "until 00:00"},
      {"until 12:30pm", "until 12:30"},
      {"until 11:59 pm", "until 23:59"},
      {"until noon", "until 12:00"},
      {"until midnight", "until 00:00"},
      {"at 09:00", "until 09:00"},
      {"until 09:00 on weekdays", "until 09:00 on weekdays"},
      {"until 09:00 on mon-fri", "until 09:00 on weekdays"},
      {"until 09:00 on monday to friday", "until 09:00 on weekdays"},
      {"until 09:00 on saturday, sunday", "until 09:00 on weekends"},
      {"until 09:00 on fri-mon", "until 09:00 on monday, friday, saturday, sunday"},
      {"until 09:00 on mon, wed and fri", "until 09:00 on monday, wednesday, friday"},
      {"until monday", "until 00:00 on monday"},
      {"until monday 09:00", "until 09:00 on monday"},
      {"on tuesday or thursday at 09:00", "until 09:00 on tuesday, thursday"},
      {"until next monday 09:00", "until next monday at 09:00"},
      {"until next weekday at 9am", "until next weekdays at 09:00"},
      {"until next mon-sun",
       "until next monday, tuesday, wednesday, thursday, friday, saturday, sunday at 00:00"},
      {"until tomorrow", "until tomorrow at 00:00"},
      {"tomorrow at 9am", "until tomorrow at 09:00"},
      {"until day 15 at 09:00", "until day 15 at 09:00"},
      {"until the 15th at 09:00", "until day 15 at 09:00"},
      {"on the 1st of the month", "until day 1 at 00:00"},
      {"until day 31 at 9:00", "until the last day of the month at 09:00"},
      {"until the last day of the month", "until the last day of the month at 00:00"},
      {"until 2026-03-08", "until 2026-03-08 at 00:00"},
      {"until 2026-03-08 at 09:00", "until 2026-03-08 at 09:00"},
      {"until 2026-03-08 9am", "until 2026-03-08 at 09:00"},
      {"until 2026-03-08T09:00", "until 2026-03-08 at 09:00"},
      {"until 2026-03-08T09:00:30", "until 2026-03-08 at 09:00:30"},
      {"until 2026-03-08T13:00:00Z", "until 2026-03-08T13:00:00.000Z"},
      {"until 2026-03-08T13:00:00.25+01:00", "until 2026-03-08T12:00:00.250Z"},
      {"until attribute renewal_date", "until attribute renewal_date"},
      {"until attribute plan.renews at 10:00", "until attribute plan.renews at 10:00"},
      {"until attribute \"renewal date\"", "until attribute \"renewal date\""},
      {"until attribute at at 10:00", "until attribute at at 10:00"},
      {"until 2 days before attribute renewal_date at 10:00",
       "until 2 days before attribute renewal_date at 10:00"},
      {"until a week before the attribute x", "until 7 days before attribute x"},
      {"until 3 hours after attribute x", "until 3 hours after attribute x"},
      {"until 1 day 12 hours before attribute x", "until 36 hours before attribute x"},
      {"until the anniversary of attribute birthday at 09:00",
       "until the anniversary of attribute birthday at 09:00"},
      {"until 1 month before anniversary of attribute x",
       "until 1 month before the anniversary of attribute x"},
      {"between 09:00 and 17:00", "between 09:00 and 17:00"},
      {"between 9:00 and 17:00 on weekdays", "between 09:00 and 17:00 on weekdays"},
      {"between 9am and 5 pm", "between 09:00 and 17:00"},
      {"between 22:00 and 06:00", "between 22:00 and 06:00"},
      {"between 00:00 and 24:00 on saturday", "between 00:00 and 24:00 on saturday"},
      {"until 09:00 in Europe/Paris", "until 09:00 in Europe/Paris"},
      {"until 09:00 on weekdays in UTC", "until 09:00 on weekdays in UTC"},
      {"until 2026-03-08, if past: skip", "until 2026-03-08 at 00:00, if past: skip"},
      {"until attribute x if past exit", "until attribute x, if past: exit"},
      {"until attribute x, if past: continue", "until attribute x"},
  };
  for (const Form& form : forms) {
    const Result<WaitExpression> wait = parse_wait(form.text);
    ASSERT_TRUE(wait) << form.text << ": " << wait.error().message;
    EXPECT_EQ(describe(*wait), form.canonical) << form.text;
    const Result<WaitExpression> again = parse_wait(form.canonical);
    ASSERT_TRUE(again) << form.canonical << ": " << again.error().message;
    EXPECT_EQ(*again, *wait) << form.text;
    EXPECT_EQ(describe(*again), form.canonical);
  }
}

struct Refused {
  std::string_view text;
  std::string_view message;  ///< its beginning
};

TEST(WaitExpression, ErrorsNameTheColumnAndWhatWasExpected) {
  const Refused refused[] = {
      {"",
       "column 1: expected a length of time such as 2 days, `until` or `between`, found the end"},
      {"soon", "column 1: expected a length of time such as 2 days, `until` or `between`, found"},
      {"wait", "column 5: expected a length of time"},
      {"2",
       "column 2: expected seconds, minutes, hours, days, calendar days, weeks, months or years"},
      {"2 moons", "column 3: expected seconds, minutes"},
      {"2M", "column 1: expected seconds, minutes"},
      {"-2 days", "column 1: expected a length of time"},
      {"1.5 months", "column 1: expected a whole number"},
      {"1.0001s", "column 1: expected a whole number"},
      {"1.2.3 days", "column 1: expected a whole number"},
      {"2 calendar weeks", "column 12: expected `days`, found"},
      {"101 years", "column 1: `101 years` is too long, the limit is 100 years"},
      {"99999999999999999999 days", "column 1: `99999999999999999999 days` is too long"},
      {"100000 hours 800000 hours", "column 26: the limit is 100 years"},
      {"2 days bananas", "column 8: expected `then`, `if past` or the end, found `bananas`"},
      {"2 days then", "column 12: expected a length of time"},
      {"until", "column 6: expected a time such as 09:00, a weekday, a date, a day of the month"},
      {"until 9", "column 8: expected seconds"},
      {"until 24:00", "column 7: expected a time of day, such as 09:00, found `24:00`"},
      {"until 09:60", "column 7: expected a time of day from 00:00 to 23:59, found `09:60`"},
      {"until 25:00", "column 7: expected a time of day from 00:00 to 23:59, found `25:00`"},
      {"until 13pm", "column 7: expected seconds"},
      {"until 0am", "column 7: expected seconds"},
      {"until next 09:00", "column 12: expected a day of the week, found `09:00`"},
      {"until next month", "column 12: expected a day of the week"},
      {"until monday at", "column 16: expected a time of day"},
      {"until 09:00 on", "column 15: expected a day of the week, found the end"},
      {"until day 32", "column 11: expected a day from 1 to 31, found `32`"},
      {"until the 0th", "column 11: expected seconds"},
      {"until the last friday", "column 16: expected `day`, found `friday`"},
      {"until 2026-02-30", "column 7: expected a date, such as 2026-03-08, found `2026-02-30`"},
      {"until 9999-12-31T23:00:00-05:00", "column 7: expected a date, such as 2026-03-08"},
      {"until 2026-03-08T09:00:00.5", "column 7: expected a local time in whole seconds"},
      {"until 2026-03-08 at 25:00", "column 21: expected a time of day"},
      {"until attribute", "column 16: expected the name of an attribute, found the end"},
      {"until attribute \"\"", "column 17: expected the name of an attribute"},
      {"until attribute \"x", "column 17: the quotation mark has no twin"},
      {"until 2 days attribute x", "column 14: expected `before` or `after`, found `attribute`"},
      {"until 2 days before x", "column 21: expected `attribute`, found `x`"},
      {"until anniversary attribute x", "column 19: expected `of`"},
      {"between 9 and 17", "column 9: expected a time of day, such as 09:00, found `9`"},
      {"between 09:00 to 17:00", "column 15: expected `and`, found `to`"},
      {"between 09:00 and 09:00", "column 24: the window opens and closes at the same time"},
      {"between 24:00 and 09:00", "column 9: expected a time of day"},
      {"until 09:00 in Mars/Olympus", "column 16: expected a time zone, such as Europe/Paris"},
      {"2 days if", "column 10: expected `past`"},
      {"2 days, if past: hurry", "column 18: expected `continue`, `skip` or `exit`, found `hurry`"},
      {"2 days, if past: skip then 1 day", "column 23: expected `then`, `if past` or the end"},
  };
  for (const Refused& each : refused) {
    const Result<WaitExpression> wait = parse_wait(each.text);
    ASSERT_FALSE(wait) << each.text << " is " << describe(*wait);
    EXPECT_EQ(wait.error().code, "bad_wait");
    EXPECT_EQ(wait.error().message.substr(0, each.message.size()), each.message) << each.text;
  }
}

TEST(WaitExpression, LimitsAreExact) {
  const std::string at_limit = "2 days" + std::string(wait_text_bytes_max - 6, ' ');
  EXPECT_TRUE(parse_wait(at_limit));
  EXPECT_FALSE(parse_wait(at_limit + " "));

  std::string parts = "1h";
  for (std::size_t i = 1; i < wait_parts_max; ++i) parts += " then 1h";
  EXPECT_TRUE(parse_wait(parts));
  EXPECT_FALSE(parse_wait(parts + " then 1h"));

  // Short to type, and too long in full words.
  std::string brief = "at 9am on mon,tue,wed,thu,sat,sun";
  for (int i = 0; i < 7; ++i) brief += " then at 9am on mon,tue,wed,thu,sat,sun";
  ASSERT_LE(brief.size(), wait_text_bytes_max);
  const Result<WaitExpression> wait = parse_wait(brief);
  ASSERT_FALSE(wait);
  EXPECT_EQ(wait.error().limit, std::to_string(wait_text_bytes_max));

  for (const std::string_view span :
       {"100 years", "1200 months", "36600 days", "36600 calendar days"}) {
    EXPECT_TRUE(parse_wait(span)) << span;
  }
  for (const std::string_view span :
       {"101 years", "1201 months", "36601 days", "36601 calendar days"}) {
    EXPECT_FALSE(parse_wait(span)) << span;
  }
}

struct Case {
  std::string_view text;
  std::string_view from;
  std::string_view zone;
  std::string_view end;
};

// tests/waits checks many more against another implementation.
TEST(WaitExpression, EndsAtAnExactInstant) {
  const Case cases[] = {
      // A day is 24 hours; a calendar day keeps the time of day over the change of the clock.
      {"1 day", "2026-03-07T14:00:00Z", "America/New_York", "2026-03-08T14:00:00Z"},
      {"1 calendar day", "2026-03-07T14:00:00Z", "America/New_York", "2026-03-08T13:00:00Z"},
      {"1 month", "2026-01-31T12:00:00.250Z", "Europe/Paris", "2026-02-28T12:00:00.250Z"},
      {"1 month then 2 days", "2026-01-31T12:00:00Z", "UTC", "2026-03-02T12:00:00Z"},
      {"until 09:00", "2026-03-08T01:30:00Z", "America/New_York", "2026-03-08T13:00:00Z"},
      // At 09:00:00 it passes at once, a millisecond later on the next day.
      {"until 09:00", "2026-03-08T13:00:00Z", "America/New_York", "2026-03-08T13:00:00Z"},
      {"until 09:00", "2026-03-08T13:00:00.001Z", "America/New_York", "2026-03-09T13:00:00Z"},
      // In a gap the first instant after it; in an overlap the first of the two.
      {"until 02:30", "2026-03-08T06:00:00Z", "America/New_York", "2026-03-08T07:00:00Z"},
      {"until 02:30", "2026-03-08T07:00:00Z", "America/New_York", "2026-03-08T07:00:00Z"},
      {"until 01:30", "2026-11-01T04:00:00Z", "America/New_York", "2026-11-01T05:30:00Z"},
      {"until 01:30", "2026-11-01T05:45:00Z", "America/New_York", "2026-11-02T06:30:00Z"},
      // A time of the day before that a gap over midnight left out.
      {"until 23:30", "2009-06-19T17:00:00Z", "Asia/Dhaka", "2009-06-19T17:00:00Z"},
      {"until 09:00 on weekdays", "2026-03-06T18:00:00Z", "UTC", "2026-03-09T09:00:00Z"},
      {"until monday", "2026-03-09T00:00:00Z", "UTC", "2026-03-09T00:00:00Z"},
      {"until next monday 09:00", "2026-03-09T08:00:00Z", "UTC", "2026-03-16T09:00:00Z"},
      {"until next monday 09:00", "2026-03-08T23:00:00Z", "UTC", "2026-03-09T09:00:00Z"},
      {"until tomorrow at 09:00", "2026-03-08T04:30:00Z", "America/New_York",
       "2026-03-08T13:00:00Z"},
      {"until the 31st at 09:00", "2026-04-01T00:00:00Z", "UTC", "2026-04-30T09:00:00Z"},
      {"until the 30th at 09:00", "2026-01-30T09:00:01Z", "UTC", "2026-02-28T09:00:00Z"},
      // Inside a window at once; its end does not belong to it.
      {"between 09:00 and 17:00 on weekdays", "2026-03-09T16:59:59.999Z", "UTC",
       "2026-03-09T16:59:59.999Z"},
      {"between 09:00 and 17:00 on weekdays", "2026-03-13T17:00:00Z", "UTC",
       "2026-03-16T09:00:00Z"},
      {"between 22:00 and 06:00 on friday", "2026-03-14T05:59:00Z", "UTC", "2026-03-14T05:59:00Z"},
      {"between 22:00 and 06:00 on friday", "2026-03-14T06:00:00Z", "UTC", "2026-03-20T22:00:00Z"},
      // Within a gap there is no window on that day.
      {"between 02:10 and 02:50", "2026-03-08T06:30:00Z", "America/New_York",
       "2026-03-09T06:10:00Z"},
      {"until 09:00 in Asia/Kolkata", "2026-03-08T00:00:00Z", "America/New_York",
       "2026-03-08T03:30:00Z"},
      // 30 December 2011 was left out in Samoa.
      {"until tomorrow at 09:00", "2011-12-29T20:00:00Z", "Pacific/Apia", "2011-12-30T10:00:00Z"},
  };
  for (const Case& each : cases) {
    const WaitEnd end = end_for(each.text, each.from, Person(each.zone));
    EXPECT_EQ(end.at, at(each.end))
        << each.text << " from " << each.from << " is " << format_timestamp(end.at);
    EXPECT_FALSE(end.past) << each.text;
  }
}

TEST(WaitExpression, ADateOfTheContactIsMovedByItsOffset) {
  const Person ana("America/New_York", {{"day", "2026-03-09"},
                                        {"instant", "2026-03-09T16:00:00Z"},
                                        {"seconds", 1'773'072'000},
                                        {"born", "1992-02-29"},
                                        {"plan", Object{{"ends", "2026-03-09"}}}});
  const Case cases[] = {
      {"until attribute day", "", "", "2026-03-09T04:00:00Z"},
      {"until attribute plan.ends at 10:00", "", "", "2026-03-09T14:00:00Z"},
      {"until attribute instant", "", "", "2026-03-09T16:00:00Z"},
      {"until attribute seconds", "", "", "2026-03-09T16:00:00Z"},
      {"until 3 hours after attribute instant", "", "", "2026-03-09T19:00:00Z"},
      // With a time of day it is the day that moves, over the change of the clock as well.
      {"until 2 days before attribute day at 10:00", "", "", "2026-03-07T15:00:00Z"},
      {"until 2 days before attribute instant at 10:00", "", "", "2026-03-07T15:00:00Z"},
      // Without one, two days are 48 hours.
      {"until 2 days before attribute day", "", "", "2026-03-07T04:00:00Z"},
      {"until 2 calendar days before attribute day", "", "", "2026-03-07T05:00:00Z"},
      {"until 2 days before attribute instant", "", "", "2026-03-07T16:00:00Z"},
      {"until 2 calendar days before attribute instant", "", "", "2026-03-07T17:00:00Z"},
      {"until 1 month before attribute day at 10:00", "", "", "2026-02-09T15:00:00Z"},
      {"until the anniversary of attribute born at 09:00", "", "", "2026-02-28T14:00:00Z"},
      {"until 1 month after the anniversary of attribute born", "", "", "2026-03-28T04:00:00Z"},
  };
  for (const Case& each : cases) {
    const WaitEnd end = end_for(each.text, "2026-02-01T00:00:00Z", ana);
    EXPECT_EQ(end.at, at(each.end)) << each.text << " is " << format_timestamp(end.at);
    EXPECT_FALSE(end.past) << each.text;
  }
  EXPECT_TRUE(reads_attributes(parse_wait("2 days then until attribute x").value()));
  EXPECT_FALSE(reads_attributes(parse_wait("2 days then until 09:00").value()));
}

TEST(WaitExpression, ADateThatHasPassedEndsWhereTheWaitBegins) {
  const Person ana("UTC", {{"day", "2026-03-09"}, {"word", "soon"}, {"gone", nullptr}});
  const std::string_view now = "2026-03-09T00:00:00.001Z";
  for (const std::string_view text :
       {"until attribute day", "until attribute word", "until attribute gone",
        "until attribute missing", "until the anniversary of attribute missing", "until 2026-03-09",
        "until 2026-03-09T00:00:00Z"}) {
    const WaitEnd end = end_for(text, now, ana);
    EXPECT_TRUE(end.past) << text;
    EXPECT_EQ(end.at, at(now)) << text;
  }
  // The very instant has not passed.
  EXPECT_FALSE(end_for("until attribute day", "2026-03-09T00:00:00Z", ana).past);
  EXPECT_FALSE(end_for("until 2026-03-09", "2026-03-09T00:00:00Z", ana).past);

  // What follows is waited for only where the run goes on.
  const WaitEnd on = end_for("until attribute day then 1 day", now, ana);
  EXPECT_TRUE(on.past);
  EXPECT_EQ(on.at, at("2026-03-10T00:00:00.001Z"));
  const WaitEnd skipped = end_for("until attribute day then 1 day, if past: skip", now, ana);
  EXPECT_TRUE(skipped.past);
  EXPECT_EQ(skipped.at, at(now));
}

RC_GTEST_PROP(WaitExpression, NeverEndsBeforeItBeginsNorEarlierWhenItBeginsLater, ()) {
  static constexpr std::string_view texts[] = {"until 02:30",
                                               "until 23:30 on weekdays",
                                               "until the 31st at 00:30",
                                               "between 01:15 and 01:45",
                                               "between 22:30 and 02:30 on sunday",
                                               "between 02:10 and 02:50",
                                               "2 days",
                                               "until next sunday at 02:30",
                                               "until the anniversary of attribute born at 02:30"};
  static constexpr std::string_view zones[] = {"America/New_York", "Australia/Lord_Howe",
                                               "America/Sao_Paulo", "Europe/London"};
  const Person ana(
      *rc::gen::elementOf(std::vector<std::string_view>(std::begin(zones), std::end(zones))),
      {{"born", "1992-02-29"}});
  const auto text =
      *rc::gen::elementOf(std::vector<std::string_view>(std::begin(texts), std::end(texts)));
  const WaitExpression wait = parse_wait(text).value();
  // 2010 to 2030, where these zones change their clocks.
  const Timestamp from{*rc::gen::inRange<std::int64_t>(1'262'304'000, 1'893'456'000) * 1'000};
  const Timestamp later = from + Duration::minutes(*rc::gen::inRange(0, 3'000));
  const WaitEnd end = end_of(wait, from, ana);
  RC_ASSERT(end.at >= from);
  RC_ASSERT(end_of(wait, later, ana).at >= end.at);
}

}  // namespace
}  // namespace sojourn::journeys
