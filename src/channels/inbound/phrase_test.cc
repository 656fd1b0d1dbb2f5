#include "channels/inbound/phrase.h"

#include <gtest/gtest.h>

namespace sojourn::channels::inbound {
namespace {

TEST(Phrase, IsFoundAcrossALineBreakAndInAnyCase) {
  EXPECT_TRUE(contains_phrase(folded("The MAILBOX\n   is full"), "mailbox is full"));
  EXPECT_FALSE(contains_phrase(folded("the mailbox was fuller"), "mailbox is full"));
}

TEST(Phrase, StarSpansUpToItsLimit) {
  const std::string gap(phrase_gap_bytes_max, 'x');
  EXPECT_TRUE(contains_phrase("user" + gap + "unknown", "user*unknown"));
  EXPECT_FALSE(contains_phrase("user" + gap + "x" + "unknown", "user*unknown"));
}

TEST(Phrase, StarTriesEveryBeginning) {
  const std::string far(200, 'x');
  EXPECT_TRUE(contains_phrase("user" + far + "user is unknown", "user*unknown"));
}

}  // namespace
}  // namespace sojourn::channels::inbound
