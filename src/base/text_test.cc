#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sojourn {
namespace {

TEST(TextForms, AreReadBackExactly) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
    RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
    RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
    RC_ASSERT(from_base32(to_base32(bytes)) == bytes);
    RC_ASSERT(decode_percent(encode_percent(bytes)) == bytes);
  }));
}

TEST(TextForms, AreThoseOfTheStandard) {
  EXPECT_EQ(to_hex("\x01\xff"), "01ff");
  EXPECT_EQ(to_base64("foobar!?>"), "Zm9vYmFyIT8+");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64url("foobar!?>"), "Zm9vYmFyIT8-");
  EXPECT_EQ(to_base32("foobar"), "mzxw6ytboi");
}

TEST(TextForms, ReadUpperCaseAndMissingPaddingWhereTheyMay) {
  EXPECT_EQ(from_hex("01FF"), std::string("\x01\xff"));
  EXPECT_EQ(from_base64("Zg"), "f");
  EXPECT_EQ(from_base64("Zg=="), "f");
  EXPECT_EQ(from_base32("MZXW6YTBOI"), "foobar");
}

TEST(TextForms, RefuseWhatTheyNeverWrite) {
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_base64("Zg=a"));
  EXPECT_FALSE(from_base64url("Zg=="));
  EXPECT_FALSE(from_base64url("Zm9v+"));
  EXPECT_FALSE(from_base64("Zm9\x80"));
  EXPECT_FALSE(from_base64url("Zm9\xff"));
  EXPECT_FALSE(from_base32("mzxw6ytb0i"));
}

TEST(TextForms, NoTwoTextsStandForOneValue) {
  EXPECT_TRUE(from_base32("my"));
  EXPECT_FALSE(from_base32("mz")) << "padding bits are set";
  EXPECT_FALSE(from_base32("mya")) << "a character that holds nothing";
  EXPECT_FALSE(from_base32("a")) << "a character that holds nothing";
}

TEST(Text, TrimsSplitsAndFolds) {
  EXPECT_EQ(trimmed(" \t\r\na b\v\f "), "a b");
  EXPECT_EQ(trimmed("  "), "");
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), std::vector<std::string_view>{""});
  EXPECT_EQ(to_lower_ascii("ÄBC"), "Äbc");
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
}

TEST(Utf8, KnowsWellFormedText) {
  const struct {
    std::string text;
    bool valid;
  } cases[] = {
      {"", true},
      {"abc", true},
      {"é", true},
      {"\xe2\x82\xac", true},
      {"\xf4\x8f\xbf\xbf", true},   // U+10FFFF
      {"\xf4\x90\x80\x80", false},  // one beyond
      {"\xed\xa0\x80", false},      // a surrogate
      {"\xc0\xaf", false},          // overlong
      {"\xe0\x80\xaf", false},      // overlong
      {"\xf0\x80\x80\x80", false},  // overlong
      {"\x80", false},              // no first byte
      {"\xe2\x82", false},          // cut off
      {"\xe2\x28\xa1", false},      // no continuation
      {"\xff", false},
      {std::string("a\0b", 3), false},
  };
  for (const auto& each : cases) EXPECT_EQ(is_valid_utf8(each.text), each.valid) << each.text;
}

TEST(Html, EscapesWhatWouldEndTextOrAttribute) {
  EXPECT_EQ(escape_html("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST(Percent, LeavesMalformedEscapesAsTheyAre) {
  EXPECT_EQ(decode_percent("%41%4"), "A%4");
  EXPECT_EQ(decode_percent("%zz%"), "%zz%");
  EXPECT_EQ(decode_percent("a+b%20c"), "a+b c");
  EXPECT_EQ(encode_percent("a b/ü~"), "a%20b%2F%C3%BC~");
}

}  // namespace
}  // namespace sojourn
