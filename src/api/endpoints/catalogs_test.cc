#include "api/endpoints/catalogs.h"

#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "store/catalog.h"

namespace sojourn::api::testing {
namespace {

class CatalogEndpoints : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    store::DefinitionRecord record;
    record.number = 1;
    record.kind = "catalog";
    record.key = "products";
    record.source =
        "kind: catalog\nkey: products\nname: Products\nitem_key: sku\n"
        "fields: {title: text, price: number}\n";
    record.changed_at = start_time;
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
      TRY_VOID(transaction.put_definition(record));
      return store::catalogs_in(transaction).put_catalog({.key = "products"});
    }));
  }
  net::Response ask(net::Method method, std::string_view path, std::string body = {},
                    std::string query = {}, std::string_view type = "application/json") {
    return send(method, path,
                {.headers = {{"Authorization", "Bearer ak_api"}, {"Content-Type", type}},
                 .body = std::move(body),
                 .query = std::move(query)});
  }
  net::Response put(std::string body, std::string query = "format=csv") {
    return ask(net::Method::put, "/api/v1/catalogs/products/items", std::move(body),
               std::move(query));
  }
};

TEST_F(CatalogEndpoints, ShowACatalogAndWhatIsInIt) {
  const net::Response stored = put("sku,title,price\nt-1,Tea,12.5\nc-1,Cup,\n");
  ASSERT_EQ(stored.status, 200) << stored.body;
  EXPECT_EQ(at(stored, "items"), "2");
  EXPECT_EQ(at(ask(net::Method::get, "/api/v1/catalogs"), "items.0.key"), "\"products\"");
  const net::Response one = ask(net::Method::get, "/api/v1/catalogs/products");
  EXPECT_EQ(at(one, "itemKey"), "\"sku\"");
  EXPECT_EQ(at(one, "fields.1.type"), "\"number\"");
  EXPECT_EQ(at(ask(net::Method::get, "/api/v1/catalogs/products/items/t-1"), "values.price"),
            "12.5");
  const net::Response file = ask(net::Method::get, "/api/v1/catalogs/products/file");
  EXPECT_EQ(file.static_body, "sku,title,price\r\nc-1,Cup,\r\nt-1,Tea,12.5\r\n");
}

TEST_F(CatalogEndpoints, PageAndSearchItems) {
  ASSERT_EQ(put("sku,title\na,Tea\nb,Cup\nc,Teapot\n").status, 200);
  const std::string path = "/api/v1/catalogs/products/items";
  const net::Response first = ask(net::Method::get, path, {}, "limit=2");
  EXPECT_EQ(at(first, "items.1.key"), "\"b\"");
  std::string cursor = at(first, "next");
  cursor = cursor.substr(1, cursor.size() - 2);
  const net::Response second = ask(net::Method::get, path, {}, "limit=2&cursor=" + cursor);
  EXPECT_EQ(at(second, "items.0.key"), "\"c\"");
  EXPECT_EQ(at(second, "next"), "null");
  const net::Response found = ask(net::Method::get, path, {}, "search=TEA");
  EXPECT_EQ(at(found, "items.1.key"), "\"c\"");
  EXPECT_EQ(at(found, "next"), "null");
}

TEST_F(CatalogEndpoints, AddItemsAndRemoveOne) {
  ASSERT_EQ(put("sku,title\na,Tea\n").status, 200);
  EXPECT_EQ(at(put(R"([{"sku": "b"}])", "mode=upsert"), "items"), "2");
  const std::string path = "/api/v1/catalogs/products/items/a";
  EXPECT_EQ(ask(net::Method::delete_, path).status, 204);
  EXPECT_EQ(at(ask(net::Method::get, path), "code"), "\"unknown_item\"");
  EXPECT_EQ(ask(net::Method::delete_, path).status, 404);
}

TEST_F(CatalogEndpoints, RefuseAFileWithAFaultAsAWhole) {
  ASSERT_EQ(put("sku,title\na,Tea\n").status, 200);
  const net::Response refused = put("sku,price\nb,1\nc,cheap\nb,2\n");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(at(refused, "code"), "\"items_invalid\"");
  EXPECT_EQ(at(refused, "errorsInAll"), "2");
  EXPECT_EQ(at(refused, "errors.0.item"), "2");
  EXPECT_EQ(at(refused, "errors.0.field"), "\"price\"");
  EXPECT_EQ(at(refused, "errors.0.value"), "\"cheap\"");
  EXPECT_EQ(at(refused, "errors.1.code"), "\"duplicate_key\"");
  EXPECT_EQ(at(ask(net::Method::get, "/api/v1/catalogs/products"), "items"), "1");
}

TEST_F(CatalogEndpoints, SayWhatIsWrongWithACall) {
  const std::string items = "/api/v1/catalogs/products/items";
  EXPECT_EQ(at(put("", "format=xml"), "code"), "\"unknown_value\"");
  EXPECT_EQ(at(put("", "mode=merge"), "code"), "\"unknown_value\"");
  EXPECT_EQ(at(ask(net::Method::put, items, "sku\n", "", "text/plain"), "field"), "\"format\"");
  EXPECT_EQ(ask(net::Method::put, items, "sku\na\n", "", "text/csv; charset=utf-8").status, 200);
  EXPECT_EQ(at(ask(net::Method::get, items, {}, "search=" + std::string(201, 'a')), "code"),
            "\"too_long\"");
  EXPECT_EQ(ask(net::Method::get, "/api/v1/catalogs/prices").status, 404);
  EXPECT_EQ(ask(net::Method::put, "/api/v1/catalogs/prices/items", "[]").status, 404);
}

}  // namespace
}  // namespace sojourn::api::testing
