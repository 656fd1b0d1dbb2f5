#include "domain/messages/content.h"

#include <gtest/gtest.h>

namespace sojourn::messages {
namespace {

TEST(Content, ComesBackAsItWasWritten) {
  const Content whole{
      .texts = InlineTexts{.subject = "Your code", .html = "<p>{{ data.code }}</p>", .text = ""},
      .from = Mailbox{"Shop", "shop@example.com"},
      .reply_to = "help@example.com",
      .data = {{"code", "12"}, {"items", Value::List{Value(1), Value("two")}}},
      .request = "0badcafe"};
  const Content bare{.data = {}};
  for (const Content& content : {whole, bare}) {
    const Result<Content> read = decode_content(encode(content));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, content);
  }
}

TEST(Content, RefusesWhatItDidNotWrite) {
  for (const char* text : {"", "{", "[]", "{}", R"({"data":7})"}) {
    const Result<Content> read = decode_content(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, "damaged_content");
  }
}

}  // namespace
}  // namespace sojourn::messages
