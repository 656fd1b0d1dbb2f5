#include "domain/messages/copy.h"

#include <gtest/gtest.h>

namespace sojourn::messages {
namespace {

TEST(MailCopy, IsReadAsItWasWritten) {
  const MailCopy copy{.subject = "Ünews", .html = "<p>Hi</p>", .text = std::string("a\0b", 3)};
  const Result<MailCopy> read = decode_copy(encode(copy));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, copy);
}

TEST(MailCopy, WhatIsCutOrLongerIsDamaged) {
  const std::string bytes = encode({.subject = "s", .html = "<p>Hi</p>", .text = "Hi"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_copy(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_copy(bytes + "x"));
  EXPECT_EQ(decode_copy("\x02").error().code, "damaged_copy");
}

TEST(MailCopy, EndsAtAFullHourAndNoSooner) {
  const Timestamp noon{Duration::hours(12).ms};
  EXPECT_EQ(copy_end(noon), noon + copy_kept);
  EXPECT_EQ(copy_end(noon + Duration{1}), noon + copy_kept + Duration::hours(1));
  EXPECT_EQ(copy_end(noon + Duration::hours(1)), noon + copy_kept + Duration::hours(1));
}

}  // namespace
}  // namespace sojourn::messages
