#include "domain/catalogs/item.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "domain/catalogs/catalog_test_data.h"

namespace sojourn::catalogs {
namespace {

Result<Item> read(std::string_view json) {
  return read_item(products(), *parse_json(json)->as_object());
}

TEST(CatalogItem, HoldsItsKeyAndItsFieldsInTheOrderOfTheDefinition) {
  const Item item = read(R"({"price": "12.50", "title": "Tea", "sku": " t-1 ", "in_stock": "yes",
                             "since": "2026-03-01", "tags": "green;loose",
                             "maker": {"name": "Ann"}})")
                        .value();
  EXPECT_EQ(item.key, "t-1");
  EXPECT_EQ(item.content,
            R"({"sku":"t-1","title":"Tea","price":12.5,"in_stock":true,"since":"2026-03-01",)"
            R"("tags":["green","loose"],"maker":{"name":"Ann"}})");
  EXPECT_EQ(read(item.content).value(), item) << "what it became is the same item";
  EXPECT_EQ(read_content(item.content).value(), *parse_json(item.content)->as_object());
}

TEST(CatalogItem, LacksWhatIsEmpty) {
  EXPECT_EQ(read(R"({"sku": 17, "title": "", "price": null})").value(),
            (Item{"17", R"({"sku":"17"})"}));
}

TEST(CatalogItem, OfAnotherFormIsRefused) {
  const std::string longest(item_key_bytes_max, 'k');
  EXPECT_TRUE(read(R"({"sku": ")" + longest + R"("})"));
  const struct {
    std::string json;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {R"({"title": "Tea"})", "missing_member", "sku"},
      {R"({"sku": "  "})", "missing_member", "sku"},
      {R"({"sku": 1.5})", "wrong_type", "sku"},
      {R"({"sku": ")" + longest + R"(k"})", "too_long", "sku"},
      {R"({"sku": "a\u0007"})", "control_character", "sku"},
      {R"({"sku": "a", "colour": "red"})", "unknown_member", "colour"},
      {R"({"sku": "a", "price": "cheap"})", "not_a_number", "price"},
      {R"({"sku": "a", "in_stock": "perhaps"})", "not_a_boolean", "in_stock"},
      {R"({"sku": "a", "since": "soon"})", "not_a_date", "since"},
  };
  for (const auto& each : cases) {
    const Result<Item> item = read(each.json);
    ASSERT_FALSE(item) << each.json;
    EXPECT_EQ(item.error().code, each.code) << each.json;
    EXPECT_EQ(item.error().field, each.field) << each.json;
  }
}

TEST(CatalogItem, HasALimit) {
  const auto of_title = [](std::size_t bytes) {
    return read_item(products(), {{"sku", "a"}, {"title", std::string(bytes, 't')}});
  };
  const std::size_t around = of_title(1)->content.size() - 1;
  EXPECT_TRUE(of_title(item_bytes_max - around));
  EXPECT_EQ(of_title(item_bytes_max - around + 1).error().code, "too_long");
}

TEST(CatalogItem, DigestsAreOfSetsAndNotOfOrders) {
  ItemsDigest one;
  one.toggle("a", "{}");
  one.toggle("b", "{}");
  ItemsDigest other;
  other.toggle("b", "{}");
  other.toggle("c", "{}");
  EXPECT_NE(one.value(), other.value());
  other.toggle("c", "{}");
  other.toggle("a", "{}");
  EXPECT_EQ(one.value(), other.value());
}

}  // namespace
}  // namespace sojourn::catalogs
