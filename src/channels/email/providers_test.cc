#include "channels/email/providers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sojourn::channels::email {
namespace {

using ::testing::HasSubstr;

TEST(Providers, AreKnownByTheirHosts) {
  const Providers providers;
  const std::vector<std::tuple<std::string, std::string, int, int>> cases = {
      {"gmail-smtp-in.l.google.com", "google", 5, 50},
      {"alt1.aspmx.l.google.com", "google", 5, 50},
      {"mta5.am0.yahoodns.net", "yahoo", 10, 20},
      {"outlook-com.olc.protection.outlook.com", "outlook", 5, 50},
      {"example-com.mail.protection.outlook.com", "office365", 5, 50},
      {"mx01.mail.icloud.com", "icloud", 10, 5},
      {"mx1.comcast.net", "comcast", 25, 100},
      {"smtp-in.orange.fr", "orange", 3, 100},
      {"mx1.mail.example.com", "mail.example.com", 10, 100},
      {"mx1.example.com", "example.com", 10, 100},
      {"example.com", "example.com", 10, 100},
      {"evilgoogle.com", "evilgoogle.com", 10, 100},
      {"localhost", "localhost", 10, 100},
  };
  for (const auto& [host, name, connections, mails] : cases) {
    const Provider provider = providers.of_host(host);
    EXPECT_EQ(provider.name, name) << host;
    EXPECT_EQ(provider.limits.connections, connections) << host;
    EXPECT_EQ(provider.limits.mails_per_connection, mails) << host;
  }
}

TEST(Providers, AnOperatorsLinesComeFirst) {
  const auto providers = Providers::parse(
      "# ours\n"
      "google connections=2 mails_per_minute=30\n"
      "  mx=*.google.com\n"
      "default connections=4\n");
  ASSERT_TRUE(providers) << providers.error().message;
  const Provider google = providers->of_host("aspmx.l.google.com");
  EXPECT_EQ(google.limits, (ProviderLimits{.connections = 2, .mails_per_minute = 30}));
  EXPECT_EQ(providers->of_host("mx.other.example").limits.connections, 4);
  EXPECT_EQ(providers->of_host("mx1.comcast.net").limits.connections, 25);
}

TEST(Providers, SayWhatCannotBeRead) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"google connections=2", "line 1: google has no mx="},
      {"\n\nx mx=a connections=0", "line 3: connections=0 must be a number from 1 to 100000"},
      {"x mx=a connections=100001", "must be a number"},
      {"x mx=a mails_per_minute=many", "must be a number from 0"},
      {"x mx=", "has an empty pattern"},
      {"x mx=*", "has an empty pattern"},
      {"x mx=a color=red", "color=red is neither mx= nor a limit"},
      {std::string(Providers::text_bytes_max + 1, '#'), "the limit is 262144"},
  };
  for (const auto& [text, why] : cases) {
    const auto providers = Providers::parse(text);
    ASSERT_FALSE(providers) << text.substr(0, 80);
    EXPECT_EQ(providers.error().code, "invalid_providers");
    EXPECT_THAT(providers.error().message, HasSubstr(why));
  }
  EXPECT_TRUE(Providers::parse("x mx=a connections=100000 connections_per_minute=1"));
  EXPECT_TRUE(Providers::parse(std::string(Providers::text_bytes_max, '#')));
}

}  // namespace
}  // namespace sojourn::channels::email
