#include "channels/inbound/imap_url.h"

#include <gtest/gtest.h>

namespace sojourn::channels::inbound {
namespace {

TEST(ImapUrl, ReadsEveryPart) {
  const auto place = parse_imap_url(
      "imaps://returns%40example.com:p%3Ass@mail.example.com:1993/Back?every=30s&move=Taken%20ones"
      "&authorities=/etc/ca.pem");
  ASSERT_TRUE(place) << place.error().message;
  EXPECT_EQ(place->server.user, "returns@example.com");
  EXPECT_EQ(place->server.password, "p:ss");
  EXPECT_EQ(place->server.host, "mail.example.com");
  EXPECT_EQ(place->server.port, 1993);
  EXPECT_EQ(place->server.tls, net::ImapClient::Tls::implicit);
  EXPECT_EQ(place->server.mailbox, "Back");
  EXPECT_EQ(place->server.authorities_file, "/etc/ca.pem");
  EXPECT_EQ(place->every, Duration::seconds(30));
  EXPECT_EQ(place->move_to, "Taken ones");
  EXPECT_EQ(place->name(), "returns@example.com@mail.example.com:1993/Back");
}

TEST(ImapUrl, TakesTheUsualWhereNothingIsSaid) {
  const auto place = parse_imap_url("imap://u:p@mail.example.com");
  ASSERT_TRUE(place) << place.error().message;
  EXPECT_EQ(place->server.tls, net::ImapClient::Tls::start_tls);
  EXPECT_EQ(place->server.port, 143);
  EXPECT_EQ(place->server.mailbox, "INBOX");
  EXPECT_EQ(place->every, Duration::minutes(1));
  EXPECT_EQ(parse_imap_url("imaps://u:p@mail.example.com/")->server.port, 993);
}

TEST(ImapUrl, RefusesTheRestWithoutTellingThePassword) {
  for (const std::string_view url :
       {"pop3://u:secret@h", "imaps://h/INBOX", "imaps://:secret@h", "imaps://u:secret@",
        "imaps://u:secret@h:0", "imaps://u:secret@h:70000", "imaps://u:secret@h/a%0d%0ab",
        "imaps://u:secret@h/%c3%a4", "imaps://u:secret@h?every=0s", "imaps://u:secret@h?every=25h",
        "imaps://u:secret@h?move=", "imaps://u:secret@h?tls=off"}) {
    const auto refused = parse_imap_url(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, "imap_url_invalid");
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos) << url;
  }
}

}  // namespace
}  // namespace sojourn::channels::inbound
