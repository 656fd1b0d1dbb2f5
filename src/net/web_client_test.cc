#include "net/web_client.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "net/http_server.h"

namespace sojourn::net {
namespace {

constexpr std::chrono::seconds patience(20);

AddressGuard loopback_allowed() {
  return AddressGuard::parse("127.0.0.0/8").value();
}

/// A server on loopback that answers as `handler` says.
class Peer {
 public:
  explicit Peer(Handler handler) : server_(HttpServer::create({}, std::move(handler)).value()) {
    server_->start();
  }
  [[nodiscard]] std::string url(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}{}", server_->port(), path);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

 private:
  std::unique_ptr<HttpServer> server_;
};

WebResponse ask(WebClient& client, WebRequest request) {
  auto answer = std::make_shared<std::promise<WebResponse>>();
  const Result<void> sent = client.send(std::move(request), [answer](WebResponse response) {
    answer->set_value(std::move(response));
  });
  EXPECT_TRUE(sent);
  std::future<WebResponse> future = answer->get_future();
  if (future.wait_for(patience) != std::future_status::ready) {
    ADD_FAILURE() << "no answer";
    return {};
  }
  return future.get();
}

TEST(WebClient, SendsMethodHeadersAndBodyAndReadsTheAnswer) {
  const Peer peer([](Request&& request, Reply&& reply) {
    Response response{.status = 201};
    response.body =
        fmt::format("{} {}?{} {} {}", method_name(request.method), request.path, request.query,
                    request.header("X-Kind").value_or("-"), request.body);
    reply.send(std::move(response));
  });
  WebClient client({.guard = loopback_allowed()});

  const WebResponse posted = ask(client, {.method = "PUT",
                                          .url = peer.url("/in?a=1"),
                                          .headers = {{"X-Kind", "deal"}},
                                          .body = "hello"});
  EXPECT_EQ(posted.status, 201);
  EXPECT_EQ(posted.body, "PUT /in?a=1 deal hello");
  EXPECT_EQ(posted.failure, WebFailure::none);

  EXPECT_EQ(ask(client, {.url = peer.url("/")}).body, "GET /? - ");
  EXPECT_EQ(ask(client, {.method = "POST", .url = peer.url("/")}).body, "POST /? - ");
}

TEST(WebClient, ConnectsToNoAddressThatTheGuardRefuses) {
  std::atomic<int> asked = 0;
  const Peer peer([&](Request&&, Reply&& reply) {
    ++asked;
    reply.send({});
  });
  WebClient client({});

  // The same listener under every spelling that resolvers know.
  for (const std::string_view host :
       {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "user@127.0.0.1"}) {
    const WebResponse response =
        ask(client, {.url = fmt::format("http://{}:{}/", host, peer.port())});
    EXPECT_EQ(response.status, 0) << host;
    EXPECT_EQ(response.failure, WebFailure::refused) << host << ": " << response.reason;
  }
  EXPECT_EQ(asked, 0);
}

TEST(WebClient, RefusesWhatCannotBeSent) {
  WebClient client({.guard = loopback_allowed()});
  const WebRequest good{.url = "http://127.0.0.1:1/"};
  struct Case {
    std::string name;
    WebRequest request;
  };
  std::vector<Case> cases;
  for (const std::string_view url : {"", "/path", "file:///etc/passwd", "ftp://127.0.0.1/",
                                     "gopher://127.0.0.1/", "http://", "http://a b/"}) {
    cases.push_back({std::string(url), good});
    cases.back().request.url = url;
  }
  cases.push_back({"method", good});
  cases.back().request.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET";
  cases.push_back({"header value", good});
  cases.back().request.headers = {{"X-A", "1\r\nX-B: 2"}};
  cases.push_back({"header name", good});
  cases.back().request.headers = {{"X-A: 1\r\nX-B", "2"}};
  for (const Case& c : cases) {
    const WebResponse response = ask(client, c.request);
    EXPECT_EQ(response.failure, WebFailure::bad_request) << c.name << ": " << response.reason;
  }
}

TEST(WebClient, CutsTheBodyAtItsLimit) {
  const Peer peer([](Request&& request, Reply&& reply) {
    reply.send({.body = std::string(web_body_bytes_max + (request.path == "/more" ? 1 : 0), 'x')});
  });
  WebClient client({.guard = loopback_allowed()});
  for (const std::string_view path : {"/whole", "/more"}) {
    const WebResponse response = ask(client, {.url = peer.url(path)});
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body.size(), web_body_bytes_max) << path;
  }
}

TEST(WebClient, TakesNoAnswerWhoseHeadIsTooLong) {
  const Peer peer([](Request&& request, Reply&& reply) {
    Response response;
    const std::size_t fields = request.path == "/long" ? 70 : 50;
    for (std::size_t i = 0; i < fields; ++i) response.headers.add("X-Fill", std::string(1000, 'x'));
    reply.send(std::move(response));
  });
  WebClient client({.guard = loopback_allowed()});
  EXPECT_EQ(ask(client, {.url = peer.url("/fits")}).status, 200);
  EXPECT_EQ(ask(client, {.url = peer.url("/long")}).failure, WebFailure::unreachable);
}

TEST(WebClient, GivesUpAfterTheTimeout) {
  std::mutex mutex;
  std::vector<Reply> kept;
  const Peer peer([&](Request&&, Reply&& reply) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(reply));
  });
  WebClient client({.guard = loopback_allowed()});
  const WebResponse response =
      ask(client, {.url = peer.url("/"), .timeout = Duration::milliseconds(50)});
  EXPECT_EQ(response.failure, WebFailure::timed_out);
}

TEST(WebClient, TellsOfAPeerThatIsNotThere) {
  std::uint16_t port = 0;
  {
    const Peer gone([](Request&&, Reply&& reply) { reply.send({}); });
    port = gone.port();
  }
  WebClient client({.guard = loopback_allowed()});
  EXPECT_EQ(ask(client, {.url = fmt::format("http://127.0.0.1:{}/", port)}).failure,
            WebFailure::unreachable);
}

TEST(WebClient, FollowsRedirectsOnTheSameHostOnly) {
  std::string elsewhere;
  const Peer other([](Request&&, Reply&& reply) { reply.send({.body = "other"}); });
  elsewhere = other.url("/");
  std::atomic<int> visits = 0;
  const Peer peer([&](Request&& request, Reply&& reply) {
    ++visits;
    if (request.path == "/end") {
      return reply.send({.body = std::string(method_name(request.method)) + request.body});
    }
    // The path says status and target: /307/end
    Response response{.status = std::stoi(request.path.substr(1, 3))};
    const std::string target = request.path.substr(4);
    response.headers.add("Location", target == "/other" ? elsewhere : target);
    reply.send(std::move(response));
  });
  WebClient client({.guard = loopback_allowed()});
  struct Case {
    std::string method;
    std::string path;
    int status;
    std::string body;
  };
  for (const Case& c : {
           Case{"POST", "/307/end", 200, "POSThi"},
           Case{"POST", "/308/307/end", 200, "POSThi"},
           Case{"POST", "/307/307/307/end", 200, "POSThi"},
           Case{"POST", "/307/307/307/307/end", 307, ""},
           Case{"POST", "/302/end", 302, ""},
           Case{"POST", "/303/end", 303, ""},
           Case{"POST", "/307/other", 307, ""},
           Case{"GET", "/302/end", 200, "GEThi"},
           Case{"GET", "/301/other", 301, ""},
       }) {
    const WebResponse response =
        ask(client, {.method = c.method, .url = peer.url(c.path), .body = "hi"});
    EXPECT_EQ(response.status, c.status) << c.path;
    EXPECT_EQ(response.body, c.body) << c.path;
  }
}

TEST(WebClient, ReadsHowLongToWait) {
  const Peer peer([](Request&& request, Reply&& reply) {
    Response response{.status = 503};
    if (request.path == "/later") response.headers.add("Retry-After", "120");
    if (request.path == "/odd") response.headers.add("Retry-After", "soon");
    reply.send(std::move(response));
  });
  WebClient client({.guard = loopback_allowed()});
  EXPECT_EQ(ask(client, {.url = peer.url("/later")}).retry_after, Duration::seconds(120));
  EXPECT_EQ(ask(client, {.url = peer.url("/odd")}).retry_after, Duration());
  EXPECT_EQ(ask(client, {.url = peer.url("/none")}).retry_after, Duration());
}

TEST(WebClient, LimitsTransfersOfOneHostAndRefusesMoreThanTheQueueHolds) {
  std::mutex mutex;
  std::vector<Reply> kept;
  std::promise<void> two_came;
  const Peer slow([&](Request&&, Reply&& reply) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(reply));
    if (kept.size() == 2) two_came.set_value();
  });
  const Peer quick([](Request&&, Reply&& reply) { reply.send({}); });
  WebClient client(
      {.guard = loopback_allowed(), .transfers_max = 3, .host_transfers_max = 2, .waiting_max = 4});
  std::atomic<int> answered = 0;
  const auto send_slow = [&] {
    return client.send({.url = slow.url("/")}, [&](const WebResponse&) { ++answered; });
  };
  ASSERT_TRUE(send_slow());
  ASSERT_TRUE(send_slow());
  ASSERT_EQ(two_came.get_future().wait_for(patience), std::future_status::ready);
  // Two are under way; three wait, and one place is left for another host.
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send_slow());
  EXPECT_EQ(ask(client, {.url = quick.url("/")}).status, 200);
  ASSERT_TRUE(send_slow());
  const Result<void> refused = send_slow();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "queue_full");
  EXPECT_EQ(refused.error().limit, "4");
  {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(kept.size(), 2U);
  }
  client.stop();
  EXPECT_EQ(answered, 0);
}

TEST(WebClient, TakesNothingOnceStopped) {
  WebClient client({});
  client.stop();
  const Result<void> sent = client.send({.url = "http://127.0.0.1/"}, [](const WebResponse&) {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "stopping");
}

/// Answers the first request of each connection, and hangs up on the second once it is read whole.
class HangUpServer {
 public:
  HangUpServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HangUpServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  HangUpServer(const HangUpServer&) = delete;
  HangUpServer& operator=(const HangUpServer&) = delete;
  [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_); }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  void serve() {
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      if (read_request(connection)) {
        constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        EXPECT_EQ(::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(answer.size()));
        read_request(connection);
      }
      ::close(connection);
    }
  }
  /// Requests of this test end in their body, which is `x`.
  bool read_request(int connection) {
    std::string read;
    std::array<char, 4096> bytes{};
    while (!read.ends_with("\r\n\r\nx")) {
      const ssize_t count = ::recv(connection, bytes.data(), bytes.size(), 0);
      if (count <= 0) return false;
      read.append(bytes.data(), static_cast<std::size_t>(count));
    }
    ++requests_;
    return true;
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

TEST(WebClient, SendsAgainWhatIsHarmlessWhereAUsedConnectionBreaks) {
  HangUpServer peer;
  WebClient client({.guard = loopback_allowed()});
  const WebRequest request{.method = "POST", .url = peer.url(), .body = "x"};
  EXPECT_EQ(ask(client, request).status, 200);
  EXPECT_EQ(ask(client, request).status, 200);
  EXPECT_EQ(peer.requests(), 3);
  client.stop();
}

TEST(WebClient, NeverSendsTwiceWhatMustNotBe) {
  HangUpServer peer;
  WebClient client({.guard = loopback_allowed()});
  const WebRequest request{
      .method = "POST", .url = peer.url(), .body = "x", .repeat = WebRepeat::never};
  EXPECT_EQ(ask(client, request).status, 200);
  const WebResponse broken = ask(client, request);
  EXPECT_EQ(broken.status, 0);
  EXPECT_EQ(broken.failure, WebFailure::unreachable);
  EXPECT_TRUE(broken.may_have_arrived);
  EXPECT_EQ(peer.requests(), 2);
  client.stop();
}

TEST(WebClient, FollowsNoRedirectOfWhatMustNotBeSentTwice) {
  std::atomic<int> asked = 0;
  const Peer peer([&](Request&&, Reply&& reply) {
    ++asked;
    Response response{.status = 307};
    response.headers.add("Location", "/elsewhere");
    reply.send(std::move(response));
  });
  WebClient client({.guard = loopback_allowed()});
  const WebResponse response = ask(
      client, {.method = "POST", .url = peer.url("/"), .body = "x", .repeat = WebRepeat::never});
  EXPECT_EQ(response.status, 307);
  EXPECT_EQ(asked, 1);
}

TEST(WebClient, KnowsWhatCannotHaveArrived) {
  std::string gone;
  {
    const Peer peer([](Request&&, Reply&& reply) { reply.send({}); });
    gone = peer.url("/");
  }
  WebClient client({.guard = loopback_allowed()});
  WebClient guarded({});
  for (const WebRepeat repeat : {WebRepeat::harmless, WebRepeat::never}) {
    const WebRequest request{.method = "POST", .url = gone, .body = "x", .repeat = repeat};
    EXPECT_FALSE(ask(client, request).may_have_arrived);
    EXPECT_FALSE(ask(guarded, request).may_have_arrived);
  }
}

TEST(WebClient, KnowsWhatMayHaveArrivedWhenNoAnswerComesInTime) {
  std::mutex mutex;
  std::vector<Reply> kept;
  const Peer silent([&](Request&&, Reply&& reply) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(reply));
  });
  WebClient client({.guard = loopback_allowed()});
  for (const WebRepeat repeat : {WebRepeat::harmless, WebRepeat::never}) {
    const WebResponse response = ask(client, {.method = "POST",
                                              .url = silent.url("/"),
                                              .body = "x",
                                              .timeout = Duration::milliseconds(300),
                                              .repeat = repeat});
    EXPECT_EQ(response.failure, WebFailure::timed_out);
    EXPECT_TRUE(response.may_have_arrived);
  }
}

TEST(WebClient, ReadsTheHeadersOfTheAnswer) {
  const Peer peer([](Request&&, Reply&& reply) {
    Response response;
    response.headers.add("X-Kind", "deal");
    reply.send(std::move(response));
  });
  WebClient client({.guard = loopback_allowed()});
  EXPECT_EQ(ask(client, {.url = peer.url("/")}).headers.find("x-kind"), "deal");
}

}  // namespace
}  // namespace sojourn::net
