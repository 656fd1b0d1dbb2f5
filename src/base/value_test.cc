#include "base/value.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn {
namespace {

TEST(Object, KeepsOneMemberOfAName) {
  Object object{{"a", 1}, {"b", 2}, {"a", 3}};
  EXPECT_EQ(to_json(object), R"({"a":3,"b":2})");
  object.set("b", nullptr);
  object.erase("a");
  object.erase("never there");
  EXPECT_EQ(to_json(object), R"({"b":null})");
  EXPECT_EQ(object.find("a"), nullptr);
}

struct PathCase {
  std::string_view path;
  std::string_view expected;  ///< JSON; empty: absent
};

TEST(FindPath, FollowsMembersAndListPlaces) {
  const Result<Value> root = parse_json(R"({
    "page": {"path": "/pricing", "query": null},
    "products": [{"sku": "a"}, {"sku": "b", "tags": [["x"], ["y", "z"]]}],
    "utm.source": "mail",
    "utm": {"source": "not this", "medium": "web"},
    "deep": {"a.b": 1, "a": {"b": 2, "c": 3}}
  })");
  ASSERT_TRUE(root);
  const PathCase cases[] = {
      {"page.path", "\"/pricing\""},
      {"page.query", "null"},
      {"page.none", ""},
      {"none", ""},
      {"page.path.more", ""},
      {"products.1.sku", "\"b\""},
      {"products.2.sku", ""},
      {"products.-1.sku", ""},
      {"products.x.sku", ""},
      {"products.1.tags.1.0", "\"y\""},
      {"products.1.tags.1", R"(["y","z"])"},
      {"utm.source", "\"mail\""},
      {"utm.medium", "\"web\""},
      {"deep.a.b", "1"},
      {"deep.a.c", "3"},
      {"", ""},
      {".", ""},
      {"page.", ""},
      {"products.", ""},
  };
  for (const PathCase& each : cases) {
    const Value* found = find_path(*root->as_object(), each.path);
    EXPECT_EQ(found == nullptr ? "" : to_json(*found), each.expected) << each.path;
  }
}

TEST(Value, TellsWholeFromRealNumbers) {
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_EQ(Value(1).number(), Value(1.0).number());
  EXPECT_EQ(Value("1").number(), 0);
  EXPECT_FALSE(Value("1").is_number());
}

}  // namespace
}  // namespace sojourn
