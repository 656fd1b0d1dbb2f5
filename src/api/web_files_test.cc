#include "api/web_files.h"

#include <gtest/gtest.h>

#include <array>

namespace sojourn::api {
namespace {

constexpr std::array<WebFile, 3> files = {{
    {.path = "/index.html",
     .raw = "<meta name=n content=__CSP_NONCE__><style nonce=__CSP_NONCE__>",
     .gzip = "never",
     .brotli = "never"},
    {.path = "/app-assets/main-1a2b.js", .raw = "raw", .gzip = "gz", .brotli = "br"},
    {.path = "/favicon.svg", .raw = "<svg/>", .gzip = {}, .brotli = {}},
}};

net::Response get(std::string path, std::string_view accept_encoding = {}) {
  net::Request request;
  request.path = std::move(path);
  if (!accept_encoding.empty()) request.headers.add("Accept-Encoding", accept_encoding);
  return WebFiles(files).answer(request, "N0");
}

TEST(WebFiles, HashedFilesAreKeptForEver) {
  const net::Response response = get("/app-assets/main-1a2b.js");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.static_body, "raw");
  EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(response.headers.find("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff");
}

TEST(WebFiles, AreSentInTheFormThatTheClientTakes) {
  const struct {
    const char* accepts;
    const char* body;
    std::optional<std::string_view> encoding;
  } cases[] = {
      {"gzip, deflate, br", "br", "br"},
      {"gzip", "gz", "gzip"},
      {"br;q=0, gzip;q=0.5", "gz", "gzip"},
      {"identity", "raw", std::nullopt},
      {"", "raw", std::nullopt},
  };
  for (const auto& c : cases) {
    const net::Response response = get("/app-assets/main-1a2b.js", c.accepts);
    EXPECT_EQ(response.static_body, c.body) << c.accepts;
    EXPECT_EQ(response.headers.find("Content-Encoding"), c.encoding) << c.accepts;
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
  }
  EXPECT_EQ(get("/favicon.svg", "br, gzip").static_body, "<svg/>");
}

TEST(WebFiles, EveryRouteOfTheAppAnswersItsPageUnderAStrictPolicy) {
  for (const char* path : {"/", "/index.html", "/contacts/c_x", "/no/such/page"}) {
    const net::Response response = get(path, "br");
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, "<meta name=n content=N0><style nonce=N0>") << path;
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-cache");
    const std::string policy(response.headers.find("Content-Security-Policy").value());
    EXPECT_NE(policy.find("'nonce-N0'"), std::string::npos);
    EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_FALSE(response.headers.find("Content-Encoding"));
  }
}

TEST(WebFiles, AHashedFileThatIsGoneIsNotThePage) {
  EXPECT_EQ(get("/app-assets/main-0000.js").status, 404);
}

TEST(WebFiles, WithoutAnAppAPageSaysSo) {
  net::Request request;
  request.path = "/";
  const net::Response response = WebFiles({}).answer(request, "N0");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("no web app"), std::string::npos);
}

}  // namespace
}  // namespace sojourn::api
