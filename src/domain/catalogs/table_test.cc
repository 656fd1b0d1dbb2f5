#include "domain/catalogs/table.h"

#include <gtest/gtest.h>

namespace sojourn::catalogs {
namespace {

const FolderFile definition{"catalogs/products.yaml",
                            "kind: catalog\nkey: products\nitem_key: sku\nfields: {title: text}\n"};

TEST(CatalogFolder, HasItemsBesideItsDefinition) {
  const auto read = read_folder({{"catalogs/products.csv", "sku,title\nt-1,Tea\n"},
                                 definition,
                                 {"journeys/welcome.yaml", "kind: journey\nkey: welcome\n"},
                                 {"catalogs/other.csv", "of, nothing"}});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().items_path, "catalogs/products.csv");
  Table table(*read);
  EXPECT_TRUE(table.has("products").value());
  EXPECT_FALSE(table.has("prices").value());
  const Object* item = table.item("products", "t-1").value();
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(*item->find("title"), Value("Tea"));
  EXPECT_EQ(table.item("products", "t-2").value(), nullptr);
  EXPECT_EQ(table.item("prices", "t-1").value(), nullptr);
}

TEST(CatalogFolder, MayHaveNoItems) {
  const auto read = read_folder({definition});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().items_path, "");
  EXPECT_TRUE(Table(*read).has("products").value());
}

TEST(CatalogFolder, NamesTheFileAndTheItemThatIsWrong) {
  const auto read = read_folder({definition, {"catalogs/products.json", R"([{"name": "Tea"}])"}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().field, "catalogs/products.json");
  EXPECT_EQ(read.error().message,
            "catalogs/products.json: item 1: name is no field of catalog \"products\"");
}

}  // namespace
}  // namespace sojourn::catalogs
