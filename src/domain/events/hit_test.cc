#include "domain/events/hit.h"

#include <gtest/gtest.h>

#include "domain/events/hit_mark.h"

namespace sojourn::events {
namespace {

constexpr std::string_view browser =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36";
constexpr std::string_view outside = "192.0.2.7";

std::string_view reason_of(const Hit& hit) {
  const std::optional<HitReason> reason = machine_reason(hit);
  return reason ? to_string(*reason) : "human";
}

struct Agent {
  std::string_view user_agent;
  std::string_view click;
  std::string_view open;
};

class HitAgents : public testing::TestWithParam<Agent> {};

TEST_P(HitAgents, AreKnownByWhatTheySay) {
  const Agent& agent = GetParam();
  EXPECT_EQ(reason_of({.user_agent = agent.user_agent, .address = outside}), agent.click);
  EXPECT_EQ(reason_of({.kind = HitKind::open, .user_agent = agent.user_agent, .address = outside}),
            agent.open);
}

INSTANTIATE_TEST_SUITE_P(
    Table, HitAgents,
    testing::Values(
        Agent{browser, "human", "human"}, Agent{"", "no_agent", "no_agent"},
        Agent{"curl/8.5.0", "library_agent", "library_agent"},
        Agent{"Examplebot/1.0 (+https://example.com)", "scanner_agent", "scanner_agent"},
        Agent{"Mozilla/5.0 (compatible; Example)", "library_agent", "library_agent"},
        Agent{"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2)", "human", "human"},
        Agent{"Mozilla/5.0 (Linux; Android 9; CUBOT X18) AppleWebKit/537.36", "human", "human"},
        Agent{"Mozilla/5.0 (Linux; Android 10; K) Chrome/150 (Ecosia android@150)", "human",
              "human"},
        Agent{"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0", "human",
              "human"},
        Agent{"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)", "human", "human"},
        // Apple's servers load the images of every mail, and follow no link.
        Agent{"Mozilla/5.0", "library_agent", "privacy_proxy"},
        // Gmail's load an image when its reader opens the mail.
        Agent{"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com "
              "GoogleImageProxy)",
              "scanner_agent", "human"}));

TEST(Hit, HeadAndHiddenLinksAreOfPrograms) {
  EXPECT_EQ(reason_of({.method = HitMethod::head, .user_agent = browser}), "head");
  EXPECT_EQ(reason_of({.user_agent = browser, .link = LinkSight::hidden}), "hidden_link");
}

TEST(Hit, NobodyReadsBeforeTheMailHasArrived) {
  Hit hit{.user_agent = browser, .address = outside, .since_sent = read_time_min};
  EXPECT_EQ(reason_of(hit), "human");
  hit.since_sent = read_time_min - Duration::milliseconds(1);
  EXPECT_EQ(reason_of(hit), "too_soon");
}

TEST(Hit, NobodyFollowsThreeLinksInFiveSeconds) {
  Hit hit{.user_agent = browser, .address = outside, .links_in_burst = burst_links_min - 1};
  EXPECT_EQ(reason_of(hit), "human");
  hit.links_in_burst = burst_links_min;
  EXPECT_EQ(reason_of(hit), "many_links");
  hit.kind = HitKind::open;
  EXPECT_EQ(reason_of(hit), "human");
}

TEST(Hit, ManyMailsFromOneAddressAreReadByAProgram) {
  Hit hit{.user_agent = browser, .address = outside, .mails_from_address = crowd_mails_min - 1};
  EXPECT_EQ(reason_of(hit), "human");
  hit.mails_from_address = crowd_mails_min;
  EXPECT_EQ(reason_of(hit), "many_recipients");
}

TEST(Hit, NobodyReadsFromApplesOwnNetwork) {
  EXPECT_EQ(reason_of({.kind = HitKind::open, .user_agent = browser, .address = "17.58.1.2"}),
            "scanner_network");
  EXPECT_EQ(reason_of({.kind = HitKind::open, .user_agent = browser, .address = "170.58.1.2"}),
            "human");
}

TEST(Hit, WhoTriesALinkOnThisMachineCounts) {
  for (const std::string_view local : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(reason_of({.user_agent = "curl/8.5.0",
                         .address = local,
                         .since_sent = Duration{},
                         .mails_from_address = crowd_mails_min}),
              "human");
    EXPECT_EQ(reason_of({.user_agent = "Examplebot/1.0", .address = local}), "scanner_agent");
  }
}

TEST(HitMark, IsBelievedOfOurOwnEventsOnly) {
  Event event;
  event.trust = Trust::system;
  mark_hit(event, HitReason::head);
  EXPECT_TRUE(is_of_machine(event));
  EXPECT_EQ(*event.properties.find("reason")->as_string(), "head");
  event.trust = Trust::server_key;
  EXPECT_FALSE(is_of_machine(event));
  Event human;
  human.trust = Trust::system;
  mark_hit(human, std::nullopt);
  EXPECT_FALSE(is_of_machine(human));
  EXPECT_EQ(human.properties.find("reason"), nullptr);
}

}  // namespace
}  // namespace sojourn::events
