// Catalogs and their items.
#include <gmock/gmock.h>

#include "conformance/store_conformance.h"
#include "store/catalog.h"

namespace sojourn::store {
namespace {

using catalogs::Item;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CatalogRecord sample(const std::string& key) {
  return {.key = key,
          .is_archived = false,
          .generation = 3,
          .next_generation = 5,
          .revision = 8,
          .items = 2,
          .bytes = 4,
          .digest = {{1, 2, 3}},
          .changed_at = Timestamp{1'000},
          .changed_by = "ana@example.com"};
}

Item item(const std::string& key, const std::string& content = "{}") {
  return {key, content};
}

TEST_P(StoreConformance, CatalogComesBackAsItWasPut) {
  CatalogRecord archived = sample("b");
  archived.is_archived = true;
  archived.changed_at.reset();
  commit([&](StateTransaction& state) {
    must(catalogs_in(state).put_catalog(sample("c")));
    must(catalogs_in(state).put_catalog(sample("b")));
    must(catalogs_in(state).put_catalog(archived));
    EXPECT_EQ(value_of(catalogs_in(state).catalog("b")), archived);
  });
  reopen();
  const auto state = view();
  EXPECT_THAT(value_of(catalogs_in(*state).catalogs()), ElementsAre(archived, sample("c")));
  EXPECT_EQ(value_of(catalogs_in(*state).catalog("c")), sample("c"));
  EXPECT_EQ(value_of(catalogs_in(*state).catalog("a")), std::nullopt);
}

TEST_P(StoreConformance, ItemsOfCatalogsStandInTheirGeneration) {
  commit([&](StateTransaction& state) {
    CatalogWrites& catalogs = catalogs_in(state);
    must(catalogs.put_catalog_item({"shop", 1}, item("a", "one")));
    must(catalogs.put_catalog_item({"shop", 2}, item("a", "two")));
    must(catalogs.put_catalog_item({"shop", 2}, item("a", "new")));
    must(catalogs.put_catalog_item({"other", 2}, item("a", "other")));
  });
  const auto content = [&](const CatalogGeneration& in, std::string_view key) {
    const auto state = view();
    return value_of(catalogs_in(*state).catalog_item(in, key));
  };
  EXPECT_EQ(content({"shop", 1}, "a"), "one");
  EXPECT_EQ(content({"shop", 2}, "a"), "new");
  EXPECT_EQ(content({"other", 2}, "a"), "other");
  EXPECT_EQ(content({"shop", 3}, "a"), std::nullopt);
  commit([&](StateTransaction& state) {
    must(catalogs_in(state).remove_catalog_item({"shop", 2}, "a"));
    must(catalogs_in(state).remove_catalog_item({"shop", 2}, "b"));
  });
  EXPECT_EQ(content({"shop", 2}, "a"), std::nullopt);
  EXPECT_EQ(content({"shop", 1}, "a"), "one");
}

TEST_P(StoreConformance, ItemsOfACatalogComeByTheirKeysAndAreSearched) {
  commit([&](StateTransaction& state) {
    CatalogWrites& catalogs = catalogs_in(state);
    for (const char* key : {"b", "d", "a", "c"}) {
      must(catalogs.put_catalog_item({"shop", 1}, item(key, "Tea_100% " + std::string(key))));
    }
    must(catalogs.put_catalog_item({"shop", 1}, item("e", "Cup")));
    must(catalogs.put_catalog_item({"shop", 2}, item("f", "tea")));
  });
  const auto keys = [&](const CatalogReads::ItemQuery& query) {
    const auto state = view();
    std::vector<std::string> found;
    for (const Item& each : value_of(catalogs_in(*state).catalog_items({"shop", 1}, query))) {
      found.push_back(each.key);
    }
    return found;
  };
  EXPECT_THAT(keys({}), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(keys({.after = "b", .limit = 2}), ElementsAre("c", "d"));
  EXPECT_THAT(keys({.search = "CUP"}), ElementsAre("e"));
  EXPECT_THAT(keys({.search = "tea_100%", .after = "a", .limit = 2}), ElementsAre("b", "c"));
  EXPECT_THAT(keys({.search = "t%a"}), IsEmpty()) << "no wild card";
}

TEST_P(StoreConformance, ItemsOfOtherGenerationsAreRemovedSomeAtATime) {
  commit([&](StateTransaction& state) {
    CatalogWrites& catalogs = catalogs_in(state);
    for (const std::uint64_t generation : {1u, 2u, 3u, 4u}) {
      for (const char* key : {"a", "b"}) {
        must(catalogs.put_catalog_item({"shop", generation}, item(key)));
      }
    }
    must(catalogs.put_catalog_item({"other", 1}, item("a")));
    EXPECT_EQ(value_of(catalogs.remove_catalog_items_before({"shop", 3}, 3)), 3u);
    EXPECT_EQ(value_of(catalogs.remove_catalog_items_before({"shop", 3}, 3)), 1u);
    EXPECT_EQ(value_of(catalogs.remove_catalog_items_before({"shop", 3}, 3)), 0u);
    EXPECT_EQ(value_of(catalogs.remove_catalog_items({"shop", 4}, 9)), 2u);
    EXPECT_EQ(value_of(catalogs.catalog_items({"shop", 3}, {})).size(), 2u);
    EXPECT_EQ(value_of(catalogs.catalog_items({"shop", 4}, {})).size(), 0u);
    EXPECT_EQ(value_of(catalogs.catalog_items({"other", 1}, {})).size(), 1u);
  });
}

}  // namespace
}  // namespace sojourn::store
