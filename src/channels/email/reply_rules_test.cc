#include "channels/email/reply_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sojourn::channels::email {
namespace {

using Kind = Outcome::Kind;

struct Case {
  Stage stage;
  std::string line;
  Kind kind;
  std::string reason;
  bool suppress = false;
  std::optional<Duration> retry_after = {};
};

Reply reply_of(const std::string& line) {
  ReplyReader reader;
  reader.append(line + "\r\n");
  return **reader.next();
}

TEST(Classify, FollowsTheTableRowByRow) {
  const auto two_hours = Duration::hours(2);
  const auto quarter = Duration::minutes(15);
  const std::vector<Case> cases = {
      // connection
      {Stage::greeting, "554 5.7.1 go away", Kind::deferred, "unreachable"},
      {Stage::greeting, "450 busy", Kind::deferred, "unreachable"},
      {Stage::hello, "550 bad name", Kind::deferred, "unreachable"},
      {Stage::start_tls, "454 no TLS now", Kind::deferred, "unreachable"},
      {Stage::mail, "421 closing", Kind::deferred, "unreachable"},
      {Stage::end_of_data, "421 4.4.2 timeout", Kind::deferred, "unreachable"},
      {Stage::login, "535 5.7.8 wrong", Kind::deferred, "login_refused"},
      {Stage::login, "454 4.7.0 later", Kind::deferred, "login_refused"},
      {Stage::mail, "530 5.7.0 Authentication required", Kind::deferred, "login_refused"},
      // throttle
      {Stage::mail, "421 4.7.0 [TSS04] Messages deferred", Kind::deferred, "throttled", false,
       two_hours},
      {Stage::mail, "553 5.7.1 [TS04] blocked", Kind::deferred, "throttled", false, two_hours},
      {Stage::recipient, "421 4.7.28 unusual rate", Kind::deferred, "throttled", false, quarter},
      {Stage::mail, "451 4.3.2 Server busy", Kind::deferred, "throttled", false, quarter},
      {Stage::mail, "450 4.2.1 Rate limit exceeded", Kind::deferred, "throttled", false, quarter},
      // sender
      {Stage::end_of_data, "550 5.7.26 unauthenticated", Kind::deferred, "sender_auth"},
      {Stage::end_of_data, "421 4.7.27 SPF", Kind::deferred, "unreachable"},
      {Stage::end_of_data, "451 4.7.27 SPF", Kind::deferred, "sender_auth"},
      {Stage::end_of_data, "550 5.7.30 DKIM", Kind::deferred, "sender_auth"},
      {Stage::end_of_data, "550 5.7.32 not aligned", Kind::deferred, "sender_auth"},
      {Stage::recipient, "550 5.7.515 access denied", Kind::deferred, "sender_auth"},
      {Stage::recipient, "550 5.7.25 no PTR", Kind::deferred, "sender_auth"},
      {Stage::end_of_data, "550 5.7.29 no TLS", Kind::deferred, "sender_auth"},
      {Stage::end_of_data, "550 5.7.40 no DMARC", Kind::deferred, "sender_auth"},
      {Stage::mail, "553 5.1.8 sender domain", Kind::deferred, "sender_auth"},
      {Stage::mail, "501 5.1.7 sender syntax", Kind::deferred, "sender_auth"},
      // address
      {Stage::recipient, "550 5.1.1 no such user", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "550 5.1.2 bad host", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "553 5.1.3 bad syntax", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "550 5.1.6 moved", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "550 5.1.10 null MX", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "550 5.2.1 disabled", Kind::failed, "hard_bounce", true},
      {Stage::end_of_data, "550 5.1.1 no such user", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "556 no mail here", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "550 User unknown", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "551 no such user", Kind::failed, "hard_bounce", true},
      {Stage::recipient, "550 5.5.0 mailbox unavailable", Kind::failed, "hard_bounce", true},
      {Stage::mail, "550 5.1.1 odd", Kind::failed, "unknown_permanent"},
      {Stage::mail, "550 user unknown", Kind::failed, "unknown_permanent"},
      // full
      {Stage::recipient, "452 4.2.2 full", Kind::deferred, "mailbox_full"},
      {Stage::recipient, "552 5.2.2 full", Kind::deferred, "mailbox_full"},
      {Stage::end_of_data, "552 mailbox full", Kind::deferred, "mailbox_full"},
      {Stage::recipient, "550 over quota", Kind::deferred, "mailbox_full"},
      {Stage::recipient, "452 storage", Kind::deferred, "mailbox_full"},
      // greylist
      {Stage::recipient, "450 4.2.1 wait", Kind::deferred, "greylisted"},
      {Stage::recipient, "451 4.7.1 Greylisted", Kind::deferred, "greylisted"},
      {Stage::recipient, "450 wait", Kind::deferred, "greylisted"},
      {Stage::end_of_data, "451 wait", Kind::deferred, "greylisted"},
      // route
      {Stage::recipient, "552 5.2.3 too long", Kind::deferred, "route"},
      {Stage::recipient, "550 5.4.1 no answer", Kind::deferred, "route"},
      {Stage::recipient, "450 4.4.7 expired", Kind::deferred, "route"},
      // policy
      {Stage::end_of_data, "554 5.7.1 refused", Kind::failed, "policy"},
      {Stage::end_of_data, "554 transaction failed", Kind::failed, "policy"},
      {Stage::recipient, "550 listed by Spamhaus, user unknown", Kind::failed, "policy"},
      {Stage::end_of_data, "550 5.7.28 spam", Kind::failed, "policy"},
      {Stage::recipient, "550 5.7.1 relaying denied", Kind::failed, "policy"},
      // our fault
      {Stage::mail, "552 5.3.4 too big", Kind::failed, "our_error"},
      {Stage::end_of_data, "550 5.6.0 bad mail", Kind::failed, "our_error"},
      {Stage::data, "503 5.5.1 order", Kind::failed, "our_error"},
      {Stage::mail, "500 what", Kind::failed, "our_error"},
      {Stage::mail, "552 message size exceeds", Kind::failed, "our_error"},
      // remainder
      {Stage::mail, "451 local error", Kind::deferred, "transient"},
      {Stage::end_of_data, "432 odd", Kind::deferred, "transient"},
      {Stage::recipient, "550 no", Kind::failed, "unknown_permanent"},
      {Stage::end_of_data, "571 odd", Kind::failed, "unknown_permanent"},
      {Stage::mail, "354 odd", Kind::deferred, "invalid_reply"},
  };
  for (const Case& c : cases) {
    const Outcome outcome = classify(c.stage, reply_of(c.line));
    EXPECT_EQ(outcome.kind, c.kind) << to_string(c.stage) << " " << c.line;
    EXPECT_EQ(outcome.reason, c.reason) << to_string(c.stage) << " " << c.line;
    EXPECT_EQ(outcome.suppress_address, c.suppress) << to_string(c.stage) << " " << c.line;
    EXPECT_EQ(outcome.pause_sender, c.reason == "sender_auth") << c.line;
    EXPECT_EQ(outcome.retry_after, c.retry_after) << to_string(c.stage) << " " << c.line;
    EXPECT_EQ(outcome.reply, c.line);
  }
}

TEST(Classify, IsTotalOverAllRefusals) {
  for (int stage = 0; stage <= static_cast<int>(Stage::closed); ++stage) {
    for (int code = 400; code < 600; ++code) {
      const Outcome outcome = classify(static_cast<Stage>(stage), {.code = code, .text = "x"});
      EXPECT_TRUE(outcome.kind == Kind::deferred || outcome.kind == Kind::failed);
      EXPECT_FALSE(outcome.reason.empty());
      if (code < 500) {
        EXPECT_EQ(outcome.kind, Kind::deferred) << code;
        EXPECT_FALSE(outcome.suppress_address) << code;
      }
    }
  }
}

TEST(ReplyRules, AnOperatorsRulesComeFirst) {
  const auto rules = ReplyRules::parse(
      "# ours\n"
      "\n"
      "throttled stage=mail,recipient code=4xx retry=45m\n"
      "  text=\"come back\"\n"
      "\ttext=\"not now\"\n"
      "policy status=5.1.1,4.x.9\n");
  ASSERT_TRUE(rules) << rules.error().message;
  const auto reason = [&](Stage stage, const std::string& line) {
    return rules->classify(stage, reply_of(line)).reason;
  };
  EXPECT_EQ(reason(Stage::mail, "450 Please COME BACK later"), "throttled");
  EXPECT_EQ(reason(Stage::recipient, "450 not now"), "throttled");
  EXPECT_EQ(*rules->classify(Stage::mail, reply_of("450 not now")).retry_after,
            Duration::minutes(45));
  EXPECT_EQ(reason(Stage::data, "450 not now"), "greylisted");
  EXPECT_EQ(reason(Stage::mail, "550 not now"), "unknown_permanent");
  EXPECT_EQ(reason(Stage::recipient, "550 5.1.1 no such user"), "policy");
  EXPECT_EQ(reason(Stage::recipient, "450 4.7.9 odd"), "policy");
  EXPECT_EQ(reason(Stage::recipient, "550 5.1.2 bad host"), "hard_bounce");
}

TEST(ReplyRules, AreAFileThatSaysWhereItCannotBeRead) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"bounce code=550", "line 1: \"bounce\" is no class"},
      {"# x\n\npolicy code=5yy", "line 3: code=5yy has \"5yy\""},
      {"policy code=250", "it must be 4xx, 5xx or a number from 400 to 599"},
      {"policy status=5.7", "has \"5.7\", it must be such as"},
      {"policy stage=quit", "has \"quit\""},
      {"policy text=word", "must be text=\"WORDS\""},
      {"policy text=\"a", "a quote is not closed"},
      {"policy text=\"" + std::string(201, 'a') + "\"", "the limit is 200"},
      {"throttled retry=0s", "must be a time up to 3d"},
      {"throttled retry=73h", "must be a time up to 3d"},
      {"policy colour=red", "is none of"},
      {std::string(ReplyRules::text_bytes_max + 1, '#'), "the limit is 262144"},
  };
  for (const auto& [text, why] : cases) {
    const auto rules = ReplyRules::parse(text);
    ASSERT_FALSE(rules) << text.substr(0, 80);
    EXPECT_EQ(rules.error().code, "invalid_reply_rules");
    EXPECT_THAT(rules.error().message, ::testing::HasSubstr(why));
  }
  EXPECT_TRUE(ReplyRules::parse("policy text=\"" + std::string(200, 'a') + "\""));
  EXPECT_TRUE(ReplyRules::parse("throttled retry=72h"));
  std::string many;
  for (std::size_t i = 0; i < ReplyRules::rules_max; ++i) many += "policy\n";
  EXPECT_TRUE(ReplyRules::parse(many));
  EXPECT_FALSE(ReplyRules::parse(many + "policy\n"));
}

TEST(ShownReply, IsOnePrintableLineOfBoundedSize) {
  EXPECT_EQ(shown_reply({.code = 550, .text = "a\nb\tc\x1b[31m\xff"}), "550 a b c?[31m?");
  EXPECT_EQ(shown_reply({.code = 550, .text = std::string(600, 'x')}).size(), 512u);
}

}  // namespace
}  // namespace sojourn::channels::email
