#include "domain/journeys/recurrence.h"

#include <gtest/gtest.h>

#include "base/calendar.h"

namespace sojourn::journeys {
namespace {

Timestamp at(std::string_view text) {
  return parse_timestamp(text).value();
}

Recurrence rule_of(std::string_view text) {
  const Result<Recurrence> rule = parse_recurrence(text);
  EXPECT_TRUE(rule) << text << ": " << (rule ? "" : rule.error().message);
  return rule ? *rule : Recurrence{};
}

std::vector<std::string> occurrences(std::string_view text, std::string_view from, int count,
                                     std::string_view zone = "UTC") {
  const Recurrence rule = rule_of(text);
  std::vector<std::string> found;
  Timestamp after = at(from);
  while (static_cast<int>(found.size()) < count) {
    const std::optional<Timestamp> next = next_after(rule, after, find_zone(zone).value());
    if (!next) break;
    EXPECT_GT(*next, after) << text;
    found.push_back(format_timestamp(*next).substr(0, 16));
    after = *next;
  }
  return found;
}

struct Form {
  std::string_view text;
  std::string_view rule;
  std::string_view words;  ///< empty: as the rule
};

TEST(Recurrence, EachFormIsReadAndWrittenInOneWay) {
  const Form forms[] = {
      {"FREQ=DAILY", "FREQ=DAILY", ""},
      {"RRULE:freq=daily;byhour=9", "FREQ=DAILY;BYHOUR=9", ""},
      {"every day at 09:00", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "every day at 09:00"},
      {"every day at 9am and 5pm", "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0",
       "every day at 09:00 and 17:00"},
      {"every day", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0", "every day at 00:00"},
      {"every hour", "FREQ=HOURLY;BYMINUTE=0", "every hour"},
      {"every hour at minute 30", "FREQ=HOURLY;BYMINUTE=30", "every hour at minute 30"},
      {"every 15 minutes", "FREQ=HOURLY;BYMINUTE=0,15,30,45", "every 15 minutes"},
      {"every 5 minutes", "FREQ=HOURLY;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55",
       "every 5 minutes"},
      {"every 45 minutes", "FREQ=MINUTELY;INTERVAL=45", "every 45 minutes"},
      {"every 90 minutes from 2026-03-02",
       "DTSTART:20260302T000000 RRULE:FREQ=MINUTELY;INTERVAL=90",
       "every 90 minutes from 2026-03-02"},
      {"every 6 hours", "FREQ=HOURLY;INTERVAL=6;BYMINUTE=0", "every 6 hours"},
      {"every monday at 09:00", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0",
       "every monday at 09:00"},
      {"Every mon, wed and fri at noon", "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=12;BYMINUTE=0",
       "every monday, wednesday, friday at 12:00"},
      {"every weekday at 17:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=30",
       "every weekdays at 17:30"},
      {"every other week on friday from 2026-03-02",
       "DTSTART:20260302T000000 RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=0;BYMINUTE=0",
       "every 2 weeks on friday at 00:00 from 2026-03-02"},
      {"every month on the 15th at 09:00", "FREQ=MONTHLY;BYMONTHDAY=15;BYHOUR=9;BYMINUTE=0",
       "every month on day 15 at 09:00"},
      {"every month on the last day", "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=0;BYMINUTE=0",
       "every month on the last day at 00:00"},
      {"every month on the last friday at 17:00", "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=0",
       "every month on the last friday at 17:00"},
      {"every month on the 2nd tuesday at 9:00", "FREQ=MONTHLY;BYDAY=2TU;BYHOUR=9;BYMINUTE=0",
       "every month on the second tuesday at 09:00"},
      {"every year on march 8 at 09:00", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8;BYHOUR=9;BYMINUTE=0",
       "every year on march 8 at 09:00"},
      {"every year on 29 feb", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=0;BYMINUTE=0",
       "every year on february 29 at 00:00"},
      {"every 3 days 5 times from 2026-03-02 in Europe/Paris",
       "DTSTART:20260302T000000 RRULE:FREQ=DAILY;INTERVAL=3;COUNT=5;BYHOUR=0;BYMINUTE=0 in "
       "Europe/Paris",
       "every 3 days at 00:00 5 times from 2026-03-02 in Europe/Paris"},
      {"every day at 09:00 until 2026-12-31",
       "FREQ=DAILY;UNTIL=20261231T235959;BYHOUR=9;BYMINUTE=0",
       "every day at 09:00 until 2026-12-31"},
      {"FREQ=DAILY;UNTIL=20261231T225959Z", "FREQ=DAILY;UNTIL=20261231T225959Z", ""},
      {"FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231T235959", ""},
      {"DTSTART;TZID=Europe/Paris:20260302T090000\nRRULE:FREQ=MONTHLY",
       "DTSTART:20260302T090000 RRULE:FREQ=MONTHLY in Europe/Paris", ""},
      {"DTSTART:20260302T0900Z FREQ=YEARLY", "DTSTART:20260302T090000 RRULE:FREQ=YEARLY in UTC",
       ""},
      {"DTSTART:2026-03-02T09:00:30 FREQ=YEARLY", "DTSTART:20260302T090030 RRULE:FREQ=YEARLY", ""},
      {"DTSTART;VALUE=DATE:20260302 FREQ=YEARLY", "DTSTART:20260302T000000 RRULE:FREQ=YEARLY", ""},
      {"FREQ=MONTHLY;BYDAY=FR,MO,+1MO,-1FR;BYMONTH=12,3,3",
       "FREQ=MONTHLY;BYMONTH=3,12;BYDAY=MO,1MO,-1FR,FR", ""},
      {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
       "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ""},
      {"DTSTART:20260302 FREQ=WEEKLY;INTERVAL=2;WKST=SU",
       "DTSTART:20260302T000000 RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU", ""},
  };
  for (const Form& form : forms) {
    const Recurrence rule = rule_of(form.text);
    EXPECT_EQ(format_recurrence(rule), form.rule) << form.text;
    EXPECT_EQ(describe(rule), form.words.empty() ? form.rule : form.words) << form.text;
    EXPECT_EQ(rule_of(format_recurrence(rule)), rule) << form.text;
    EXPECT_EQ(rule_of(describe(rule)), rule) << form.text;
  }
}

struct Refused {
  std::string_view text;
  std::string_view message;  ///< its beginning
};

TEST(Recurrence, ErrorsNameThePartThatIsWrong) {
  const Refused refused[] = {
      {"", "FREQ: a rule needs one of MINUTELY"},
      {"BYDAY=MO", "FREQ: a rule needs one of MINUTELY"},
      {"weekly", "RRULE: \"weekly\" is not a part such as FREQ=DAILY"},
      {"FREQ=FORTNIGHTLY", "FREQ: \"FORTNIGHTLY\" is not one of MINUTELY, HOURLY, DAILY"},
      {"FREQ=MINUTELY", "occurrences would be 1 minutes apart, the limit is 5"},
      {"FREQ=MINUTELY;INTERVAL=4", "occurrences would be 4 minutes apart, the limit is 5"},
      {"FREQ=MINUTELY;INTERVAL=7", "INTERVAL: it needs a first time to count from"},
      {"FREQ=HOURLY;BYMINUTE=10,14", "occurrences would be 4 minutes apart, the limit is 5"},
      {"FREQ=HOURLY;BYMINUTE=0,58", "occurrences would be 2 minutes apart, the limit is 5"},
      {"FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,58", "occurrences would be 2 minutes apart"},
      {"FREQ=SECONDLY", "FREQ: \"SECONDLY\" is not one of MINUTELY, HOURLY, DAILY"},
      {"FREQ=DAILY;FREQ=DAILY", "FREQ: it stands twice"},
      {"FREQ=DAILY;BYWEEKNO=3", "BYWEEKNO: it is not known; the parts are"},
      {"FREQ=DAILY;BYDAY=XX", "BYDAY: \"XX\" is not a day such as MO or -1FR"},
      {"FREQ=DAILY;BYDAY=", "BYDAY: \"\" is not a day"},
      {"FREQ=DAILY;BYDAY=1MO", "BYDAY: a number goes with FREQ=MONTHLY and FREQ=YEARLY only"},
      {"FREQ=MONTHLY;BYDAY=6MO", "BYDAY: a month has no week 6"},
      {"FREQ=YEARLY;BYMONTH=3;BYDAY=-6MO", "BYDAY: a month has no week -6"},
      {"FREQ=YEARLY;BYDAY=54MO", "BYDAY: \"54\" is not a number from 1 to 53 or -53 to -1"},
      {"FREQ=DAILY;BYMONTH=13", "BYMONTH: \"13\" is not a number from 1 to 12"},
      {"FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY: \"0\" is not a number from 1 to 31 or -31 to -1"},
      {"FREQ=MONTHLY;BYMONTHDAY=-32", "BYMONTHDAY: \"-32\" is not a number"},
      {"FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=1", "BYMONTHDAY: it does not go with FREQ=WEEKLY"},
      {"FREQ=DAILY;BYHOUR=24", "BYHOUR: \"24\" is not a number from 0 to 23"},
      {"FREQ=DAILY;BYMINUTE=-1", "BYMINUTE: \"-1\" is not a number from 0 to 59"},
      {"FREQ=DAILY;BYHOUR=9;BYSETPOS=367", "BYSETPOS: \"367\" is not a number"},
      {"FREQ=DAILY;BYSETPOS=1", "BYSETPOS: it chooses among the times of another BY part"},
      {"FREQ=DAILY;WKST=1", "WKST: \"1\" is not a day such as MO"},
      {"FREQ=DAILY;UNTIL=20260230", "UNTIL: \"20260230\" is not a time such as 20261231"},
      {"DTSTART:20260302T25 FREQ=DAILY", "DTSTART: \"20260302T25\" is not a time"},
      {"DTSTART:99999999T999999 FREQ=DAILY", "DTSTART: \"99999999T999999\" is not a time"},
      {"DTSTART;TZID=Mars/Base:20260302T090000 FREQ=DAILY",
       "TZID: \"Mars/Base\" is not a time zone"},
      {"DTSTART;X=1:20260302T090000 FREQ=DAILY", "DTSTART: \"X=1\" is not known here"},
      {"DTSTART FREQ=DAILY", "DTSTART: \"\" is not a time"},
      {"FREQ=DAILY in Mars/Base", "in: \"Mars/Base\" is not a time zone"},
      {"DTSTART:20260302 FREQ=DAILY;COUNT=2;UNTIL=20260401", "COUNT: it does not go with UNTIL"},
      {"FREQ=DAILY;COUNT=2", "COUNT: it needs a first time to count from"},
      {"FREQ=DAILY;INTERVAL=2", "INTERVAL: it needs a first time to count from"},
      {"every 5 hours", "INTERVAL: it needs a first time to count from"},
      {"FREQ=WEEKLY", "FREQ: WEEKLY needs BYDAY, or DTSTART"},
      {"FREQ=YEARLY;BYMONTH=3", "FREQ: it needs BYDAY or BYMONTHDAY, or DTSTART"},
      {"every", "column 6: expected a day of the week, a number, hour, day, week, month or year"},
      {"every 2 moons", "column 9: expected minutes, hours, days, weeks, months or years"},
      {"every 7 minutes", "INTERVAL: it needs a first time to count from"},
      {"every minute", "occurrences would be 1 minutes apart, the limit is 5"},
      {"every 45 minutes at 09:00", "column 21: it is counted from midnight"},
      {"every day at 9", "column 14: expected a time of day"},
      {"every day at 09:00 and 17:30", "column 29: times of one schedule have the same minute"},
      {"every day at 09:00:30", "column 22: a schedule has whole minutes"},
      {"every day at 09:00 at 10:00", "column 20: `at` stands twice"},
      {"every monday on friday", "column 17: the days are named already"},
      {"every month on day 31", "column 20: expected a day from 1 to 28, `last day`, or a weekday"},
      {"every year on february 30", "column 15: expected a day such as march 8"},
      {"every day sometimes", "column 11: expected `on`, `at`, `from`, `until`, `in`"},
      {"every day 0 times from 2026-03-02", "column 11: expected 1 to 1000 times"},
      {"every day from yesterday", "column 16: expected a date, such as 2026-03-02"},
  };
  for (const Refused& each : refused) {
    const Result<Recurrence> rule = parse_recurrence(each.text);
    ASSERT_FALSE(rule) << each.text;
    const bool is_spacing = each.message.starts_with("occurrences");
    EXPECT_EQ(rule.error().code, is_spacing ? "too_often" : "bad_recurrence") << each.text;
    EXPECT_EQ(rule.error().message.substr(0, each.message.size()), each.message) << each.text;
  }
}

TEST(Recurrence, LimitsAreExact) {
  EXPECT_TRUE(parse_recurrence("DTSTART:20260302 FREQ=DAILY;INTERVAL=1000"));
  EXPECT_FALSE(parse_recurrence("DTSTART:20260302 FREQ=DAILY;INTERVAL=1001"));
  EXPECT_TRUE(parse_recurrence("DTSTART:20260302 FREQ=DAILY;COUNT=1000"));
  EXPECT_FALSE(parse_recurrence("DTSTART:20260302 FREQ=DAILY;COUNT=1001"));
  const std::string rule = "FREQ=DAILY";
  EXPECT_TRUE(parse_recurrence(rule + std::string(recurrence_text_bytes_max - rule.size(), ' ')));
  EXPECT_FALSE(
      parse_recurrence(rule + std::string(recurrence_text_bytes_max - rule.size() + 1, ' ')));
}

TEST(Recurrence, WhatIsReadIsShortEnoughToBeReadAgain) {
  std::string rule = "DTSTART:20260302 FREQ=DAILY;BYHOUR=9;BYSETPOS=1";
  for (int i = 0; i < 300; ++i) {
    const std::string position = "," + std::to_string(i % 2 == 0 ? 101 + i : -101 - i);
    if (rule.size() + position.size() <= recurrence_text_bytes_max) rule += position;
  }
  rule.resize(rule.find_last_of(','));
  // Written in full, DTSTART has a time as well, and RRULE its name.
  const std::size_t grows = format_recurrence(rule_of("DTSTART:20260302 FREQ=DAILY")).size() -
                            std::string_view("DTSTART:20260302 FREQ=DAILY").size();
  EXPECT_GT(rule.size() + grows, recurrence_text_bytes_max);
  EXPECT_FALSE(parse_recurrence(rule));
  rule.resize(rule.find_last_of(',', recurrence_text_bytes_max - grows));
  EXPECT_TRUE(parse_recurrence(rule));
}

struct Case {
  std::string_view text;
  std::string_view from;
  std::vector<std::string> found;
  std::string_view zone = "UTC";
};

// tests/waits checks many more against another implementation.
TEST(Recurrence, OccursStrictlyAfterAnInstant) {
  const Case cases[] = {
      {"every monday at 09:00", "2026-03-02T08:59:59Z", {"2026-03-02T09:00", "2026-03-09T09:00"}},
      {"every monday at 09:00", "2026-03-02T09:00:00Z", {"2026-03-09T09:00", "2026-03-16T09:00"}},
      {"every month on the last friday at 17:00",
       "2026-03-02T00:00:00Z",
       {"2026-03-27T17:00", "2026-04-24T17:00"}},
      // A month without the day has no occurrence; the last day is -1.
      {"FREQ=MONTHLY;BYMONTHDAY=31",
       "2026-03-31T00:00:00Z",
       {"2026-05-31T00:00", "2026-07-31T00:00"}},
      {"every year on february 29",
       "2026-01-01T00:00:00Z",
       {"2028-02-29T00:00", "2032-02-29T00:00"}},
      {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
       "2026-05-01T00:00:00Z",
       {"2026-05-29T00:00", "2026-06-30T00:00"}},
      {"FREQ=YEARLY;BYDAY=20MO", "2026-01-01T00:00:00Z", {"2026-05-18T00:00", "2027-05-17T00:00"}},
      // DTSTART leaves the day and the time of day to the rule, and is where the count begins.
      {"DTSTART:20260105T103000 FREQ=WEEKLY;INTERVAL=2",
       "2026-01-12T00:00:00Z",
       {"2026-01-19T10:30", "2026-02-02T10:30"}},
      {"DTSTART:20260105T090000 FREQ=DAILY;COUNT=3",
       "2026-01-06T00:00:00Z",
       {"2026-01-06T09:00", "2026-01-07T09:00"}},
      {"DTSTART:20260105T090000 FREQ=DAILY;UNTIL=20260107",
       "2026-01-06T12:00:00Z",
       {"2026-01-07T09:00"}},
      {"DTSTART:20260105T090000 FREQ=DAILY;UNTIL=20260107T090000Z",
       "2026-01-06T12:00:00Z",
       {"2026-01-07T09:00"}},
      // Before DTSTART nothing occurs.
      {"DTSTART:20260105T090000 FREQ=WEEKLY;BYDAY=SU",
       "2020-01-01T00:00:00Z",
       {"2026-01-11T09:00", "2026-01-18T09:00"}},
      // A gap moves 02:30 to the first instant after it; an overlap has its first.
      {"every day at 02:30",
       "2026-03-08T00:00:00Z",
       {"2026-03-08T07:00", "2026-03-09T06:30"},
       "America/New_York"},
      {"every day at 01:30",
       "2026-11-01T00:00:00Z",
       {"2026-11-01T05:30", "2026-11-02T06:30"},
       "America/New_York"},
      {"every 30 minutes",
       "2026-03-08T06:00:00Z",
       {"2026-03-08T06:30", "2026-03-08T07:00"},
       "America/New_York"},
      {"every 30 minutes",
       "2026-11-01T05:30:00Z",
       {"2026-11-01T07:00", "2026-11-01T07:30"},
       "America/New_York"},
      // Counted from midnight, and from a first time over days.
      {"every 45 minutes",
       "2026-03-02T04:00:00Z",
       {"2026-03-02T04:15", "2026-03-02T05:00"},
       "America/New_York"},
      {"DTSTART:20260302T000030 FREQ=MINUTELY;INTERVAL=1000",
       "2026-03-02T00:00:00Z",
       {"2026-03-02T00:00", "2026-03-02T16:40"},
       "UTC"},
      {"DTSTART:20260302T000000 FREQ=MINUTELY;INTERVAL=7;BYHOUR=9;BYMINUTE=0,30",
       "2026-03-02T00:00:00Z",
       {"2026-03-06T09:00", "2026-03-07T09:30"},
       "UTC"},
      {"every day at 09:00 in Asia/Tokyo",
       "2026-03-02T00:00:00Z",
       {"2026-03-03T00:00", "2026-03-04T00:00"},
       "America/New_York"},
      {"DTSTART:20260302T000000 FREQ=HOURLY;INTERVAL=5;BYHOUR=1,2",
       "2026-03-02T00:00:00Z",
       {"2026-03-03T01:00", "2026-03-04T02:00"}},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(occurrences(each.text, each.from, 2, each.zone), each.found) << each.text;
  }
}

TEST(Recurrence, WhatNeverOccursIsAnsweredSo) {
  for (const std::string_view text :
       {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "DTSTART:20260302T000000 FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
        "FREQ=MINUTELY;INTERVAL=10;BYMINUTE=5", "FREQ=MINUTELY;INTERVAL=5;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:20260302T000000 FREQ=MINUTELY;INTERVAL=7;BYHOUR=0;BYMINUTE=0;BYDAY=TU",
        "DTSTART:20260302T000000 FREQ=YEARLY;INTERVAL=1000;BYMONTH=1",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
        "DTSTART:20260302 FREQ=HOURLY;COUNT=1000;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:20200101T000000 FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20251231"}) {
    EXPECT_EQ(occurrences(text, "2026-03-02T00:00:00Z", 1), std::vector<std::string>{}) << text;
  }
}

}  // namespace
}  // namespace sojourn::journeys
