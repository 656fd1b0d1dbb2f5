#include "domain/transfer/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sojourn::transfer {
namespace {

using ::testing::ElementsAre;

using Records = std::vector<std::vector<std::string>>;

/// Every record of a text; a bad one is `{"!", message}`.
Records read_all(std::string_view text, char separator = ',') {
  Records records;
  while (!text.empty()) {
    const std::optional<CsvRecord> record = read_csv_record(text, separator, MoreText::ends);
    if (!record) {
      ADD_FAILURE() << "a last record is missing";
      return records;
    }
    text.remove_prefix(record->size_bytes);
    if (record->is_blank) continue;
    records.push_back(record->problem ? std::vector<std::string>{"!", record->problem->message}
                                      : record->fields);
  }
  return records;
}

TEST(Csv, IsReadAsSpreadsheetsWriteIt) {
  struct Case {
    const char* name;
    std::string_view text;
    Records records;
  };
  const Case cases[] = {
      {"plain", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"no last line ending", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"line endings of three kinds", "a\nb\r\nc\rd", {{"a"}, {"b"}, {"c"}, {"d"}}},
      {"empty fields", ",\n,,\n", {{"", ""}, {"", "", ""}}},
      {"blank lines", "a\n\n\r\nb\n", {{"a"}, {"b"}}},
      {"a field of nothing is no blank line", "\"\"\n", {{""}}},
      {"quoted separators and lines", "\"a,b\",\"c\nd\"\n", {{"a,b", "c\nd"}}},
      {"quoted quotes", "\"say \"\"hi\"\"\"\n", {{"say \"hi\""}}},
      {"quotes within a bare field", "5\" disk,x\n", {{"5\" disk", "x"}}},
      {"spaces are kept", " a , b \n", {{" a ", " b "}}},
      {"text after a quote",
       "\"a\"b,c\nd,e\n",
       {{"!", "text follows a closing quote"}, {"d", "e"}}},
      {"a quote that is not closed", "\"a,b\nc,d\n", {{"!", "a quote is not closed"}, {"c", "d"}}},
  };
  for (const Case& c : cases) EXPECT_EQ(read_all(c.text), c.records) << c.name;
  EXPECT_EQ(read_all("a;b\n", ';'), (Records{{"a", "b"}}));
  EXPECT_EQ(read_all("a\tb\n", '\t'), (Records{{"a", "b"}}));
}

TEST(Csv, WaitsForTheEndOfARecordWhereMoreFollows) {
  for (const std::string_view text : {"a,b", "a,b\r", "\"a\n", "\"a\"", "\"a\"\""}) {
    EXPECT_FALSE(read_csv_record(text, ',', MoreText::follows)) << text;
  }
  EXPECT_EQ(read_csv_record("a,b\nc", ',', MoreText::follows)->size_bytes, 4u);
}

TEST(Csv, ARecordHasALimitOfBytesAndOfFields) {
  const std::string bare(csv_record_bytes_max - 1, 'x');
  EXPECT_FALSE(read_csv_record(bare + "\n", ',', MoreText::ends)->problem);
  EXPECT_TRUE(read_csv_record(bare + "x\n", ',', MoreText::ends)->problem);
  const std::string unclosed = "\"" + std::string(csv_record_bytes_max, '\n');
  const auto record = read_csv_record(unclosed, ',', MoreText::follows);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->problem);
  EXPECT_EQ(record->size_bytes, 2u) << "the next line is judged again";
  const std::string fields(csv_fields_max - 1, ',');
  EXPECT_FALSE(read_csv_record(fields + "\n", ',', MoreText::ends)->problem);
  EXPECT_TRUE(read_csv_record(fields + ",\n", ',', MoreText::ends)->problem);
}

TEST(Csv, TheSeparatorIsTheOneThatAllRecordsShare) {
  const std::pair<std::string_view, char> cases[] = {
      {"a,b,c\n1,2,3\n", ','},           {"a;b\n1,5;2\n2,5;3\n", ';'}, {"a\tb\n1,0\t2\n", '\t'},
      {"email\nann@example.com\n", ','}, {"a;b\n\"x\ny;z\";2\n", ';'}, {"a,b;c\n1;2,3\n", ','},
      {"name;note\nAnn;a,b,c\n", ';'}};
  for (const auto& [text, separator] : cases) {
    EXPECT_EQ(detect_separator(text, MoreText::ends), separator) << text;
  }
}

TEST(Csv, TextThatIsAFormulaIsGuardedAndComesBack) {
  const std::pair<std::string, std::string> cases[] = {
      {"=1+1", "'=1+1"},        {"+49 30", "'+49 30"}, {"-5", "'-5"},     {"@a", "'@a"},
      {"\ta", "'\ta"},          {"'=1", "''=1"},       {"''+1", "'''+1"}, {"plain", "plain"},
      {"'quoted'", "'quoted'"}, {"a=b", "a=b"},        {"", ""},          {"'", "'"}};
  for (const auto& [text, safe] : cases) {
    EXPECT_EQ(guarded(text), safe);
    EXPECT_EQ(unguarded(safe), text);
  }
  EXPECT_EQ(byte_order_mark_bytes("\xef\xbb\xbf"
                                  "a"),
            3u);
  EXPECT_EQ(byte_order_mark_bytes("a"), 0u);
}

rc::Gen<std::string> cells() {
  return rc::gen::container<std::string>(
      rc::gen::element(',', ';', '"', '\n', '\r', '\t', '\'', '=', '+', '-', '@', ' ', 'a', 'b'));
}

RC_GTEST_PROP(Csv, WhatIsWrittenIsReadBack, ()) {
  // Small: each of up to so many records has up to so many fields of so many characters.
  constexpr int size = 12;
  const char separator = *rc::gen::element(',', ';', '\t');
  const auto records = *rc::gen::resize(
      size, rc::gen::container<Records>(
                rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(cells()))));
  std::string text;
  for (const auto& fields : records) append_csv_record(text, fields, separator);
  RC_ASSERT(read_all(text, separator) == records);
}

RC_GTEST_PROP(Csv, EveryTextComesBackFromBehindItsGuard, ()) {
  const std::string text = *cells();
  RC_ASSERT(std::string(unguarded(guarded(text))) == text);
}

RC_GTEST_PROP(Csv, AnyTextIsReadToItsEnd, (const std::string& text)) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto record = read_csv_record(rest, ',', MoreText::ends);
    RC_ASSERT(record.has_value());
    RC_ASSERT(record->size_bytes > 0u);
    RC_ASSERT(record->size_bytes <= rest.size());
    rest.remove_prefix(record->size_bytes);
  }
}

}  // namespace
}  // namespace sojourn::transfer
