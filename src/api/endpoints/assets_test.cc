#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/assets/asset.h"
#include "domain/assets/picture_pixels.h"

namespace sojourn::api::testing {
namespace {

std::string picture_of(int width) {
  assets::Pixels pixels{.extent = {width, 2}};
  for (int i = 0; i < width * 2; ++i) pixels.bytes += "\x10\x20\x30\xff";
  return assets::write_png(pixels, "").value();
}

class AssetEndpoints : public ApiTest {
 protected:
  net::Response ask(net::Method method, std::string_view path, std::string body = {},
                    std::string query = {}) {
    return send(method, path,
                {.headers = {{"Authorization", "Bearer ak_api"}},
                 .body = std::move(body),
                 .query = std::move(query)});
  }
  /// The id of a picture that is kept.
  std::string keep(int width) {
    const net::Response kept = ask(net::Method::post, "/api/v1/pictures", picture_of(width));
    EXPECT_EQ(kept.status, 201) << kept.body;
    return at(kept, "picture").substr(1, 32);
  }
  void define(const std::string& kind, const std::string& key, const std::string& source) {
    store::DefinitionRecord record;
    record.number = ++numbers_;
    record.kind = kind;
    record.key = key;
    record.source = source;
    record.changed_at = start_time;
    const Result<void> written = runtime_.write(
        [&](store::StateTransaction& transaction) { return transaction.put_definition(record); });
    ASSERT_TRUE(written) << written.error().message;
  }
  void define_asset(const std::string& key) {
    define("asset", key,
           assets::write_asset({.key = key,
                                .name = "Name of " + key,
                                .picture = *assets::parse_picture_id(keep(400)),
                                .served = assets::PictureType::png,
                                .extent = {400, 2}}));
  }
  static std::string header(const net::Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
  }

 private:
  std::uint32_t numbers_ = 0;
};

TEST_F(AssetEndpoints, ServePicturesToEverybodyAndAsNothingElse) {
  const std::string path = "/assets/" + keep(400) + "/320.png";
  const net::Response served = send(net::Method::get, path);
  ASSERT_EQ(served.status, 200) << served.body;
  EXPECT_EQ(served.content_type, "image/png");
  EXPECT_EQ(header(served, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(served, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(served, "Content-Security-Policy"), "default-src 'none'; sandbox");
  EXPECT_EQ(assets::clean_picture(served.body)->extent.width, 320);
  const net::Response again =
      send(net::Method::get, path, {.headers = {{"If-None-Match", header(served, "ETag")}}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
}

TEST_F(AssetEndpoints, ServeNoOtherSizesAndNames) {
  const std::string id = keep(400);
  EXPECT_EQ(send(net::Method::get, "/assets/" + id + "/400.png").status, 200);
  for (const std::string& path :
       {id + "/0.png", id + "/600.png", id + "/0320.png", id + "/+320.png", id + "/320.jpg",
        id + "/320", std::string(32, '0') + "/320.png", std::string("x/320.png")}) {
    const net::Response refused = send(net::Method::get, "/assets/" + path);
    EXPECT_EQ(refused.status, 404) << path;
    EXPECT_EQ(code_of(refused), "unknown_picture") << path;
  }
}

TEST_F(AssetEndpoints, GiveTheUploadBackToThoseWhoMayRead) {
  const std::string path = "/api/v1/pictures/" + keep(400) + "/file";
  EXPECT_EQ(send(net::Method::get, path).status, 401);
  const net::Response file = ask(net::Method::get, path);
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, picture_of(400));
  EXPECT_EQ(header(file, "Cache-Control"), "no-store");
}

TEST_F(AssetEndpoints, PublishAnUploadUnderAKeyOfItsName) {
  ask(net::Method::post, "/api/v1/assets", picture_of(5), "name=Spring+%28hero%29.PNG&alt=");
  ASSERT_EQ(runtime_.applied_files.size(), 1U);
  EXPECT_EQ(runtime_.applied_files.front().path, "assets/spring-hero.yaml");
  const std::string& text = runtime_.applied_files.front().text;
  EXPECT_NE(text.find("name: \"Spring (hero).PNG\"\nalt: \"\"\n"), std::string::npos) << text;
  define_asset("spring-hero");
  ask(net::Method::post, "/api/v1/assets", picture_of(5), "name=Spring+hero");
  EXPECT_EQ(runtime_.applied_files.front().path, "assets/spring-hero-2.yaml");
  const net::Response taken =
      ask(net::Method::post, "/api/v1/assets", picture_of(5), "name=a&key=spring-hero");
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(code_of(taken), "asset_exists");
}

TEST_F(AssetEndpoints, ListWhatIsFoundByNameAndWhereItIsUsed) {
  define_asset("hero");
  define_asset("other");
  define("template", "mail", "{kind: template, key: mail, name: The mail, html: 'asset:hero'}");
  const net::Response found = ask(net::Method::get, "/api/v1/assets", {}, "search=OF+hero");
  ASSERT_EQ(found.status, 200) << found.body;
  const Value body = body_of(found);
  const Value::List& items = *body.as_object()->find("items")->as_list();
  ASSERT_EQ(items.size(), 1U);
  const Object& hero = *items.front().as_object();
  EXPECT_EQ(*hero.find("key"), Value("hero"));
  EXPECT_TRUE(hero.find("alt")->is_null());
  const Value::List& uses = *hero.find("usedIn")->as_list();
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(*uses.front().as_object()->find("name"), Value("The mail"));
}

TEST_F(AssetEndpoints, RemoveNothingThatIsUsed) {
  define_asset("hero");
  define("template", "mail", "{kind: template, key: mail, html: 'asset:hero'}");
  const net::Response refused = ask(net::Method::delete_, "/api/v1/assets/hero");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "asset_in_use");
  EXPECT_NE(refused.body.find(R"("usedIn":[{"kind":"template","key":"mail","name":"mail"}])"),
            std::string::npos)
      << refused.body;
  EXPECT_FALSE(runtime_.requested);
  EXPECT_EQ(ask(net::Method::delete_, "/api/v1/assets/none").status, 404);
}

TEST_F(AssetEndpoints, ChangeWordsAndKeepThePicture) {
  define_asset("hero");
  const net::Response refused =
      send(net::Method::patch, "/api/v1/assets/hero",
           {.headers = {{"Authorization", "Bearer ak_api"}, {"Content-Type", "application/json"}},
            .body = R"({"alt":7})"});
  EXPECT_EQ(code_of(refused), "wrong_type");
  const net::Response changed = send(net::Method::patch, "/api/v1/assets/hero",
                                     {.headers = {{"Authorization", "Bearer ak_api"},
                                                  {"Content-Type", "application/json"},
                                                  {"If-Match", "\"3\""}},
                                      .body = R"({"alt":"A bar"})"});
  EXPECT_EQ(changed.status, 200) << changed.body;
  ASSERT_TRUE(runtime_.requested);
  EXPECT_EQ(runtime_.requested->revisions.at("asset/hero"), "3");
  const std::string& text = runtime_.applied_files.front().text;
  EXPECT_NE(text.find("name: \"Name of hero\"\nalt: \"A bar\"\npicture: "), std::string::npos)
      << text;
}

}  // namespace
}  // namespace sojourn::api::testing
