#include "store/driver/postgres/dialect.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace sojourn::store::driver::postgres {
namespace {

TEST(PostgresSql, NamesParametersWithDollarsOutsideOfQuotes) {
  EXPECT_EQ(with_dollar_parameters("SELECT a FROM t WHERE b = ?1 AND c LIKE ?12 ESCAPE '\\'"),
            "SELECT a FROM t WHERE b = $1 AND c LIKE $12 ESCAPE '\\'");
  EXPECT_EQ(with_dollar_parameters("SELECT '?1', 'it''s ?2', ?3, a ? b"),
            "SELECT '?1', 'it''s ?2', $3, a ? b");
}

struct TextCase {
  std::string text;
  std::string stored;
};

TEST(PostgresText, IsStoredAsItIsButForWhatCannotBe) {
  const std::vector<TextCase> cases = {
      {"", ""},
      {"caf\xc3\xa9 \xf0\x9f\x98\x80\t\n", "caf\xc3\xa9 \xf0\x9f\x98\x80\t\n"},
      {std::string("a\0b", 3),
       "a\x1a"
       "00b"},
      {"\x1a",
       "\x1a"
       "1a"},
      {"\xff\xfe",
       "\x1a"
       "ff\x1a"
       "fe"},
      // A surrogate, and a character that is cut off.
      {"\xed\xa0\x80",
       "\x1a"
       "ed\x1a"
       "a0\x1a"
       "80"},
      {"x\xf0\x9f",
       "x\x1a"
       "f0\x1a"
       "9f"},
  };
  for (const TextCase& each : cases) {
    EXPECT_EQ(is_storable(each.text), each.text == each.stored) << each.stored;
    EXPECT_EQ(to_stored(each.text), each.stored);
    EXPECT_EQ(from_stored(each.stored), each.text);
  }
}

TEST(PostgresText, MarkWithoutDigitsStandsForItself) {
  EXPECT_EQ(from_stored("a\x1a"), "a\x1a");
  EXPECT_EQ(from_stored("a\x1a"
                        "0"),
            "a\x1a"
            "0");
  EXPECT_EQ(from_stored("a\x1azz"), "a\x1azz");
}

RC_GTEST_PROP(PostgresText, ComesBackWhateverItIs, (const std::string& text)) {
  const std::string stored = to_stored(text);
  RC_ASSERT(is_valid_utf8(stored));
  RC_ASSERT(stored.find('\0') == std::string::npos);
  RC_ASSERT(from_stored(stored) == text);
}

TEST(PostgresArray, HasItsElementsBehindTheirLengths) {
  const std::vector<std::string> none;
  EXPECT_EQ(to_hex(text_array(none)), "000000000000000000000019");
  const std::vector<std::string> two = {"ab", ""};
  EXPECT_EQ(to_hex(text_array(two)),
            "00000001"
            "00000000"
            "00000019"
            "00000002"
            "00000001"
            "00000002"
            "6162"
            "00000000");
}

}  // namespace
}  // namespace sojourn::store::driver::postgres
