#include "api/routes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "api/segment_call.h"
#include "base/text.h"
#include "domain/definitions/yaml.h"

namespace sojourn::api {
namespace {

using net::Method;

TEST(Routes, NoneStandsTwice) {
  std::set<std::string> seen;
  for (const Route& route : routes()) {
    EXPECT_TRUE(
        seen.insert(std::string(net::method_name(route.method)) + " " + std::string(route.pattern))
            .second)
        << route.pattern;
  }
}

std::string_view name_of(Permission permission) {
  switch (permission) {
    case Permission::open:
      return "public";
    case Permission::write_key:
      return "write_key";
    case Permission::read:
      return "read";
    case Permission::write:
      return "write";
    case Permission::admin:
      return "admin";
  }
  return {};
}

/// `GET /api/v1/home` -> `read`, of openapi.yaml.
std::map<std::string, std::string> documented() {
  const auto file = std::filesystem::path(SOJOURN_API_FOLDER) / "openapi.yaml";
  std::ifstream stream(file);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  const Result<definitions::YamlDocument> document = definitions::parse_yaml(text);
  EXPECT_TRUE(document) << document.error().message;
  std::map<std::string, std::string> found;
  if (!document) return found;
  const Value* paths = document->value.as_object()->find("paths");
  for (const auto& [path, operations] : *paths->as_object()) {
    for (const auto& [method, operation] : *operations.as_object()) {
      const Object* object = operation.as_object();
      const Value* permission = object == nullptr ? nullptr : object->find("x-permission");
      if (permission == nullptr) continue;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      found[upper + " /api/v1" + path] = *permission->as_string();
    }
  }
  return found;
}

TEST(Routes, OfTheManagementApiAreThoseOfItsDescription) {
  std::map<std::string, std::string> served;
  for (const Route& route : routes()) {
    if (!route.pattern.starts_with("/api/")) continue;
    served[std::string(net::method_name(route.method)) + " " + std::string(route.pattern)] =
        name_of(route.permission);
  }
  EXPECT_EQ(served, documented());
}

TEST(Routes, AreFoundByPathWithTheirParametersDecoded) {
  const RouteTable table(routes());
  const auto match = table.find(Method::get, "/api/v1/contacts/ann%2Flee%40x/timeline");
  ASSERT_TRUE(match);
  ASSERT_NE(match->route, nullptr);
  EXPECT_EQ(match->route->pattern, "/api/v1/contacts/{id}/timeline");
  ASSERT_EQ(match->parameters.size(), 1u);
  EXPECT_EQ(match->parameters[0].first, "id");
  EXPECT_EQ(match->parameters[0].second, "ann/lee@x");
}

TEST(Routes, ALiteralPathWinsOverAPattern) {
  const RouteTable table(routes());
  EXPECT_EQ(table.find(Method::get, "/api/v1/sources/identity-secret")->route->permission,
            Permission::admin);
}

TEST(Routes, HeadGoesWhereGetGoes) {
  const RouteTable table(routes());
  EXPECT_EQ(table.find(Method::head, "/c/token")->route->pattern, "/c/{token}");
}

TEST(Routes, SayWhichMethodsAPathAllows) {
  const RouteTable table(routes());
  const auto contact = table.find(Method::put, "/api/v1/contacts/x");
  ASSERT_TRUE(contact);
  EXPECT_EQ(contact->route, nullptr);
  EXPECT_EQ(contact->allow, "GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(table.find(Method::get, "/v1/track")->allow, "POST");
}

TEST(Routes, AreNotFoundForOtherPaths) {
  const RouteTable table(routes());
  for (const char* path : {"/api/v1/contacts/", "/api/v1/contact", "/c/", "/c", "/c/a/b", "",
                           "/api/v1/contacts/x/timeline/", "/v1/projects//settings"}) {
    EXPECT_FALSE(table.find(Method::get, path)) << path;
  }
}

TEST(Routes, ReserveTheirPrefixesAndNothingMore) {
  for (const char* path : {"/api", "/api/v2", "/v1/x", "/c", "/c/x/y", "/d/x", "/f/x", "/p/x",
                           "/u/", "/o", "/v/x", "/hooks/x", "/assets/a"}) {
    EXPECT_TRUE(is_reserved_path(path)) << path;
  }
  for (const char* path : {"/", "/contacts", "/users", "/overview", "/people", "/forms",
                           "/definitions", "/app-assets/a", "/v1x", "/hooksx"}) {
    EXPECT_FALSE(is_reserved_path(path)) << path;
  }
}

TEST(Routes, LimitABodyByWhatItIsFor) {
  const net::BodyLimit limit = body_limit();
  EXPECT_GT(limit(Method::post, "/v1/track"), call_bytes_max);
  EXPECT_GT(limit(Method::post, "/v1/b"), batch_bytes_max);
  EXPECT_LE(limit(Method::post, "/v1/b"), 2 * batch_bytes_max);
  EXPECT_EQ(limit(Method::post, "/hooks/token"), 64u * 1024);
  EXPECT_EQ(limit(Method::post, "/hooks/ses/token"), 1u << 20);
  EXPECT_EQ(limit(Method::get, "/api/v1/home"), 0u);
  EXPECT_LE(limit(Method::post, "/no/such/path"), 16u * 1024);
}

}  // namespace
}  // namespace sojourn::api
