#include "channels/providers/provider_url.h"

#include <gtest/gtest.h>

namespace sojourn::channels::providers {
namespace {

TEST(ProviderUrl, ReadsTheAccountOfEachService) {
  const auto ses = parse_provider_url(
      "ses://AKIA:a%2Fb%2Bc@eu-west-1?configuration_set=news&session_token=t%3D&rate=0.5");
  ASSERT_TRUE(ses) << ses.error().message;
  EXPECT_EQ(ses->kind, ProviderKind::ses);
  EXPECT_EQ(ses->key, "AKIA");
  EXPECT_EQ(ses->secret_key, "a/b+c");
  EXPECT_EQ(ses->session_token, "t=");
  EXPECT_EQ(ses->region, "eu-west-1");
  EXPECT_EQ(ses->configuration_set, "news");
  EXPECT_EQ(ses->endpoint, "https://email.eu-west-1.amazonaws.com");
  EXPECT_EQ(ses->per_second, 0.5);

  const auto sendgrid = parse_provider_url("sendgrid://SG.x-y_z@global");
  ASSERT_TRUE(sendgrid) << sendgrid.error().message;
  EXPECT_EQ(sendgrid->key, "SG.x-y_z");
  EXPECT_EQ(sendgrid->endpoint, "https://api.sendgrid.com");
  EXPECT_EQ(parse_provider_url("sendgrid://k@eu")->endpoint, "https://api.eu.sendgrid.com");

  const auto postmark = parse_provider_url("postmark://token@?transactional=ops&marketing=news/");
  EXPECT_FALSE(postmark) << "a stream is a name";
  const auto streams = parse_provider_url("postmark://token@?transactional=ops&marketing=news");
  ASSERT_TRUE(streams) << streams.error().message;
  EXPECT_EQ(streams->transactional_stream, "ops");
  EXPECT_EQ(streams->marketing_stream, "news");
  EXPECT_EQ(streams->endpoint, "https://api.postmarkapp.com");

  const auto mailgun = parse_provider_url("mailgun://key-1@mg.example.com?region=eu");
  ASSERT_TRUE(mailgun) << mailgun.error().message;
  EXPECT_EQ(mailgun->domain, "mg.example.com");
  EXPECT_EQ(mailgun->endpoint, "https://api.eu.mailgun.net");
}

TEST(ProviderUrl, TakesAnEndpointInItsPlace) {
  const auto read =
      parse_provider_url("postmark://t@?endpoint=http%3A%2F%2F127.0.0.1%3A99%2Fpm%2F");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->endpoint, "http://127.0.0.1:99/pm");
}

TEST(ProviderUrl, RefusesWhatItCannotReadAndNeverShowsSecrets) {
  for (const std::string url : {"smtp://hidden@host",
                                "ses://hidden@eu-west-1",
                                "ses://AKIA:hidden@",
                                "sendgrid://@global",
                                "sendgrid://hidden",
                                "sendgrid://hidden@mars",
                                "postmark://hid:den@",
                                "postmark://hidden%0a@",
                                "mailgun://hidden@",
                                "mailgun://hidden@a/b",
                                "mailgun://hidden@a.example?region=mars",
                                "mailgun://hidden@a.example?marketing=x",
                                "sendgrid://hidden@?rate=0",
                                "sendgrid://hidden@?rate=1001",
                                "sendgrid://hidden@?rate=x",
                                "sendgrid://hidden@?endpoint=ftp://x",
                                "sendgrid://hidden@?endpoint=https://",
                                "sendgrid://hidden@?endpoint=https://u@h",
                                "sendgrid://hidden@?endpoint=http://a.example",
                                "ses://AKIA:hidden@eu-west-1?session_token=hidden%20hidden"}) {
    const auto read = parse_provider_url(url);
    ASSERT_FALSE(read) << url;
    EXPECT_EQ(read.error().code, "provider_url_invalid") << url;
    EXPECT_EQ(read.error().message.find("hid"), std::string::npos) << read.error().message;
    EXPECT_EQ(read.error().value.find("hid"), std::string::npos);
  }
}

TEST(ProviderUrl, IsToldFromOthersByItsScheme) {
  EXPECT_TRUE(is_provider_url("mailgun://"));
  EXPECT_FALSE(is_provider_url("smtp://mail.example"));
  EXPECT_FALSE(is_provider_url(""));
}

}  // namespace
}  // namespace sojourn::channels::providers
