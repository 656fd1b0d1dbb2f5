#include "domain/campaigns/campaign.h"

#include <gtest/gtest.h>

#include <map>

#include "domain/definitions/yaml.h"

namespace sojourn::campaigns {
namespace {

using definitions::Findings;

constexpr Timestamp t0{1'772'442'000'000};  // 2026-03-02T09:00Z

Campaign read(const std::string& text, Findings& findings) {
  const auto document = definitions::parse_yaml(text);
  EXPECT_TRUE(document) << text;
  return read_campaign(document->value, findings);
}

Campaign read(const std::string& more, const std::string& audience = "everyone") {
  Findings findings;
  Campaign campaign =
      read("kind: campaign\nkey: c\naudience: " + audience + "\ntemplate: t\n" + more, findings);
  for (const Error& error : findings.all()) ADD_FAILURE() << error.code << " " << error.message;
  return campaign;
}

TEST(Campaign, IsReadWhole) {
  const Campaign campaign = read(R"(name: Spring
subject: "Hi"
from: {name: Shop, address: Shop@Example.com}
topic: offers
send: {at: "2026-03-10T09:00:00Z", per_hour: 100}
priority: 80
pause_at: {bounced: 2, at_least: 50}
test:
  arms: [{name: a, subject: A}, {name: b, template: other}]
  sample: 10
  measure: revenue
  event: Order Completed
  after: 4h
  if_unclear: b
)",
                                 "{segments: [s1, s2], lists: [l], except: {lists: [staff]}}");
  EXPECT_EQ(campaign.name, "Spring");
  EXPECT_EQ(campaign.audience.group, (Group{{"s1", "s2"}, {"l"}}));
  EXPECT_EQ(campaign.audience.except, (Group{{}, {"staff"}}));
  EXPECT_EQ(campaign.from, (messages::Mailbox{"Shop", "Shop@example.com"}));
  EXPECT_EQ(campaign.schedule.per_hour, 100);
  EXPECT_EQ(campaign.handling.priority, 80);
  EXPECT_EQ(campaign.limits, (Limits{.bounced = 2, .at_least = 50}));
  ASSERT_TRUE(campaign.test);
  EXPECT_EQ(campaign.test->measure, campaigns::Test::Measure::revenue);
  EXPECT_EQ(campaign.arm("b")->template_key, "other");
  EXPECT_EQ(campaign.arm("c"), nullptr);
  EXPECT_TRUE(read("").audience.everyone);
  EXPECT_EQ(read("", "{resend: {campaign: old, to: not_clicked}}").audience.resend,
            (Resend{"old", Resend::To::not_clicked}));
}

TEST(Campaign, RefusesWhatIsNone) {
  const std::string begin = "kind: campaign\nkey: c\ntemplate: t\n";
  const std::string good = begin + "audience: everyone\n";
  const std::string arms = "arms: [{name: a}, {name: b}]";
  const std::pair<std::string, std::string> cases[] = {
      {begin, "missing_member"},
      {"kind: campaign\nkey: api\ntemplate: t\naudience: everyone\n", "reserved_name"},
      {begin + "audience: nobody\n", "unknown_choice"},
      {begin + "audience: {}\n", "missing_member"},
      {begin + "audience: {everyone: true, segments: [s]}\n", "missing_member"},
      {begin + "audience: {segments: [No Key]}\n", "not_a_key"},
      {good + "from: {address: nobody}\n", "unknown_value"},
      {good + "send: {at: tomorrow}\n", "not_a_time"},
      {good + "send: {local: \"25:00\"}\n", "not_a_time"},
      {good + "send: {local: \"2026-03-10T09:00\", per_hour: 5}\n", "unknown_member"},
      {good + "send: {per_hour: 0}\n", "out_of_range"},
      {good + "test: {arms: [{name: a}], after: 1h}\n", "too_few_arms"},
      {good + "test: {arms: [{name: a}, {name: a}], after: 1h}\n", "duplicate_key"},
      {good + "test: {" + arms + ", after: 0s}\n", "out_of_range"},
      {good + "test: {" + arms + ", after: 15d}\n", "out_of_range"},
      {good + "test: {" + arms + ", after: 1h, sample: 0}\n", "out_of_range"},
      {good + "test: {" + arms + ", after: 1h, measure: converted}\n", "missing_member"},
      {good + "test: {" + arms + ", after: 1h, event: Bought}\n", "missing_member"},
      {good + "test: {" + arms + ", after: 1h, if_unclear: c}\n", "unknown_value"},
      {good + "pause_at: {bounced: 101}\n", "out_of_range"},
      {good + "colour: red\n", "unknown_member"},
  };
  for (const auto& [text, code] : cases) {
    Findings findings;
    read(text, findings);
    ASSERT_FALSE(findings.none()) << text;
    EXPECT_EQ(findings.all().front().code, code) << text;
  }
}

TEST(Campaign, IsDueByTheClockOfEachZone) {
  const Schedule schedule{.local = absl::CivilMinute(2026, 3, 29, 2, 30)};
  const auto due = [&](const char* zone, Timestamp now = t0) {
    return format_timestamp(due_in(schedule, *find_zone(zone), now));
  };
  EXPECT_EQ(due("Asia/Tokyo"), "2026-03-28T17:30:00.000Z");
  // Clocks jump from 2 to 3 there: the first instant after it.
  EXPECT_EQ(due("Europe/Paris"), "2026-03-29T01:00:00.000Z");
  const Timestamp late{*parse_timestamp("2026-03-29T02:00:00Z")};
  EXPECT_EQ(due("Europe/Paris", late), "2026-03-29T02:00:00.000Z");
  // The first clocks that show it are 14 hours ahead.
  EXPECT_EQ(format_timestamp(begins(schedule, t0)), "2026-03-28T12:30:00.000Z");
  EXPECT_EQ(due("Pacific/Kiritimati"), format_timestamp(begins(schedule, t0)));
  EXPECT_EQ(begins({}, t0), t0);
  EXPECT_EQ(begins({.at = t0 + Duration::hours(1)}, t0), t0 + Duration::hours(1));
  EXPECT_EQ(begins({.at = t0 - Duration::hours(1)}, t0), t0);
}

TEST(Campaign, AnArmsTimeIsTheNextOneOnTheContactsClock) {
  const auto next = [&](TimeOfDay time, const char* zone, const char* now) {
    return format_timestamp(next_time_of_day(time, *find_zone(zone), *parse_timestamp(now)));
  };
  constexpr TimeOfDay nine = 9 * 60;
  EXPECT_EQ(next(nine, "Europe/Paris", "2026-03-02T07:59:00Z"), "2026-03-02T08:00:00.000Z");
  EXPECT_EQ(next(nine, "Europe/Paris", "2026-03-02T08:00:00Z"), "2026-03-02T08:00:00.000Z");
  EXPECT_EQ(next(nine, "Europe/Paris", "2026-03-02T08:00:01Z"), "2026-03-03T08:00:00.000Z");
  EXPECT_EQ(next(nine, "Asia/Tokyo", "2026-03-02T09:00:00Z"), "2026-03-03T00:00:00.000Z");
  // Clocks jump from 2 to 3 there: the first instant after it.
  constexpr TimeOfDay half_past_two = 2 * 60 + 30;
  EXPECT_EQ(next(half_past_two, "Europe/Paris", "2026-03-28T23:30:00Z"),
            "2026-03-29T01:00:00.000Z");
  EXPECT_EQ(next(half_past_two, "Europe/Paris", "2026-03-29T01:00:00.001Z"),
            "2026-03-30T00:30:00.000Z");
}

TEST(Campaign, ReadsArmsWithTimesAndABandit) {
  const Campaign campaign = read(R"(send: {at: "2026-03-10T09:00:00Z"}
test:
  choose: bandit
  arms: [{name: a, send: {time: "09:05"}}, {name: b}]
  floor: 12.5
  after: 4h
)");
  EXPECT_EQ(campaign.test->choice, campaigns::Test::Choice::bandit);
  EXPECT_EQ(campaign.test->sample, 10);
  EXPECT_EQ(campaign.test->floor, 12.5);
  EXPECT_EQ(campaign.test->arms[0].send_time, 9 * 60 + 5);
  EXPECT_EQ(campaign.test->arms[1].send_time, std::nullopt);
  EXPECT_TRUE(campaign.test->has_send_times());
}

TEST(Campaign, RefusesTestsThatContradictThemselves) {
  struct Case {
    const char* text;
    const char* code;
    const char* field;
  };
  constexpr const char* arms = "arms: [{name: a, send: {time: \"09:00\"}}, {name: b}], after: 4h";
  const Case cases[] = {
      {"test: {arms: [{name: a, send: {time: \"9:00\"}}, {name: b}], after: 4h}", "not_a_time",
       "test.arms[0].send.time"},
      {"test: {arms: [{name: a, send: {time: \"24:01\"}}, {name: b}], after: 4h}", "not_a_time",
       "test.arms[0].send.time"},
      {"test: {arms: [{name: a, send: {at: x}}, {name: b}], after: 4h}", "missing_member",
       "test.arms[0].send.time"},
      {"send: {local: \"2026-03-10T09:00\"}\ntest: {ARMS}", "unknown_member", "send.local"},
      {"send: {per_hour: 10}\ntest: {ARMS}", "unknown_member", "send.per_hour"},
      {"test: {choose: best, ARMS}", "unknown_choice", "test.choose"},
      {"test: {choose: bandit, floor: 51, ARMS}", "out_of_range", "test.floor"},
      {"test: {choose: bandit, floor: 0, ARMS}", "out_of_range", "test.floor"},
      {"test: {choose: bandit, measure: revenue, event: Order, ARMS}", "unknown_choice",
       "test.measure"},
      {"test: {choose: bandit, confidence: 90, ARMS}", "unknown_member", "test.confidence"},
      {"test: {choose: bandit, if_unclear: a, ARMS}", "unknown_member", "test.if_unclear"},
      {"test: {floor: 10, ARMS}", "unknown_member", "test.floor"},
  };
  for (const Case& each : cases) {
    std::string text = each.text;
    if (const std::size_t at = text.find("ARMS"); at != std::string::npos) {
      text.replace(at, 4, arms);
    }
    Findings findings;
    (void)read("kind: campaign\nkey: c\naudience: everyone\ntemplate: t\n" + text + "\n", findings);
    ASSERT_EQ(findings.all().size(), 1U) << text;
    EXPECT_EQ(findings.all().front().code, each.code) << text;
    EXPECT_EQ(findings.all().front().field, each.field) << text;
  }
}

TEST(Campaign, ThrottleLetsNoHourSeeMore) {
  for (const std::int64_t per_hour : {1, 7, 1'000, 3'600'000}) {
    std::vector<Timestamp> places;
    Timestamp last{};
    for (int i = 0; i < 2'000; ++i) {
      last = next_place(per_hour, last, t0);
      places.push_back(last);
    }
    EXPECT_EQ(places.front(), t0);
    for (std::size_t i = static_cast<std::size_t>(per_hour); i < places.size(); ++i) {
      const Timestamp before = places[i - static_cast<std::size_t>(per_hour)];
      EXPECT_GE(places[i] - before, Duration::hours(1)) << per_hour;
    }
  }
}

TEST(Campaign, DrawsASampleThatSticksAndIsDividedEvenly) {
  Campaign campaign = read("test: {arms: [{name: a}, {name: b}], sample: 20, after: 1h}\n");
  std::map<int, int> arms;
  for (std::uint8_t i = 0; i < 250; ++i) {
    for (std::uint8_t j = 0; j < 40; ++j) {
      const contacts::ContactId contact{Hash128{{i, j}}};
      const auto drawn = drawn_arm(campaign, contact);
      EXPECT_EQ(drawn_arm(campaign, contact), drawn);
      ++arms[drawn ? static_cast<int>(*drawn) : -1];
    }
  }
  EXPECT_NEAR(arms[0], 1'000, 150);
  EXPECT_NEAR(arms[1], 1'000, 150);
  EXPECT_EQ(arms[-1] + arms[0] + arms[1], 10'000);
  campaign.test->sample = 100;
  EXPECT_TRUE(drawn_arm(campaign, {Hash128{{7}}}));
  campaign.test.reset();
  EXPECT_FALSE(drawn_arm(campaign, {Hash128{{7}}}));
}

TEST(Campaign, LooksForTheWinnerOnce) {
  campaigns::Test test{.arms = {{.name = "a"}, {.name = "b"}}, .after = Duration::hours(1)};
  const auto winner = [&](std::int64_t a, std::int64_t b) {
    return look(test, {{.arm = "a", .sent = 200, .successes = a},
                       {.arm = "b", .sent = 200, .successes = b}});
  };
  using Kind = experiments::Verdict::Kind;
  EXPECT_EQ(winner(10, 60).winner, "b");
  EXPECT_EQ(winner(10, 60).verdict.kind, Kind::winner);
  EXPECT_EQ(winner(10, 11).winner, "b");
  EXPECT_EQ(winner(10, 11).verdict.kind, Kind::leading);
  EXPECT_EQ(winner(10, 10).winner, "a");  // written first
  test.if_unclear = "a";
  EXPECT_EQ(winner(10, 11).winner, "a");
  EXPECT_EQ(winner(10, 60).winner, "b");
  // A message that is clicked was sent; what the counters say of it may come earlier.
  EXPECT_EQ(look(test, {{.arm = "a", .sent = 0, .successes = 3}, {.arm = "b", .sent = 0}}).winner,
            "a");
  test.measure = campaigns::Test::Measure::revenue;
  test.if_unclear.clear();
  EXPECT_EQ(look(test, {{.arm = "a", .sent = 100, .revenue = 900},
                        {.arm = "b", .sent = 10, .revenue = 100}})
                .winner,
            "b");
}

TEST(Campaign, PausesOnceEnoughIsKnown) {
  const Limits limits;
  EXPECT_EQ(passed_limit(limits, {.sent = 50, .failed = 49, .bounced = 49}), "");
  EXPECT_EQ(passed_limit(limits, {.sent = 94, .failed = 6, .bounced = 6}), "bounce_rate");
  EXPECT_EQ(passed_limit(limits, {.sent = 95, .failed = 5, .bounced = 5}), "");
  EXPECT_EQ(passed_limit(limits, {.sent = 79, .failed = 21}), "failure_rate");
  EXPECT_EQ(passed_limit(limits, {.sent = 100, .complained = 1}), "complaint_rate");
  EXPECT_EQ(passed_limit(limits, {.sent = 1'000, .complained = 3}), "");
}

}  // namespace
}  // namespace sojourn::campaigns
