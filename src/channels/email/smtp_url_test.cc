#include "channels/email/smtp_url.h"

#include <gtest/gtest.h>

namespace sojourn::channels::email {
namespace {

TEST(ParseSmtpUrl, KnowsItsDefaults) {
  const auto plain = parse_smtp_url("smtp://mail.example");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "mail.example");
  EXPECT_EQ(plain->port, 25);
  EXPECT_EQ(plain->tls, TlsPolicy::opportunistic);
  EXPECT_FALSE(plain->credentials);

  const auto login = parse_smtp_url("smtp://ana%40x:p%3Aw@mail.example/");
  ASSERT_TRUE(login);
  EXPECT_EQ(login->port, 587);
  EXPECT_EQ(login->tls, TlsPolicy::required);
  EXPECT_EQ(login->plain_login, PlainLogin::refused);
  EXPECT_EQ(login->credentials->user, "ana@x");
  EXPECT_EQ(login->credentials->password, "p:w");

  const auto implicit = parse_smtp_url("smtps://u:p@[2001:DB8::1]");
  ASSERT_TRUE(implicit);
  EXPECT_EQ(implicit->host, "2001:db8::1");
  EXPECT_EQ(implicit->port, 465);
  EXPECT_EQ(implicit->tls, TlsPolicy::implicit);
}

TEST(ParseSmtpUrl, TakesPortAndTls) {
  const auto url = parse_smtp_url("smtp://[::1]:2525?tls=off");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 2525);
  EXPECT_EQ(url->tls, TlsPolicy::off);
  EXPECT_EQ(parse_smtp_url("smtp://a:65535?tls=required")->tls, TlsPolicy::required);
  EXPECT_FALSE(url->connections);
}

TEST(ParseSmtpUrl, TakesConnectionsUpToTheLimit) {
  EXPECT_EQ(parse_smtp_url("smtp://a?connections=1")->connections, 1);
  EXPECT_EQ(parse_smtp_url("smtps://u:p@a?connections=200")->connections, 200);
  const auto both = parse_smtp_url("smtp://a?tls=off&connections=16");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->tls, TlsPolicy::off);
  EXPECT_EQ(both->connections, 16);
}

TEST(ParseSmtpUrl, SendsCredentialsWithoutTlsToLoopbackOnly) {
  EXPECT_EQ(parse_smtp_url("smtp://u:p@127.0.0.1?tls=off")->plain_login, PlainLogin::allowed);
  EXPECT_FALSE(parse_smtp_url("smtp://u:p@127.example.com?tls=off"));
  EXPECT_FALSE(parse_smtp_url("smtp://u:p@mail.example?tls=off"));
  EXPECT_FALSE(parse_smtp_url("smtp://u:p@mail.example?tls=opportunistic"));
}

TEST(ParseSmtpUrl, RefusesWhatItDoesNotUnderstandAndKeepsThePasswordToItself) {
  for (const char* url :
       {"", "mail.example", "http://a", "smtp://", "smtp://a:0", "smtp://a:65536", "smtp://a:x",
        "smtp://a b", "smtp://u@a", "smtp://a?tls=maybe", "smtp://a?x=1", "smtps://a?tls=off",
        "smtp://a?connections=0", "smtp://a?connections=201", "smtp://a?connections",
        "smtp://a?tls", "smtp://[::1", "smtp://a\r\nb", "smtp://u:SECRET@a:99999"}) {
    const auto parsed = parse_smtp_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().message.find("SECRET"), std::string::npos);
  }
}

TEST(ParseMxUrl, KnowsPortAndLimit) {
  const auto plain = parse_mx_url("mx:");
  ASSERT_TRUE(plain);
  ASSERT_TRUE(*plain);
  EXPECT_EQ((*plain)->port, 25);
  EXPECT_EQ((*plain)->mails_max, 100);
  const auto other = parse_mx_url("mx:?port=2525&mails=10000");
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->port, 2525);
  EXPECT_EQ((*other)->mails_max, 10'000);
  const auto relay = parse_mx_url("smtp://a");
  ASSERT_TRUE(relay);
  EXPECT_FALSE(*relay);
  for (const char* url : {"mx:host", "mx://host", "mx:?port=0", "mx:?port=65536", "mx:?mails=0",
                          "mx:?mails=10001", "mx:?tls=off", "mx:?"}) {
    EXPECT_FALSE(parse_mx_url(url)) << url;
  }
}

}  // namespace
}  // namespace sojourn::channels::email
