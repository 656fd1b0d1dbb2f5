#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <thread>

#include "api/segment_call.h"
#include "api/testing/fake_runtime.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

using events::EventType;
using events::Trust;
using net::Method;
using testing::Client;

class IngestTest : public testing::ApiTest {
 protected:
  static std::string basic(std::string_view key) {
    return "Basic " + to_base64(std::string(key) + ":");
  }
  [[nodiscard]] net::Response ingest(std::string_view path, std::string body,
                                     net::Headers headers = {}) {
    if (!headers.find("Authorization")) headers.add("Authorization", basic(server_key));
    return send(Method::post, path, {.headers = std::move(headers), .body = std::move(body)});
  }
  static std::string gzip(std::string_view text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string packed(text.size() + 100, '\0');
    std::string input(text);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
  }
};

TEST_F(IngestTest, EachPathTakesItsCall) {
  const struct {
    const char* path;
    EventType type;
  } cases[] = {
      {"/v1/identify", EventType::identify}, {"/v1/i", EventType::identify},
      {"/v1/track", EventType::track},       {"/v1/t", EventType::track},
      {"/v1/page", EventType::page},         {"/v1/p", EventType::page},
      {"/v1/screen", EventType::screen},     {"/v1/s", EventType::screen},
      {"/v1/group", EventType::group},       {"/v1/g", EventType::group},
      {"/v1/alias", EventType::alias},       {"/v1/a", EventType::alias},
  };
  std::size_t count = 0;
  for (const auto& c : cases) {
    const net::Response response = ingest(
        c.path, R"({"userId":"u","event":"E","groupId":"g","previousId":"p","type":"ignored"})");
    EXPECT_EQ(response.status, 200) << c.path << response.body;
    EXPECT_EQ(response.body, R"({"success":true})") << c.path;
    ASSERT_EQ(runtime_.submitted().size(), ++count) << c.path;
    EXPECT_EQ(runtime_.submitted().back().type, c.type) << c.path;
  }
}

TEST_F(IngestTest, ABatchIsTakenWhole) {
  for (const char* path : {"/v1/batch", "/v1/b", "/v1/import"}) {
    EXPECT_EQ(ingest(path, R"({"batch":[{"type":"identify","userId":"u"},
                                        {"type":"page","anonymousId":"a"}]})")
                  .status,
              200)
        << path;
  }
  EXPECT_EQ(runtime_.submitted().size(), 6u);
  EXPECT_EQ(ingest("/v1/batch", R"({"batch":[]})").status, 200);
}

TEST_F(IngestTest, IsAnsweredWhenTheEventsAreDurableAndNotBefore) {
  add_keys();
  open();
  runtime_.holds = true;
  Client client;
  (*api_)(request(Method::post, "/v1/track",
                  {.headers = {{"Authorization", basic(server_key)}},
                   .body = R"({"userId":"u","event":"E"})"}),
          client.reply());
  EXPECT_EQ(runtime_.submitted().size(), 1u);
  EXPECT_FALSE(client.has_answer());
  runtime_.release();
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(IngestTest, TheWriteKeyStandsInTheHeaderOrInTheBody) {
  const auto with_key_in_body = [&](std::string_view key) {
    return send(Method::post, "/v1/t",
                {.headers = {{"Content-Type", "text/plain"}},
                 .body = fmt::format(R"({{"writeKey":"{}","userId":"u","event":"E"}})", key)});
  };
  EXPECT_EQ(with_key_in_body("bk_browser").status, 200);
  EXPECT_EQ(runtime_.submitted().back().trust, Trust::browser_key);
  EXPECT_EQ(with_key_in_body("sk_server").status, 200);
  EXPECT_EQ(runtime_.submitted().back().trust, Trust::server_key);
  EXPECT_EQ(code_of(with_key_in_body("other")), "wrong_write_key");
  // A key of the management API is none for events.
  EXPECT_EQ(code_of(with_key_in_body("ak_api")), "wrong_write_key");
  EXPECT_EQ(code_of(with_key_in_body("")), "missing_write_key");
}

TEST_F(IngestTest, APublicKeyCannotSpeakForAnotherService) {
  for (const char* name : {"Webhook Received", "Deal Stage Changed"}) {
    const std::string body = fmt::format(R"({{"userId":"u","event":"{}"}})", name);
    const net::Response refused =
        ingest("/v1/track", body, {{"Authorization", basic(browser_key)}});
    EXPECT_EQ(refused.status, 403) << name;
    EXPECT_EQ(code_of(refused), "secret_key_needed") << name;
    EXPECT_EQ(ingest("/v1/track", body).status, 200) << name;
  }
  EXPECT_EQ(runtime_.submitted().size(), 2u);
}

TEST_F(IngestTest, AHeaderThatIsNoWriteKeyIsRefused) {
  for (const std::string& header :
       {basic("other"), std::string("Basic !!!"), std::string("Bearer sk_server")}) {
    const net::Response response =
        ingest("/v1/t", R"({"userId":"u","event":"E"})", {{"Authorization", header}});
    EXPECT_EQ(response.status, 401) << header;
    EXPECT_EQ(code_of(response), "wrong_write_key") << header;
  }
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(IngestTest, ABatchThatIsPartlyWrongIsPartlyTaken) {
  const net::Response response = ingest("/v1/batch", R"({"batch":[
      {"type":"track","userId":"u","event":"Good","messageId":"m0"},
      {"type":"track","userId":"u","event":"Email Sent","messageId":"m1"},
      {"type":"track","userId":"u","messageId":"m2"}]})");
  EXPECT_EQ(response.status, 207);
  EXPECT_EQ(at(response, "accepted"), "1");
  EXPECT_EQ(at(response, "errors.0.index"), "1");
  EXPECT_EQ(at(response, "errors.0.messageId"), "\"m1\"");
  EXPECT_EQ(at(response, "errors.0.code"), "\"reserved_event_name\"");
  EXPECT_EQ(at(response, "errors.0.field"), "\"event\"");
  EXPECT_EQ(at(response, "errors.0.value"), "\"Email Sent\"");
  EXPECT_EQ(at(response, "errors.1.index"), "2");
  EXPECT_EQ(at(response, "errors.1.limit"), "null");
  ASSERT_EQ(runtime_.submitted().size(), 1u);
  EXPECT_EQ(runtime_.submitted()[0].name, "Good");
}

TEST_F(IngestTest, ABatchThatIsAllWrongIsRefusedWithItsErrors) {
  const net::Response response = ingest("/v1/batch", R"({"batch":[{"type":"track"},7]})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(code_of(response), "all_items_refused");
  EXPECT_EQ(at(response, "accepted"), "0");
  EXPECT_EQ(at(response, "errors.1.code"), "\"not_an_object\"");
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(IngestTest, ACallThatIsWrongIsAProblemWithItsField) {
  const net::Response response = ingest("/v1/track", R"({"userId":"u"})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(code_of(response), "missing_field");
  EXPECT_EQ(at(response, "field"), "\"event\"");
}

TEST_F(IngestTest, FullQueuesAndDisksSayWhenToTryAgain) {
  runtime_.refuses = Error{.code = "queue_full", .message = "the queue is full"};
  const net::Response full = ingest("/v1/track", R"({"userId":"u","event":"E"})");
  EXPECT_EQ(full.status, 429);
  EXPECT_TRUE(full.headers.find("Retry-After"));
  runtime_.refuses = Error{.code = "stopping", .message = "the server stops"};
  EXPECT_EQ(ingest("/v1/track", R"({"userId":"u","event":"E"})").status, 503);
  runtime_.refuses.reset();
  runtime_.disk_fails = Error{.code = "disk_full", .message = "the disk is full"};
  const net::Response disk = ingest("/v1/track", R"({"userId":"u","event":"E"})");
  EXPECT_EQ(disk.status, 503);
  EXPECT_TRUE(disk.headers.find("Retry-After"));
}

TEST_F(IngestTest, AnswersEveryOriginAlsoWithErrors) {
  for (const char* body : {R"({"userId":"u","event":"E"})", "{", "{}"}) {
    EXPECT_EQ(ingest("/v1/t", body).headers.find("Access-Control-Allow-Origin"), "*") << body;
  }
}

TEST_F(IngestTest, TakesBodiesPackedWithGzip) {
  const std::string call = R"({"userId":"u","event":"E"})";
  EXPECT_EQ(ingest("/v1/t", gzip(call), {{"Content-Encoding", "gzip"}}).status, 200);
  EXPECT_EQ(runtime_.submitted().size(), 1u);
  EXPECT_EQ(code_of(ingest("/v1/t", call, {{"Content-Encoding", "gzip"}})), "malformed_gzip");
  EXPECT_EQ(ingest("/v1/t", call, {{"Content-Encoding", "br"}}).status, 415);
}

TEST_F(IngestTest, ThePackedBodyHasTheLimitOfTheUnpacked) {
  const auto call_of_size = [](std::size_t size) {
    const std::string head = R"({"userId":"u","event":"E","properties":{"x":")";
    return head + std::string(size - head.size() - 3, 'x') + "\"}}";
  };
  const net::Headers packed = {{"Content-Encoding", "gzip"}};
  EXPECT_EQ(ingest("/v1/t", gzip(call_of_size(call_bytes_max)), packed).status, 200);
  const net::Response above = ingest("/v1/t", gzip(call_of_size(call_bytes_max + 1)), packed);
  EXPECT_EQ(above.status, 413);
  EXPECT_EQ(code_of(above), "call_too_large");
  EXPECT_EQ(ingest("/v1/t", call_of_size(call_bytes_max)).status, 200);
  EXPECT_EQ(ingest("/v1/t", call_of_size(call_bytes_max + 1)).status, 413);
}

TEST_F(IngestTest, RecordsNetworkAndPrivacySignalOfTheClient) {
  EXPECT_EQ(ingest("/v1/t", R"({"userId":"u","event":"E"})", {{"Sec-GPC", "1"}}).status, 200);
  EXPECT_EQ(to_json(runtime_.submitted().back().context), R"({"ip":"192.0.2.0","gpc":true})");
}

TEST_F(IngestTest, TheIdentitySecretProvesAUserToABrowserKey) {
  const std::string secret_text = at(get("/api/v1/sources/identity-secret"), "secret");
  const std::string secret = secret_text.substr(1, secret_text.size() - 2);
  const std::string body = fmt::format(
      R"({{"writeKey":"bk_browser","userId":"u","event":"E","context":{{"userHash":"{}"}}}})",
      user_hash(secret, "u"));
  EXPECT_EQ(send(Method::post, "/v1/t", {.body = body}).status, 200);
  EXPECT_EQ(runtime_.submitted().back().trust, Trust::server_key);
}

TEST_F(IngestTest, TheFirstEventOfASourceIsNoted) {
  EXPECT_EQ(ingest("/v1/t", R"({"userId":"u","event":"E"})").status, 200);
  const auto noted = [&] {
    const net::Response response = get("/api/v1/sources");
    return response.body.find("\"firstEventAt\":\"2027") != std::string::npos;
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!noted() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_TRUE(noted());
}

TEST_F(IngestTest, TheBrowserSdkIsToldToSendHereAndNowhereElse) {
  const net::Response response = send(Method::get, "/v1/projects/bk_browser/settings");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");
  const Value body = body_of(response);
  const Object* sink =
      body.as_object()->find("integrations")->as_object()->find("Segment.io")->as_object();
  EXPECT_EQ(*sink->find("apiHost"), Value("sojourn.example/v1"));
  EXPECT_EQ(*sink->find("protocol"), Value("http"));
  EXPECT_EQ(*sink->find("apiKey"), Value("bk_browser"));
  EXPECT_EQ(at(response, "metrics.sampleRate"), "0");
  EXPECT_EQ(response.body.find("segment.com"), std::string::npos);
  EXPECT_EQ(send(Method::get, "/v1/projects/other/settings").status, 404);
}

}  // namespace
}  // namespace sojourn::api
