#include "runtime/catalogs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using catalogs::Item;
using ::testing::IsEmpty;

constexpr std::string_view products =
    "kind: catalog\nkey: products\nitem_key: sku\nfields: {title: text}\n";

Item item(const std::string& key, const std::string& title = "Tea") {
  return {key, R"({"sku":")" + key + R"(","title":")" + title + R"("})"};
}

std::vector<Item> many(std::size_t count) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < count; ++i) items.push_back(item(std::to_string(i)));
  return items;
}

class CatalogsTest : public BackfillLab {
 protected:
  void SetUp() override {
    BackfillLab::SetUp();
    publish(std::string(products));
  }
  Result<store::CatalogRecord> put(const std::vector<Item>& items,
                                   PutItems how = PutItems::replace) {
    return put_items(*runtime_, "products", items, how, "ana");
  }
  /// As templates see it, with a view of its own.
  std::string title(std::string_view key, CatalogCache* cache = nullptr) {
    StoredCatalogs catalogs(*store_, cache);
    const Object* found = value_of(catalogs.item("products", key));
    return found == nullptr ? "none" : *found->find("title")->as_string();
  }
  store::CatalogRecord record() {
    return value_of(catalog_in_force(*value_of(store_->view()), "products")).record;
  }
  /// Of every generation that there may be.
  std::size_t stored_items() {
    const auto view = value_of(store_->view());
    std::size_t count = 0;
    for (std::uint64_t generation = 0; generation < 10; ++generation) {
      count += value_of(store::catalogs_in(*view).catalog_items({"products", generation},
                                                                {.limit = 10'000}))
                   .size();
    }
    return count;
  }
  void archive() {
    DefinitionRequest request(std::vector<DefinitionFile>{});
    request.archived.insert({"catalog", "products"});
    ASSERT_THAT(value_of(runtime_->apply(request, "test")).problems, IsEmpty());
  }
};

TEST_F(CatalogsTest, ItemsAreThoseOfTheLastUploadThatReplacesAll) {
  const store::CatalogRecord first = value_of(put({item("a"), item("b", "Cup")}));
  EXPECT_EQ(first.items, 2u);
  EXPECT_EQ(first.changed_by, "ana");
  EXPECT_EQ(title("b"), "Cup");
  const store::CatalogRecord second = value_of(put({item("a", "Pot")}));
  EXPECT_EQ(second.items, 1u);
  EXPECT_EQ(second.bytes, item("a", "Pot").content.size());
  EXPECT_GT(second.revision, first.revision);
  EXPECT_EQ(title("a"), "Pot");
  EXPECT_EQ(title("b"), "none");
  EXPECT_EQ(stored_items(), 1u) << "those before are gone from the disk";
}

TEST_F(CatalogsTest, ItemsThatAreAddedStandBesideTheOthers) {
  value_of(put({item("a"), item("b")}));
  const store::CatalogRecord added = value_of(put({item("b", "Cup"), item("c")}, PutItems::add));
  EXPECT_EQ(added.items, 3u);
  EXPECT_EQ(title("a"), "Tea");
  EXPECT_EQ(title("b"), "Cup");
  const store::CatalogRecord at_once = value_of(put({item("c"), item("a"), item("b", "Cup")}));
  EXPECT_EQ(added.digest, at_once.digest) << "the same items by another way";
  EXPECT_EQ(added.bytes, at_once.bytes);
  EXPECT_EQ(value_of(put({}, PutItems::add)), at_once);
}

TEST_F(CatalogsTest, UploadsOfManyPartsAreWhole) {
  EXPECT_EQ(value_of(put(many(2'500))).items, 2'500u);
  EXPECT_EQ(title("2499"), "Tea");
  EXPECT_EQ(value_of(put(many(2'501), PutItems::add)).items, 2'501u);
  EXPECT_EQ(value_of(put({})).items, 0u);
  EXPECT_EQ(stored_items(), 0u);
}

TEST_F(CatalogsTest, OneItemIsRemoved) {
  value_of(put({item("a"), item("b")}));
  ASSERT_TRUE(remove_item(*runtime_, "products", "a", "ana"));
  EXPECT_EQ(title("a"), "none");
  EXPECT_EQ(record().items, 1u);
  EXPECT_EQ(record().digest, value_of(put({item("b")})).digest);
  EXPECT_EQ(remove_item(*runtime_, "products", "a", "ana").error().code, "unknown_item");
  EXPECT_EQ(remove_item(*runtime_, "prices", "a", "ana").error().code, "unknown_catalog");
}

TEST_F(CatalogsTest, MoreThanACatalogHoldsIsRefusedAndNothingIsKept) {
  value_of(put({item("a")}));
  std::vector<Item> large;
  const std::string content = R"({"sku":"x","title":")" + std::string(16'000, 't') + R"("})";
  for (std::size_t i = 0; i * content.size() <= catalogs::catalog_bytes_max; ++i) {
    large.push_back({std::to_string(i), content});
  }
  EXPECT_EQ(put(large).error().code, "catalog_full");
  EXPECT_EQ(title("a"), "Tea");
  EXPECT_EQ(stored_items(), 1u);
}

TEST_F(CatalogsTest, AnArchivedCatalogIsNotLookedUpAndKeepsItsItems) {
  value_of(put({item("a")}));
  archive();
  EXPECT_EQ(title("a"), "none");
  EXPECT_FALSE(value_of(StoredCatalogs(*store_).has("products")));
  EXPECT_EQ(put({item("b")}).error().code, "unknown_catalog");
  EXPECT_EQ(catalog_in_force(*value_of(store_->view()), "products").error().code,
            "unknown_catalog");
  publish(std::string(products));
  EXPECT_EQ(title("a"), "Tea");
}

TEST_F(CatalogsTest, AnUploadThatACrashHasCutShortIsNotSeenAndGoesWithTheNext) {
  value_of(put({item("a")}));
  ASSERT_TRUE(runtime_->write([&](store::StateTransaction& transaction) -> Result<void> {
    store::CatalogWrites& catalogs = store::catalogs_in(transaction);
    store::CatalogRecord begun = record();
    const std::uint64_t generation = begun.next_generation++;
    TRY_VOID(catalogs.put_catalog(begun));
    return catalogs.put_catalog_item({"products", generation}, item("a", "Half"));
  }));
  open();
  EXPECT_EQ(title("a"), "Tea");
  EXPECT_EQ(stored_items(), 2u);
  value_of(put({item("b")}));
  EXPECT_EQ(title("a"), "none");
  EXPECT_EQ(stored_items(), 1u);
}

TEST_F(CatalogsTest, OfTwoUploadsThatReplaceAllTheLaterOneStays) {
  value_of(put({item("a")}));
  // Somebody else begins later and is done first: what this one has written is of no use.
  const Result<void> other = runtime_->write([&](store::StateTransaction& transaction) {
    store::CatalogRecord later = record();
    later.generation = later.next_generation + 1;
    return store::catalogs_in(transaction).put_catalog(later);
  });
  ASSERT_TRUE(other);
  const Result<store::CatalogRecord> late = put({item("b")});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "changed_meanwhile");
  EXPECT_EQ(stored_items(), 1u) << "nothing of it is left";
}

TEST_F(CatalogsTest, WhatTheCacheHoldsIsOfTheRevisionThatIsSeen) {
  CatalogCache cache;
  value_of(put({item("a")}));
  EXPECT_EQ(title("a", &cache), "Tea");
  EXPECT_EQ(title("b", &cache), "none");
  value_of(put({item("a", "Pot"), item("b", "Cup")}, PutItems::add));
  EXPECT_EQ(title("a", &cache), "Pot");
  EXPECT_EQ(title("b", &cache), "Cup");
  const auto kept = cache.find(record(), "a");
  ASSERT_TRUE(kept);
  EXPECT_EQ(*(*kept)->find("title"), Value("Pot"));
}

TEST(CatalogCache, ForgetsWhatNobodyHasAskedForLongest) {
  CatalogCache cache;
  const store::CatalogRecord catalog{.key = "products"};
  const auto entry = std::make_shared<const Object>();
  const std::size_t third = CatalogCache::bytes_max / 3 - 1'000;
  for (const char* key : {"a", "b", "c"}) cache.put(catalog, key, entry, third);
  EXPECT_TRUE(cache.find(catalog, "a"));
  cache.put(catalog, "d", entry, third);
  EXPECT_TRUE(cache.find(catalog, "a"));
  EXPECT_FALSE(cache.find(catalog, "b"));
  EXPECT_TRUE(cache.find(catalog, "d"));
}

TEST_F(CatalogsTest, OfAPlanAreThereAndNobodyKnowsTheirItems) {
  const auto view = value_of(store_->view());
  StoredCatalogs catalogs(*view, {"prices"});
  EXPECT_TRUE(value_of(catalogs.has("prices")));
  EXPECT_TRUE(value_of(catalogs.has("products")));
  EXPECT_FALSE(value_of(catalogs.has("other")));
  EXPECT_EQ(catalogs.item("prices", "a").error().code, "not_known");
}

}  // namespace
}  // namespace sojourn::runtime
