#include "channels/email/smtp_reply.h"

#include <gtest/gtest.h>

namespace sojourn::channels::email {
namespace {

std::string error_of(std::string_view bytes) {
  ReplyReader reader;
  reader.append(bytes);
  const auto reply = reader.next();
  if (!reply) return reply.error().message;
  return *reply ? "a reply" : "incomplete";
}

TEST(ReplyReader, ReadsLinesOfOneReplyHoweverTheyArrive) {
  const std::string bytes = "250-first\r\n250-second line\r\n250 last\r\n";
  ReplyReader reader;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    reader.append(bytes.substr(i, 1));
    const auto reply = reader.next();
    ASSERT_TRUE(reply);
    ASSERT_FALSE(*reply) << "after " << i;
  }
  reader.append("\n");
  const auto reply = reader.next();
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ((*reply)->code, 250);
  EXPECT_EQ((*reply)->text, "first\nsecond line\nlast");
  EXPECT_TRUE(reader.is_empty());
}

TEST(ReplyReader, ReadsSeveralRepliesOfOnePacketInOrder) {
  ReplyReader reader;
  reader.append("250 2.1.0 ok\r\n550 5.1.1 no\r\n503\r\n");
  EXPECT_EQ((**reader.next()).code, 250);
  const Reply refused = **reader.next();
  EXPECT_EQ(refused.enhanced, (EnhancedStatus{5, 1, 1}));
  EXPECT_EQ((**reader.next()).text, "");
  EXPECT_TRUE(reader.is_empty());
}

TEST(ReplyReader, RefusesWhatIsNoReply) {
  EXPECT_EQ(error_of("250 ok\n"), "a reply line ends without CR");
  EXPECT_EQ(error_of("250 a\rb\r\n"), "a reply holds a bare CR");
  EXPECT_EQ(error_of("hello\r\n"), "a reply line has no code");
  EXPECT_EQ(error_of("199 a\r\n"), "a reply line has no code");
  EXPECT_EQ(error_of("600 a\r\n"), "a reply line has no code");
  EXPECT_EQ(error_of("25 a\r\n"), "a reply line has no code");
  EXPECT_EQ(error_of("250+a\r\n"), "a reply line has no code");
  EXPECT_EQ(error_of("250-a\r\n251 b\r\n"), "a reply changes its code");
  EXPECT_EQ(error_of("\r\n"), "a reply line has no code");
}

TEST(ReplyReader, KeepsItsLimits) {
  const std::string longest(ReplyReader::line_bytes_max - 4, 'x');
  EXPECT_EQ(error_of("250 " + longest + "\r\n"), "a reply");
  EXPECT_EQ(error_of("250 " + longest + "x\r\n"), "a reply line is over 4096 bytes");
  EXPECT_EQ(error_of("250 " + longest + "x"), "a reply line is over 4096 bytes");
  // Each line counts with its line break but without its code: the last has no break.
  const std::string lines = [] {
    std::string text;
    for (int i = 0; i < 64; ++i) text += "250-" + std::string(1023, 'x') + "\r\n";
    return text;
  }();
  EXPECT_EQ(error_of(lines + "250 \r\n"), "a reply");
  EXPECT_EQ(error_of(lines + "250 x\r\n"), "a reply is over 65536 bytes");
  EXPECT_EQ(error_of(lines + lines), "a reply is over 65536 bytes");
}

TEST(ParseEnhancedStatus, TakesTheFormOfRfc3463Only) {
  EXPECT_EQ(parse_enhanced_status("5.7.515 access denied"), (EnhancedStatus{5, 7, 515}));
  EXPECT_EQ(parse_enhanced_status("4.2.2"), (EnhancedStatus{4, 2, 2}));
  EXPECT_EQ(parse_enhanced_status("5.1.1\nmore"), (EnhancedStatus{5, 1, 1}));
  for (const char* text : {"", "5", "5.1", "5.1.", "3.1.1 x", "5.1.1234", "5.1.1x", "x 5.1.1",
                           "5..1 x", "192.0.2.1 x"}) {
    EXPECT_FALSE(parse_enhanced_status(text)) << text;
  }
}

}  // namespace
}  // namespace sojourn::channels::email
