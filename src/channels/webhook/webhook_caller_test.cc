#include "channels/webhook/webhook_caller.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <initializer_list>
#include <mutex>
#include <thread>

#include "channels/webhook/signature.h"
#include "net/http_server.h"

namespace sojourn::channels::webhook {
namespace {

using effects::CallWebhook;
using effects::WebAnswer;
using net::Method;
using net::Reply;
using net::Request;
using net::Response;

constexpr std::chrono::seconds patience(20);
constexpr std::string_view signing_key = "the key of this test, which is long enough";
const ManualClock noon(parse_timestamp("2026-03-02T12:00:00Z").value());

/// Answers with the responses in turn, the last one for ever, and keeps what it was asked.
class Peer {
 public:
  Peer(std::initializer_list<Response> responses) : responses_(responses) {
    server_ = net::HttpServer::create({}, [this](Request&& request, Reply&& reply) {
                const std::lock_guard lock(mutex_);
                const std::size_t turn = std::min(requests_.size(), responses_.size() - 1);
                requests_.push_back(std::move(request));
                reply.send(Response(responses_[turn]));
              }).value();
    server_->start();
  }
  [[nodiscard]] std::string url() const {
    return fmt::format("http://127.0.0.1:{}/hook?x=1", server_->port());
  }
  [[nodiscard]] std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  const std::vector<Response> responses_;
  std::vector<Request> requests_;  // guarded by mutex_
  std::unique_ptr<net::HttpServer> server_;
};

WebhookCaller::Options options() {
  return {.guard = net::AddressGuard::parse("127.0.0.0/8").value(),
          .signing_key = std::string(signing_key),
          .user_agent = "Sojourn/test",
          .back_off = {.first = Duration::milliseconds(1), .longest = Duration::milliseconds(20)}};
}

CallWebhook call_of(const std::string& url, int attempts = 3) {
  CallWebhook call;
  call.key = "7/tell/1/webhook";
  call.method = "POST";
  call.url = url;
  call.body = R"({"contact":"c1"})";
  call.timeout = Duration::seconds(10);
  call.attempts = attempts;
  return call;
}

WebAnswer answer_to(WebhookCaller& caller, CallWebhook call) {
  auto answer = std::make_shared<std::promise<WebAnswer>>();
  caller.call(std::move(call), [answer](WebAnswer given) { answer->set_value(std::move(given)); });
  std::future<WebAnswer> future = answer->get_future();
  if (future.wait_for(patience) != std::future_status::ready) {
    ADD_FAILURE() << "no answer";
    return {};
  }
  return future.get();
}

TEST(WebhookCaller, SignsTheCallAndHandsBackTheAnswer) {
  const Peer peer{{.status = 200, .body = R"({"plan":"pro"})"}};
  WebhookCaller caller(options(), noon);
  CallWebhook call = call_of(peer.url());
  call.headers = {{"X-Team", "sales"}, {"Webhook-Id", "forged"}, {"Host", "elsewhere.example"}};
  const WebAnswer answer = answer_to(caller, call);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"plan":"pro"})");
  EXPECT_EQ(answer.error, "");

  const std::vector<Request> requests = peer.requests();
  ASSERT_EQ(requests.size(), 1U);
  const Request& request = requests.front();
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.query, "x=1");
  EXPECT_EQ(request.body, call.body);
  EXPECT_EQ(request.header("X-Team"), "sales");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("User-Agent"), "Sojourn/test");
  EXPECT_TRUE(request.header("Host").value().starts_with("127.0.0.1"));
  EXPECT_EQ(request.header("webhook-id"), call.key);
  EXPECT_EQ(request.header("webhook-timestamp"), "1772452800");
  EXPECT_EQ(request.header("webhook-signature"),
            sign(signing_key, {.id = call.key, .unix_seconds = 1772452800, .body = call.body}));
}

TEST(WebhookCaller, TriesAgainUnderTheSameIdUntilItIsAnswered) {
  const Peer peer{{.status = 503}, {.status = 429}, {.status = 204}};
  WebhookCaller caller(options(), noon);
  EXPECT_EQ(answer_to(caller, call_of(peer.url())).status, 204);
  const std::vector<Request> requests = peer.requests();
  ASSERT_EQ(requests.size(), 3U);
  for (const Request& request : requests) {
    EXPECT_EQ(request.header("webhook-id"), "7/tell/1/webhook");
  }
}

TEST(WebhookCaller, EndsWithTheLastAnswerOfItsAttempts) {
  const Peer peer{{.status = 500, .body = "down"}};
  WebhookCaller caller(options(), noon);
  const WebAnswer answer = answer_to(caller, call_of(peer.url(), 2));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "down");
  EXPECT_EQ(peer.requests().size(), 2U);
}

TEST(WebhookCaller, TakesARefusalAsFinal) {
  const Peer peer{{.status = 422, .body = "no"}};
  WebhookCaller caller(options(), noon);
  EXPECT_EQ(answer_to(caller, call_of(peer.url())).status, 422);
  EXPECT_EQ(peer.requests().size(), 1U);
}

TEST(WebhookCaller, SendsNoBodyWithGet) {
  const Peer peer{{.status = 200}};
  WebhookCaller caller(options(), noon);
  CallWebhook call = call_of(peer.url());
  call.method = "GET";
  EXPECT_EQ(answer_to(caller, call).status, 200);
  const std::vector<Request> requests = peer.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests.front().method, Method::get);
  EXPECT_EQ(requests.front().body, "");
  EXPECT_EQ(requests.front().header("webhook-signature"),
            sign(signing_key, {.id = call.key, .unix_seconds = 1772452800, .body = ""}));
}

TEST(WebhookCaller, NamesWhyThereIsNoAnswer) {
  std::string gone;
  {
    const Peer peer{{.status = 200}};
    gone = peer.url();
  }
  WebhookCaller caller(options(), noon);
  WebhookCaller guarded({.signing_key = std::string(signing_key)}, noon);
  struct Case {
    WebhookCaller& caller;
    std::string url;
    std::string error;
  };
  for (const Case& c : {Case{caller, gone, "unreachable"}, Case{caller, "http://", "bad_request"},
                        Case{guarded, gone, "address_refused"},
                        Case{guarded, "http://169.254.169.254/latest/", "address_refused"}}) {
    const WebAnswer answer = answer_to(c.caller, call_of(c.url, 2));
    EXPECT_EQ(answer.status, 0) << c.url;
    EXPECT_EQ(answer.error, c.error) << c.url;
  }
}

TEST(WebhookCaller, HandsBackTextOnly) {
  const std::string cut(effects::answer_bytes_max - 1, 'x');
  const Peer binary{{.status = 200, .body = "\xff\xfe"}};
  const Peer long_text{{.status = 200, .body = cut + "\xc3\xa9"}};
  WebhookCaller caller(options(), noon);
  const WebAnswer refused = answer_to(caller, call_of(binary.url()));
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(refused.body, "");
  EXPECT_EQ(refused.error, "body_not_text");
  const WebAnswer shortened = answer_to(caller, call_of(long_text.url()));
  EXPECT_EQ(shortened.body, cut);
  EXPECT_EQ(shortened.error, "");
}

/// Keeps requests without an answer.
struct SilentPeer {
  std::mutex mutex;
  std::vector<Reply> kept;  // guarded by mutex
  std::promise<void> came;
  std::unique_ptr<net::HttpServer> server =
      net::HttpServer::create({}, [this](Request&&, Reply&& reply) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(reply));
        if (kept.size() == 1) came.set_value();
      }).value();
  SilentPeer() { server->start(); }
  [[nodiscard]] std::string url() const {
    return fmt::format("http://127.0.0.1:{}/", server->port());
  }
};

TEST(WebhookCaller, StopsWithoutTellingOfCallsThatAreOpen) {
  SilentPeer peer;
  WebhookCaller caller(options(), noon);
  std::atomic<int> answered = 0;
  caller.call(call_of(peer.url()), [&](const WebAnswer&) { ++answered; });
  ASSERT_EQ(peer.came.get_future().wait_for(patience), std::future_status::ready);
  caller.stop({});
  caller.call(call_of(peer.url()), [&](const WebAnswer&) { ++answered; });
  EXPECT_EQ(answered, 0);
}

TEST(WebhookCaller, LetsACallUnderWayEndWhenItStops) {
  SilentPeer peer;
  WebhookCaller caller(options(), noon);
  std::atomic<int> status = 0;
  caller.call(call_of(peer.url()), [&](const WebAnswer& answer) { status = answer.status; });
  ASSERT_EQ(peer.came.get_future().wait_for(patience), std::future_status::ready);
  std::thread stops([&] { caller.stop(Duration::seconds(20)); });
  {
    const std::lock_guard lock(peer.mutex);
    peer.kept.front().send({.status = 202});
  }
  stops.join();
  EXPECT_EQ(status, 202);
}

TEST(WebhookCaller, FailsCallsBeyondItsLimit) {
  SilentPeer peer;
  WebhookCaller::Options small = options();
  small.open_max = 2;
  WebhookCaller caller(small, noon);
  std::atomic<int> answered = 0;
  for (int i = 0; i < 2; ++i) {
    caller.call(call_of(peer.url()), [&](const WebAnswer&) { ++answered; });
  }
  EXPECT_EQ(answer_to(caller, call_of(peer.url())).error, "too_many_calls");
  EXPECT_EQ(answered, 0);
}

}  // namespace
}  // namespace sojourn::channels::webhook
