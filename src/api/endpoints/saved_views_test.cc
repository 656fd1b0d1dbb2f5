#include "api/endpoints/saved_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/testing/team.h"

namespace sojourn::api {
namespace {

using net::Method;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view path = "/api/v1/views";

class SavedViews : public testing::TeamTest {
 protected:
  void SetUp() override {
    add_keys();
    open();
    add_user("ann@example.com", "admin");
    add_user("bea@example.com", "editor");
    add_user("cem@example.com", "viewer");
    ann_ = sign_in("ann@example.com");
    bea_ = sign_in("bea@example.com");
    cem_ = sign_in("cem@example.com");
  }
  static std::string body(const std::string& name, const std::string& rest = "") {
    return R"({"name":")" + name + R"(","page":"contacts","query":"sort=-lastSeen&q=a%20b")" +
           rest + "}";
  }
  /// The path of a view that was saved.
  [[nodiscard]] std::string save(const std::string& cookie, const std::string& text) {
    const net::Response made = as(cookie, Method::post, path, text);
    EXPECT_EQ(made.status, 201) << made.body;
    const std::string id = at(made, "id");
    return std::string(path) + "/" + id.substr(1, id.size() - 2);
  }
  [[nodiscard]] std::string seen_by(const std::string& cookie) {
    return as(cookie, Method::get, path).body;
  }

  std::string ann_, bea_, cem_;
};

TEST_F(SavedViews, AreSeenByTheirOwnerUntilTheyAreShared) {
  const std::string view = save(bea_, body("Hot"));
  EXPECT_THAT(seen_by(bea_), HasSubstr(R"("query":"sort=-lastSeen&q=a%20b","shared":false)"));
  EXPECT_THAT(seen_by(cem_), HasSubstr(R"("items":[])"));
  EXPECT_THAT(seen_by(ann_), HasSubstr(R"("items":[])"));
  const net::Response shared = as(bea_, Method::patch, view, R"({"shared":true,"name":" Warm "})");
  ASSERT_EQ(shared.status, 200) << shared.body;
  EXPECT_EQ(at(shared, "name"), "\"Warm\"");
  EXPECT_EQ(at(shared, "query"), "\"sort=-lastSeen&q=a%20b\"");
  EXPECT_THAT(seen_by(cem_), HasSubstr(R"("createdBy":"bea@example.com")"));
}

TEST_F(SavedViews, OfOthersAreTheirsAndAnAdminsToChange) {
  const std::string hidden = save(bea_, body("Hot"));
  EXPECT_EQ(code_of(as(ann_, Method::patch, hidden, R"({"name":"Mine"})")), "unknown_view");
  EXPECT_EQ(code_of(as(ann_, Method::delete_, hidden)), "unknown_view");
  const std::string shared = save(bea_, body("Warm", R"(,"shared":true)"));
  EXPECT_EQ(code_of(as(cem_, Method::patch, shared, R"({"name":"Mine"})")), "not_permitted");
  EXPECT_EQ(code_of(as(cem_, Method::delete_, shared)), "not_permitted");
  EXPECT_EQ(as(ann_, Method::patch, shared, R"({"query":""})").status, 200);
  EXPECT_EQ(as(ann_, Method::delete_, shared).status, 204);
  EXPECT_THAT(seen_by(bea_), Not(HasSubstr("Warm")));
}

TEST_F(SavedViews, AViewerKeepsSomeAndSharesNone) {
  const std::string view = save(cem_, body("Mine"));
  EXPECT_EQ(code_of(as(cem_, Method::post, path, body("All", R"(,"shared":true)"))),
            "not_permitted");
  EXPECT_EQ(code_of(as(cem_, Method::patch, view, R"({"shared":true})")), "not_permitted");
  EXPECT_THAT(seen_by(cem_), Not(HasSubstr("All")));
  EXPECT_EQ(as(cem_, Method::delete_, view).status, 204);
  EXPECT_EQ(code_of(as(cem_, Method::delete_, view)), "unknown_view");
}

TEST_F(SavedViews, AreListedByPageAndNameInPages) {
  (void)save(cem_, body("b"));
  (void)save(cem_, body("a"));
  (void)save(cem_, R"({"name":"c","page":"companies","query":""})");
  const net::Response first =
      send(Method::get, path, {.headers = {{"Cookie", cem_}}, .query = "page=contacts&limit=1"});
  EXPECT_THAT(first.body, HasSubstr(R"("name":"a")"));
  EXPECT_THAT(first.body, Not(HasSubstr(R"("name":"b")")));
  EXPECT_NE(at(first, "next"), "null");
  const net::Response other =
      send(Method::get, path, {.headers = {{"Cookie", cem_}}, .query = "page=companies"});
  EXPECT_THAT(other.body, HasSubstr(R"("name":"c")"));
  EXPECT_EQ(at(other, "next"), "null");
}

TEST_F(SavedViews, WhoIsRemovedLeavesWhatIsShared) {
  (void)save(bea_, body("Hidden"));
  (void)save(bea_, body("Shared", R"(,"shared":true)"));
  ASSERT_EQ(as(ann_, Method::delete_, "/api/v1/team/bea@example.com").status, 204);
  add_user("bea@example.com", "editor");
  const std::string seen = seen_by(sign_in("bea@example.com"));
  EXPECT_THAT(seen, HasSubstr("Shared"));
  EXPECT_THAT(seen, Not(HasSubstr("Hidden")));
}

TEST_F(SavedViews, WhatIsNoneIsRefused) {
  const struct {
    std::string text;
    std::string code;
    std::string field;
  } cases[] = {
      {R"({"page":"contacts","query":""})", "missing_field", "name"},
      {R"({"name":"  ","page":"contacts","query":""})", "too_short", "name"},
      {R"({"name":")" + std::string(201, 'n') + R"(","page":"contacts","query":""})", "too_long",
       "name"},
      {R"({"name":"n","page":"Contacts","query":""})", "invalid_key", "page"},
      {R"({"name":"n","page":"contacts","query":"a b"})", "invalid_query", "query"},
      {R"({"name":"n","page":"contacts","query":"a#b"})", "invalid_query", "query"},
      {R"({"name":"n","page":"contacts","query":")" + std::string(2049, 'q') + R"("})", "too_long",
       "query"},
      {R"({"name":"n","page":"contacts","query":"","shared":"yes"})", "wrong_type", "shared"},
  };
  for (const auto& [text, code, field] : cases) {
    const net::Response refused = as(cem_, Method::post, path, text);
    EXPECT_EQ(code_of(refused), code) << text;
    EXPECT_EQ(at(refused, "field"), "\"" + field + "\"") << text;
  }
  EXPECT_THAT(seen_by(cem_), HasSubstr(R"("items":[])"));
}

TEST_F(SavedViews, EndAtTheirLimit) {
  for (int i = 0; i < 200; ++i) (void)save(cem_, body(std::to_string(i)));
  EXPECT_EQ(code_of(as(cem_, Method::post, path, body("one more"))), "too_many_views");
  EXPECT_EQ(as(bea_, Method::post, path, body("another's")).status, 201);
}

}  // namespace
}  // namespace sojourn::api
