#include "domain/policies/policies.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn::policies {
namespace {

using Kind = Answer::Kind;
using messages::MessageClass;

Timestamp at(std::string_view text) {
  const Result<Timestamp> time = parse_timestamp(text);
  EXPECT_TRUE(time) << text;
  return *time;
}

constexpr int hour = 60;

struct QuietCase {
  std::string_view name;
  QuietHours hours;
  std::string_view zone;
  std::string_view now;
  std::string_view until;  ///< empty: not quiet
};

TEST(QuietHours, EndAtTheLocalTimeAlsoWhenClocksChange) {
  const QuietHours night{21 * hour, 8 * hour};
  const QuietHours noon{12 * hour, 14 * hour};
  const QuietHours early{1 * hour, 2 * hour + 30};
  const QuietCase cases[] = {
      {"before", night, "Europe/Paris", "2026-03-02T19:59:59Z", ""},
      {"first minute", night, "Europe/Paris", "2026-03-02T20:00:00Z", "2026-03-03T07:00:00Z"},
      {"after midnight", night, "Europe/Paris", "2026-03-03T01:00:00Z", "2026-03-03T07:00:00Z"},
      {"last millisecond", night, "Europe/Paris", "2026-03-03T06:59:59.999Z",
       "2026-03-03T07:00:00Z"},
      {"the end", night, "Europe/Paris", "2026-03-03T07:00:00Z", ""},
      {"within a day", noon, "UTC", "2026-03-03T12:30:00Z", "2026-03-03T14:00:00Z"},
      {"within a day, after", noon, "UTC", "2026-03-03T14:00:00Z", ""},
      {"night that loses an hour", night, "Europe/Paris", "2026-03-28T22:00:00Z",
       "2026-03-29T06:00:00Z"},
      {"night that gains an hour", night, "Europe/Paris", "2026-10-24T22:00:00Z",
       "2026-10-25T07:00:00Z"},
      // 02:30 does not exist on 29 March: the first instant after the gap.
      {"end in a gap", early, "Europe/Paris", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"},
      // 02:30 comes twice on 25 October: the first ends the quiet.
      {"end in an overlap", early, "Europe/Paris", "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z"},
      {"second reading of the overlap", early, "Europe/Paris", "2026-10-25T01:10:00Z",
       "2026-10-25T01:30:00Z"},
      {"unknown zone", night, "Mars/Olympus", "2026-03-02T22:00:00Z", "2026-03-03T08:00:00Z"},
      {"no hours", QuietHours{8 * hour, 8 * hour}, "UTC", "2026-03-03T08:00:00Z", ""},
  };
  for (const QuietCase& each : cases) {
    const std::optional<Timestamp> until = quiet_until(each.hours, each.zone, at(each.now));
    const std::optional<Timestamp> expected =
        each.until.empty() ? std::nullopt : std::optional(at(each.until));
    EXPECT_EQ(until, expected) << each.name << ": "
                               << (until ? format_timestamp(*until) : "not quiet");
  }
}

Policies capped(int messages, Duration per, WhenHeld when_held = WhenHeld::wait) {
  Policies policies;
  policies.caps.push_back({messages, per, when_held});
  return policies;
}

Proposal mail(std::string_view key) {
  return {MessageClass::marketing, "", key};
}

Answer answer_of(const Policies& policies, const std::vector<Reservation>& taken,
                 const Proposal& proposal, Timestamp now,
                 const std::vector<Pending>& pending = {}) {
  return decide(policies, {{}, taken, "", pending}, proposal, now);
}

constexpr Timestamp noon_of_march_2{1'772'452'800'000};  // 2026-03-02T12:00Z

TEST(FrequencyCap, LetsTheNextThroughWhenTheOldestLeavesTheWindow) {
  const Policies policies = capped(2, Duration::hours(24));
  const Timestamp now = noon_of_march_2;
  const std::vector<Reservation> taken = {{"a", now - Duration::hours(23)},
                                          {"b", now - Duration::hours(1)}};
  const Answer answer = answer_of(policies, taken, mail("c"), now);
  EXPECT_EQ(answer, (Answer{Kind::defer, "frequency_cap", now + Duration::hours(1)}));
  EXPECT_EQ(answer_of(policies, taken, mail("c"), answer.until).kind, Kind::allow);
  EXPECT_EQ(answer_of(policies, taken, mail("c"), answer.until - Duration{1}).kind, Kind::defer);
}

TEST(FrequencyCap, AnAttemptOfTheSameMessageKeepsItsPlace) {
  const Policies policies = capped(1, Duration::hours(24));
  const std::vector<Reservation> taken = {{"a", noon_of_march_2}};
  EXPECT_EQ(answer_of(policies, taken, mail("a"), noon_of_march_2).kind, Kind::allow);
  EXPECT_EQ(answer_of(policies, taken, mail("b"), noon_of_march_2).kind, Kind::defer);
}

TEST(FrequencyCap, MaySkipInsteadOfWaiting) {
  const Policies policies = capped(1, Duration::hours(24), WhenHeld::skip);
  const std::vector<Reservation> taken = {{"a", noon_of_march_2}};
  EXPECT_EQ(answer_of(policies, taken, mail("b"), noon_of_march_2),
            (Answer{Kind::skip, "frequency_cap"}));
}

TEST(Reserve, ForgetsWhatNoWindowHolds) {
  const Policies policies = capped(1, Duration::hours(24));
  std::vector<Reservation> taken = {{"old", noon_of_march_2 - Duration::hours(24)},
                                    {"new", noon_of_march_2 - Duration::hours(23)}};
  reserve(policies, taken, "now", noon_of_march_2);
  EXPECT_EQ(taken.size(), 2u);
  reserve(policies, taken, "now", noon_of_march_2 + Duration{1});
  EXPECT_EQ(taken.size(), 2u) << "one place a message";
}

TEST(Policies, TheLatestEndOfWhatHoldsCounts) {
  Policies policies = capped(1, Duration::hours(2));
  policies.quiet_hours = QuietHours{11 * hour, 15 * hour};
  const std::vector<Reservation> taken = {{"a", noon_of_march_2}};
  EXPECT_EQ(answer_of(policies, taken, mail("b"), noon_of_march_2),
            (Answer{Kind::defer, "quiet_hours", noon_of_march_2 + Duration::hours(3)}));
  policies.caps.front().when_held = WhenHeld::skip;
  EXPECT_EQ(answer_of(policies, taken, mail("b"), noon_of_march_2).kind, Kind::skip);
}

struct ConsentCase {
  std::string_view name;
  AddressConsent consent;
  bool explicit_opt_in;
  MessageClass message_class;
  std::string_view topic;
  std::string_view reason;  ///< empty: allowed
};

TEST(Consent, DecidesByClassAndTopic) {
  using enum messages::MessageClass;
  const ConsentCase cases[] = {
      {"soft opt-in", {}, false, marketing, "", ""},
      {"explicit opt-in, none", {}, true, marketing, "", "no_consent"},
      {"explicit opt-in, all", {false, {}, {""}}, true, marketing, "tips", ""},
      {"explicit opt-in, topic", {false, {}, {"tips"}}, true, marketing, "tips", ""},
      {"explicit opt-in, other topic",
       {false, {}, {"news"}},
       true,
       marketing,
       "tips",
       "no_consent"},
      {"opted out of all", {false, {""}, {}}, false, marketing, "tips", "unsubscribed"},
      {"opted out of the topic", {false, {"tips"}, {}}, false, marketing, "tips", "unsubscribed"},
      {"opted out of another", {false, {"news"}, {}}, false, marketing, "tips", ""},
      {"opted out, a receipt", {false, {""}, {}}, true, transactional, "", ""},
      {"suppressed", {true, {}, {""}}, false, marketing, "", "suppressed"},
      {"suppressed, a receipt", {true, {}, {}}, false, transactional, "", "suppressed"},
  };
  for (const ConsentCase& each : cases) {
    Policies policies;
    policies.explicit_opt_in = each.explicit_opt_in;
    const Answer answer = decide(policies, {each.consent, {}, "", {}},
                                 {each.message_class, each.topic, "k"}, noon_of_march_2);
    EXPECT_EQ(answer.reason, each.reason) << each.name;
    EXPECT_EQ(answer.kind, each.reason.empty() ? Kind::allow : Kind::skip) << each.name;
  }
}

TEST(ConsentFold, TheNewestAnswerAboutATopicCounts) {
  AddressConsent consent;
  fold(consent, "tips", "opted_in");
  fold(consent, "tips", "opted_out");
  EXPECT_EQ(consent, (AddressConsent{false, {"tips"}, {}}));
  fold(consent, "", "opted_out");
  EXPECT_EQ(consent, (AddressConsent{false, {""}, {}}));
  fold(consent, "", "opted_in");
  EXPECT_EQ(consent, (AddressConsent{false, {}, {""}}));
  fold(consent, "", "suppressed");
  fold(consent, "", "opted_in");
  EXPECT_TRUE(consent.suppressed) << "a dead address is not revived by consent";
}

TEST(ConsentFold, AnAnswerAboutOneTopicIsNewerThanOneAboutAll) {
  AddressConsent consent;
  fold(consent, "", "opted_out");
  EXPECT_EQ(said_of(consent, "tips"), Said::opted_out);
  fold(consent, "tips", "opted_in");
  EXPECT_EQ(said_of(consent, "tips"), Said::opted_in) << "who comes back to one gets that one";
  EXPECT_EQ(said_of(consent, "news"), Said::opted_out);
  EXPECT_EQ(said_of(consent, ""), Said::opted_out);
  fold(consent, "", "opted_out");
  EXPECT_EQ(said_of(consent, "tips"), Said::opted_out) << "and everything is everything again";
}

TEST(ConsentFold, SuppressionIsLiftedOnlyByItsOwnWord) {
  AddressConsent consent;
  fold(consent, "", "suppressed");
  fold(consent, "tips", "suppressed");
  fold(consent, "tips", "opted_in");
  EXPECT_TRUE(is_suppressed(consent, "tips"));
  fold(consent, "", "lifted");
  EXPECT_TRUE(is_suppressed(consent, "tips"));
  EXPECT_FALSE(is_suppressed(consent, "news"));
  fold(consent, "tips", "lifted");
  EXPECT_FALSE(is_suppressed(consent, "tips"));
  EXPECT_EQ(said_of(consent, "tips"), Said::opted_in) << "what the address said stays";
}

Policies with_topics() {
  Policies policies;
  policies.topics.push_back({.key = "news", .name = "News"});
  policies.topics.push_back({.key = "deals", .name = "Deals", .is_on_by_default = false});
  return policies;
}

std::string reason_of(const Policies& policies, const AddressConsent& consent,
                      std::string_view topic, MessageClass message_class) {
  return decide(policies, {consent, {}, "", {}}, {message_class, topic, "k"}, noon_of_march_2)
      .reason;
}

TEST(Topics, OneThatIsOffByDefaultAsksForAnOptIn) {
  const Policies policies = with_topics();
  using enum MessageClass;
  EXPECT_EQ(reason_of(policies, {}, "news", marketing), "");
  EXPECT_EQ(reason_of(policies, {}, "deals", marketing), "no_consent");
  EXPECT_EQ(reason_of(policies, {}, "deals", transactional), "");
  EXPECT_EQ(reason_of(policies, {false, {}, {"deals"}}, "deals", marketing), "");
  EXPECT_EQ(reason_of(policies, {false, {""}, {"deals"}}, "deals", marketing), "");
  EXPECT_EQ(reason_of(policies, {false, {""}, {"deals"}}, "news", marketing), "unsubscribed");
}

TEST(Topics, ASuppressedTopicStopsItsMarketingAndNothingElse) {
  const Policies policies = with_topics();
  AddressConsent consent;
  fold(consent, "news", "suppressed");
  using enum MessageClass;
  EXPECT_EQ(reason_of(policies, consent, "news", marketing), "suppressed");
  EXPECT_EQ(reason_of(policies, consent, "", marketing), "");
  EXPECT_EQ(reason_of(policies, consent, "news", transactional), "");
}

TEST(TopicText, RefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view field;
  } cases[] = {
      {R"({"kind":"topic"})", "key"},
      {R"({"key":"News"})", "key"},
      {R"({"key":"n","default":"maybe"})", "default"},
      {R"({"key":"n","visibility":"hidden"})", "visibility"},
      {R"({"key":"n","channels":["sms"]})", "channels"},
      {R"({"key":"n","color":"red"})", "color"},
  };
  for (const auto& each : cases) {
    const Result<Topic> topic = read_topic(*parse_json(each.text));
    ASSERT_FALSE(topic) << each.text;
    EXPECT_EQ(topic.error().field, each.field) << each.text;
  }
  const auto named = [](std::size_t bytes) {
    return read_topic(Object{{"key", "n"}, {"name", std::string(bytes, 'n')}});
  };
  EXPECT_TRUE(named(topic_name_bytes_max));
  EXPECT_FALSE(named(topic_name_bytes_max + 1));
  const auto described = [](std::size_t bytes) {
    return read_topic(Object{{"key", "n"}, {"description", std::string(bytes, 'n')}});
  };
  EXPECT_TRUE(described(topic_description_bytes_max));
  EXPECT_FALSE(described(topic_description_bytes_max + 1));
}

TEST(TopicText, ReadsEveryMember) {
  const Result<Topic> topic = read_topic(*parse_json(
      R"({"kind":"topic","key":"beta","name":"Beta","description":"New things first.",
          "default":"opted_out","visibility":"private","channels":["email"]})"));
  ASSERT_TRUE(topic);
  EXPECT_EQ(*topic, (Topic{.key = "beta",
                           .name = "Beta",
                           .description = "New things first.",
                           .is_on_by_default = false,
                           .is_private = true,
                           .channels = {"email"}}));
}

TEST(PoliciesText, RefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view field;
  } cases[] = {
      {R"({"key":"w","timezone":"Europe/Atlantis"})", "timezone"},
      {R"({"key":"w","quiet_hours":{"from":"25:00","to":"08:00"}})", "quiet_hours.from"},
      {R"({"key":"w","quiet_hours":{"from":"21:00","to":"8:00"}})", "quiet_hours.to"},
      {R"({"key":"w","quiet_hours":{"from":"21:00"}})", "quiet_hours.to"},
      {R"({"key":"w","frequency_caps":[{"messages":0,"per":"1d"}]})", "frequency_caps[0].messages"},
      {R"({"key":"w","frequency_caps":[{"messages":1}]})", "frequency_caps[0].per"},
      {R"({"key":"w","late_event_horizon":3})", "late_event_horizon"},
      {R"({"key":"w","guard":{"max_contacts":-1}})", "guard.max_contacts"},
      {R"({"key":"w","guard":{"max_contacts":1000000001}})", "guard.max_contacts"},
      {R"({"key":"w","guard":{"margin_percent":10001}})", "guard.margin_percent"},
      {R"({"key":"w","guard":{"people":3}})", "guard.people"},
      {R"({"key":"w","colour":"red"})", "colour"},
      {R"({"key":"w","brand_color":"green"})", "brand_color"},
      {R"({"key":"w","brand_color":"#12345g"})", "brand_color"},
  };
  for (const auto& each : cases) {
    const Result<Policies> policies = read_policies(*parse_json(each.text));
    ASSERT_FALSE(policies) << each.text;
    EXPECT_EQ(policies.error().field, each.field) << each.text;
  }
}

TEST(PoliciesText, ReadsEveryMember) {
  const Result<Policies> policies = read_policies(*parse_json(
      R"({"kind":"workspace","key":"w","name":"W","timezone":"Europe/Paris","explicit_opt_in":true,
          "frequency_caps":[{"messages":3,"per":"7d","when_held":"skip"}],
          "quiet_hours":{"from":"21:00","to":"08:30"},"late_event_horizon":"1d"})"));
  ASSERT_TRUE(policies);
  EXPECT_EQ(policies->caps, (std::vector{FrequencyCap{3, Duration::days(7), WhenHeld::skip}}));
  EXPECT_EQ(policies->quiet_hours, (QuietHours{21 * hour, 8 * hour + 30, WhenHeld::wait}));
  EXPECT_TRUE(policies->explicit_opt_in);
  EXPECT_EQ(policies->late_event_horizon, Duration::days(1));
  EXPECT_EQ(policies->time_zone, "Europe/Paris");
}

}  // namespace
}  // namespace sojourn::policies
