#include "net/imap_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sojourn::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ImapClient, ReadsTheValidityThatStatusAnswers) {
  EXPECT_EQ(ImapClient::read_validity("* STATUS INBOX (UIDVALIDITY 3857529045)\r\n"), 3857529045u);
  for (const std::string_view answer : {"", "* STATUS INBOX ()\r\n", "UIDVALIDITY x",
                                        "* STATUS INBOX (UIDVALIDITY 99999999999)\r\n"}) {
    EXPECT_FALSE(ImapClient::read_validity(answer)) << answer;
  }
}

TEST(ImapClient, ReadsTheNumbersThatSearchAnswers) {
  EXPECT_THAT(ImapClient::read_uids("* SEARCH 7 3 5\r\n* SEARCH 5 9\r\n", 4),
              ElementsAre(5u, 7u, 9u));
  // Of an empty end a server names the last mail.
  EXPECT_THAT(ImapClient::read_uids("* SEARCH 12\r\n", 13), IsEmpty());
  EXPECT_THAT(ImapClient::read_uids("* SEARCH\r\n", 1), IsEmpty());
  EXPECT_THAT(ImapClient::read_uids("* 12 EXISTS\r\n* SEARCH 1 x 99999999999\r\n", 1),
              ElementsAre(1u));
}

TEST(ImapClient, QuotesNames) {
  EXPECT_EQ(imap_quoted(R"(a "b" \c)"), R"("a \"b\" \\c")");
}

TEST(ImapClient, SaysThatNobodyAnswers) {
  auto client = ImapClient::create({.host = "127.0.0.1", .port = 1, .user = "u", .password = "p"});
  ASSERT_TRUE(client);
  const auto validity = (*client)->uid_validity();
  ASSERT_FALSE(validity);
  EXPECT_EQ(validity.error().code, "imap_unreachable");
  (*client)->interrupt();
  EXPECT_FALSE((*client)->uids_from(1));
}

}  // namespace
}  // namespace sojourn::net
