#include "domain/catalogs/catalog.h"

#include <gtest/gtest.h>

#include "domain/definitions/yaml.h"

namespace sojourn::catalogs {
namespace {

constexpr std::string_view products =
    "kind: catalog\nkey: products\nname: \"Products: all\"\nitem_key: sku\nfields:\n"
    "  title: text\n  price: number\n  in_stock: boolean\n  since: date\n  tags: list\n"
    "  maker: json\n";

Result<Catalog> read(const std::string& text) {
  TRY(document, definitions::parse_yaml(text));
  return read_catalog(document.value);
}

std::string with(std::string_view before, std::string_view after) {
  std::string text(products);
  text.replace(text.find(before), before.size(), after);
  return text;
}

TEST(Catalog, ComesBackFromItsText) {
  const Catalog catalog = read(std::string(products)).value();
  EXPECT_EQ(catalog.name, "Products: all");
  EXPECT_EQ(catalog.item_key, "sku");
  ASSERT_EQ(catalog.fields.size(), 6u);
  EXPECT_EQ(catalog.field("price")->type, transfer::ValueType::number);
  EXPECT_EQ(catalog.field("sku"), nullptr);
  EXPECT_EQ(read(write_catalog(catalog)).value(), catalog);
}

TEST(Catalog, OfAnotherFormIsRefused) {
  std::string many;
  for (std::size_t i = 0; i < fields_max; ++i) many += "  f" + std::to_string(i) + ": text\n";
  const std::string head = "kind: catalog\nkey: products\nitem_key: sku\nfields:\n";
  EXPECT_TRUE(read(head + many));
  const struct {
    std::string text;
    std::string_view code;
    std::string field;
  } cases[] = {
      {with("key: products", "key: Products"), "not_a_key", "key"},
      {with("item_key: sku\n", ""), "missing_member", "item_key"},
      {with("item_key: sku", "item_key: s-k-u"), "not_a_field", "item_key"},
      {with("  title: text", "  sku: text"), "duplicate_member", "fields.sku"},
      {with("  title: text", "  the-title: text"), "not_a_field", "fields.the-title"},
      {with("  title: text", "  2nd: text"), "not_a_field", "fields.2nd"},
      {with("  title: text", "  title: string"), "unknown_value", "fields.title"},
      {with("  title: text", "  title: 3"), "unknown_value", "fields.title"},
      {with("name:", "colour:"), "unknown_member", "colour"},
      {head + "  - title\n", "wrong_type", "fields"},
      {"kind: catalog\nkey: products\nitem_key: sku\n", "missing_member", "fields"},
      {head + many + "  more: text\n", "too_many", "fields"},
      {head + "  " + std::string(field_name_bytes_max + 1, 'a') + ": text\n", "not_a_field",
       "fields." + std::string(field_name_bytes_max + 1, 'a')},
      {with("Products: all", std::string(catalog_name_bytes_max + 1, 'a')), "too_long", "name"},
  };
  for (const auto& each : cases) {
    const Result<Catalog> catalog = read(each.text);
    ASSERT_FALSE(catalog) << each.text;
    EXPECT_EQ(catalog.error().code, each.code) << each.text;
    EXPECT_EQ(catalog.error().field, each.field) << each.text;
  }
}

}  // namespace
}  // namespace sojourn::catalogs
