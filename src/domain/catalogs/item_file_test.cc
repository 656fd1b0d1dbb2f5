#include "domain/catalogs/item_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"
#include "domain/catalogs/catalog_test_data.h"

namespace sojourn::catalogs {
namespace {

ReadItems csv(std::string_view text) {
  return read_item_file(products(), text, ItemFormat::csv).value();
}
ReadItems json(std::string_view text) {
  return read_item_file(products(), text, ItemFormat::json).value();
}

TEST(ItemFile, OfCsvNamesItsFieldsInTheFirstLine) {
  const ReadItems read =
      csv("\xEF\xBB\xBFtitle;sku;price\r\nTea;t-1;12.5\r\n\r\n\"Cup; large\";c-1;\r\n");
  ASSERT_EQ(read.faults_in_all, 0u);
  EXPECT_EQ(read.items, (std::vector<Item>{{"t-1", R"({"sku":"t-1","title":"Tea","price":12.5})"},
                                           {"c-1", R"({"sku":"c-1","title":"Cup; large"})"}}));
}

TEST(ItemFile, OfJsonIsAListOrAnObjectALine) {
  const std::vector<Item> two = {{"a", R"({"sku":"a","price":1})"}, {"b", R"({"sku":"b"})"}};
  EXPECT_EQ(json(R"([{"sku": "a", "price": 1}, {"sku": "b"}])").items, two);
  EXPECT_EQ(json("{\"sku\": \"a\", \"price\": 1}\n{\"sku\": \"b\"}\n").items, two);
  EXPECT_TRUE(json("[]").items.empty());
}

TEST(ItemFile, SaysOfEachItemWhatIsWrongWithIt) {
  const ReadItems read = csv("sku,price,maker\na,1\na,2\nb,cheap\nc,3,4,5\nd,6,{\n");
  EXPECT_EQ(read.items.size(), 1u);
  ASSERT_EQ(read.faults_in_all, 4u);
  const std::pair<std::size_t, std::string> expected[] = {
      {2, "duplicate_key"}, {3, "not_a_number"}, {4, "malformed_csv"}, {5, "not_json"}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(read.faults[i].number, expected[i].first);
    EXPECT_EQ(read.faults[i].error.code, expected[i].second);
  }
  EXPECT_EQ(json(R"([{"sku": "a"}, {"sku": ]])").faults.at(0).error.code, "malformed_json");
}

TEST(ItemFile, TellsTheFirstFaultsAndCountsAll) {
  std::string text = "sku,price\n";
  for (std::size_t i = 0; i < item_faults_max + 5; ++i) text += "a" + std::to_string(i) + ",x\n";
  const ReadItems read = csv(text);
  EXPECT_EQ(read.faults.size(), item_faults_max);
  EXPECT_EQ(read.faults_in_all, item_faults_max + 5);
}

TEST(ItemFile, OfAnotherFormIsRefusedAsAWhole) {
  const struct {
    std::string_view text;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {"", "missing_member", "sku"},
      {"title,price\nTea,1\n", "missing_member", "sku"},
      {"sku,colour\na,red\n", "unknown_member", "colour"},
      {"sku,title,title\na,b,c\n", "duplicate_member", "title"},
      {"sku\n\xff\n", "malformed_csv", ""},
  };
  for (const auto& each : cases) {
    const auto read = read_item_file(products(), each.text, ItemFormat::csv);
    ASSERT_FALSE(read) << each.text;
    EXPECT_EQ(read.error().code, each.code) << each.text;
    EXPECT_EQ(read.error().field, each.field) << each.text;
  }
}

TEST(ItemFile, HasALimit) {
  std::string text = "sku\n";
  for (std::size_t i = 0; i < items_max; ++i) text += std::to_string(i) + "\n";
  EXPECT_EQ(csv(text).items.size(), items_max);
  const auto more = read_item_file(products(), text + "more\n", ItemFormat::csv);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, "too_many_items");
}

TEST(ItemFile, AFormulaInACellIsText) {
  const std::vector<Item> items = {{"=1", R"x({"sku":"=1","title":"=HYPERLINK(\"x\")"})x"}};
  const std::string text = write_item_file(products(), items, ItemFormat::csv);
  EXPECT_NE(text.find("'=HYPERLINK"), std::string::npos) << text;
  EXPECT_EQ(csv(text).items, items);
}

RC_GTEST_PROP(ItemFile, ComesBackFromBothForms, ()) {
  Object members{{"sku", "key"}};
  // What no field may hold at all is for other tests.
  const auto word = *rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~'));
  if (*rc::gen::arbitrary<bool>()) members.set("title", word);
  if (*rc::gen::arbitrary<bool>()) members.set("price", *rc::gen::arbitrary<std::int64_t>());
  if (*rc::gen::arbitrary<bool>()) members.set("in_stock", *rc::gen::arbitrary<bool>());
  if (*rc::gen::arbitrary<bool>()) members.set("tags", Value::List{word, "b;c"});
  if (*rc::gen::arbitrary<bool>())
    members.set("maker", *rc::gen::arbitrary<bool>() ? Value(word + ".") : Object{{"name", word}});
  const Result<Item> item = read_item(products(), members);
  RC_ASSERT(item.has_value());
  for (const ItemFormat format : {ItemFormat::csv, ItemFormat::json}) {
    const auto read =
        read_item_file(products(), write_item_file(products(), {*item}, format), format);
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->items == std::vector<Item>{*item});
  }
}

}  // namespace
}  // namespace sojourn::catalogs
