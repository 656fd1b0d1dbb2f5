#include "net/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace sojourn::net {
namespace {

// Long enough for a busy machine, short enough to notice a wait that never ends.
constexpr int patience_seconds = 10;

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};

/// A client that blocks, for as long as patience lasts.
class Client {
 public:
  explicit Client(const HttpServer& server) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{.tv_sec = patience_seconds, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  void end_sending() { shutdown(socket_, SHUT_WR); }

  /// Up to and with `end`; what there was where the connection ended before.
  std::string read_until(std::string_view end) {
    for (;;) {
      const std::size_t found = received_.find(end);
      if (found != std::string::npos) return take(found + end.size());
      if (!receive()) return take(received_.size());
    }
  }
  std::string read_to_end() {
    while (receive()) continue;
    return take(received_.size());
  }
  /// The connection has ended with nothing more to read.
  bool at_end() { return read_to_end().empty(); }

  Answer read_answer(bool has_body = true) {
    Answer answer;
    answer.head = read_until("\r\n\r\n");
    if (answer.head.size() < 12) return answer;
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::size_t field = answer.head.find("Content-Length: ");
    if (field == std::string::npos || !has_body) return answer;
    const std::size_t size = std::stoul(answer.head.substr(field + 16));
    while (received_.size() < size && receive()) continue;
    answer.body = take(size);
    return answer;
  }

 private:
  bool receive() {
    char part[64 << 10];
    const ssize_t size = recv(socket_, part, sizeof(part), 0);
    if (size > 0) received_.append(part, static_cast<std::size_t>(size));
    return size > 0;
  }
  std::string take(std::size_t size) {
    std::string text = received_.substr(0, size);
    received_.erase(0, size);
    return text;
  }

  const int socket_;
  std::string received_;
};

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

/// Replies that wait for the test to answer them.
class Pending {
 public:
  void put(Reply reply) {
    const std::lock_guard lock(mutex_);
    replies_.push_back(std::move(reply));
    changed_.notify_all();
  }
  std::vector<Reply> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(patience_seconds),
                                  [&] { return replies_.size() >= count; }));
    return std::exchange(replies_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reply> replies_;
};

std::unique_ptr<HttpServer> serve(HttpServerOptions options, Handler handler) {
  auto server = HttpServer::create(std::move(options), std::move(handler)).value();
  server->start();
  return server;
}

void echo(Request&& request, Reply&& reply) {
  reply.send({.body = request.path + " " + request.body, .content_type = "text/plain"});
}

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(patience_seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(HttpServer, AnswersSeveralRequestsOnOneConnection) {
  const auto server = serve({}, echo);
  Client client(*server);
  for (const std::string_view body : {"one", "two", ""}) {
    ASSERT_TRUE(client.send(post("/p", body)));
    const Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "/p " + std::string(body));
  }
  EXPECT_EQ(server->connection_count(), 1U);
}

TEST(HttpServer, TellsTheHandlerWhoAsks) {
  const auto server = serve({}, [](Request&& request, Reply&& reply) {
    reply.send({.body = std::move(request.peer_address)});
  });
  Client client(*server);
  client.send(get("/"));
  EXPECT_EQ(client.read_answer().body, "127.0.0.1");
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  Pending pending;
  const auto server = serve({}, [&](Request&&, Reply&& reply) { pending.put(std::move(reply)); });
  Client client(*server);
  client.send(get("/0") + get("/1") + get("/2"));
  std::vector<Reply> replies = pending.take(3);
  for (const std::size_t index : {2U, 0U, 1U}) {
    replies[index].send({.body = std::to_string(index)});
  }
  EXPECT_EQ(client.read_answer().body, "0");
  EXPECT_EQ(client.read_answer().body, "1");
  EXPECT_EQ(client.read_answer().body, "2");
}

TEST(HttpServer, ReadsNoMoreRequestsAheadThanItsLimit) {
  Pending pending;
  std::atomic<std::size_t> count = 0;
  const auto server = serve({}, [&](Request&&, Reply&& reply) {
    ++count;
    pending.put(std::move(reply));
  });
  Client client(*server);
  std::string bytes;
  for (std::size_t index = 0; index <= pipelined_requests_max; ++index) bytes += get("/");
  client.send(bytes);
  auto replies = pending.take(pipelined_requests_max);
  EXPECT_EQ(count, pipelined_requests_max);
  for (Reply& reply : replies) reply.send({.status = 204});
  pending.take(1)[0].send({.status = 201});
  for (std::size_t index = 0; index < pipelined_requests_max; ++index) {
    EXPECT_EQ(client.read_answer().status, 204);
  }
  EXPECT_EQ(client.read_answer().status, 201);
}

TEST(HttpServer, TakesRepliesFromOtherThreadsForManyConnections) {
  Pending pending;
  const auto server =
      serve({.threads = 2}, [&](Request&&, Reply&& reply) { pending.put(std::move(reply)); });
  std::vector<std::unique_ptr<Client>> clients;
  for (int index = 0; index < 50; ++index) {
    clients.push_back(std::make_unique<Client>(*server));
    clients.back()->send(get("/"));
  }
  std::thread writer([&] {
    for (Reply& reply : pending.take(clients.size())) reply.send({.body = "done"});
  });
  for (const auto& client : clients) EXPECT_EQ(client->read_answer().body, "done");
  writer.join();
}

TEST(HttpServer, Answers500WhenAReplyIsDropped) {
  const auto server = serve({}, [](Request&&, Reply&&) {});
  Client client(*server);
  client.send(get("/"));
  const Answer answer = client.read_answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.head.find("application/problem+json"), std::string::npos);
}

TEST(HttpServer, Answers500WhenAHandlerThrows) {
  const auto server =
      serve({}, [](Request&&, Reply&&) { throw std::runtime_error("out of order"); });
  Client client(*server);
  client.send(get("/") + get("/"));
  EXPECT_EQ(client.read_answer().status, 500);
  EXPECT_EQ(client.read_answer().status, 500);
}

TEST(HttpServer, Answers500InsteadOfAFieldWithALineBreak) {
  const auto server = serve({}, [](Request&&, Reply&& reply) {
    reply.send({.status = 302, .headers = {{"Location", "/a\r\nSet-Cookie: b"}}});
  });
  Client client(*server);
  client.send(get("/"));
  EXPECT_EQ(client.read_answer().status, 500);
}

TEST(HttpServer, AnswersHeadWithTheLengthAndWithoutTheBody) {
  const auto server = serve({}, echo);
  Client client(*server);
  client.send("HEAD /long HTTP/1.1\r\nHost: x\r\n\r\n" + get("/next"));
  const Answer answer = client.read_answer(false);
  EXPECT_NE(answer.head.find("Content-Length: 6\r\n"), std::string::npos);
  EXPECT_EQ(client.read_answer().body, "/next ");
}

TEST(HttpServer, SendsLargeOwnedAndStaticBodiesWhole) {
  static const std::string fixed(3'000'000, 'f');
  const auto server = serve({}, [](Request&& request, Reply&& reply) {
    if (request.path == "/fixed") {
      reply.send({.static_body = fixed});
    } else {
      reply.send({.body = std::string(5'000'000, 'o')});
    }
  });
  Client client(*server);
  client.send(get("/fixed") + get("/owned") + get("/fixed"));
  EXPECT_EQ(client.read_answer().body, fixed);
  EXPECT_EQ(client.read_answer().body, std::string(5'000'000, 'o'));
  EXPECT_EQ(client.read_answer().body, fixed);
}

TEST(HttpServer, ReadsABodyThatIsMuchLargerThanItsBuffer) {
  const auto server = serve({.body_bytes_max = [](Method, std::string_view) { return 9'000'000; }},
                            [](Request&& request, Reply&& reply) {
                              reply.send({.body = std::to_string(request.body.size())});
                            });
  Client client(*server);
  client.send(post("/", std::string(9'000'000, 'b')));
  EXPECT_EQ(client.read_answer().body, "9000000");
}

TEST(HttpServer, Answers413AndEndsTheConnectionBeyondTheBodyLimit) {
  const auto server = serve({.body_bytes_max = [](Method, std::string_view path) -> std::size_t {
                              return path == "/small" ? 10 : 100;
                            }},
                            echo);
  Client client(*server);
  client.send(post("/small", "0123456789"));
  EXPECT_EQ(client.read_answer().status, 200);
  client.send(post("/small", "01234567890"));
  const Answer answer = client.read_answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
  EXPECT_NE(answer.body.find(R"("limit":"10")"), std::string::npos);
  client.end_sending();
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, RefusesLengthAndChunkedAfterTheAnswersThatAreDue) {
  const auto server = serve({}, echo);
  Client client(*server);
  client.send(get("/first") +
              "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
              get("/smuggled"));
  EXPECT_EQ(client.read_answer().body, "/first ");
  EXPECT_EQ(client.read_answer().status, 400);
  client.end_sending();
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, SaysContinueToTheClientThatWaitsForIt) {
  const auto server = serve({}, echo);
  Client client(*server);
  client.send("POST /c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(client.read_answer().body, "/c ok");
}

TEST(HttpServer, EndsTheConnectionWhenTheClientAsksForIt) {
  const auto server = serve({}, echo);
  Client client(*server);
  client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(client.read_answer().head.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, AnswersAClientThatHasEndedItsSendingSide) {
  Pending pending;
  const auto server = serve({}, [&](Request&&, Reply&& reply) { pending.put(std::move(reply)); });
  Client client(*server);
  client.send(get("/"));
  client.end_sending();
  pending.take(1)[0].send({.body = "late"});
  EXPECT_EQ(client.read_answer().body, "late");
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, CutsAClientThatIsSlowWithItsHead) {
  const auto server = serve({.header_timeout = Duration::milliseconds(50)}, echo);
  Client client(*server);
  client.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(client.read_answer().status, 408);
  client.end_sending();
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, CutsAClientThatIsSlowWithItsBody) {
  const auto server = serve({.body_timeout = Duration::milliseconds(50)}, echo);
  Client client(*server);
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.read_answer().status, 408);
}

TEST(HttpServer, ClosesConnectionsThatAskNothing) {
  const auto server = serve(
      {.header_timeout = Duration::milliseconds(50), .idle_timeout = Duration::milliseconds(50)},
      echo);
  Client silent(*server);
  Client idle(*server);
  idle.send(get("/"));
  EXPECT_EQ(idle.read_answer().status, 200);
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(idle.at_end());
}

TEST(HttpServer, CutsAClientThatDoesNotTakeItsAnswer) {
  const auto server =
      serve({.write_timeout = Duration::milliseconds(50)},
            [](Request&&, Reply&& reply) { reply.send({.body = std::string(64 << 20, 'x')}); });
  Client client(*server);
  client.send(get("/"));
  EXPECT_EQ(client.read_until("\r\n\r\n").substr(0, 12), "HTTP/1.1 200");
  EXPECT_TRUE(eventually([&] { return server->connection_count() == 0; }));
}

TEST(HttpServer, LetsFurtherClientsWaitUntilAConnectionEnds) {
  const auto server = serve({.connections_max = 1}, echo);
  auto first = std::make_unique<Client>(*server);
  first->send(get("/first"));
  EXPECT_EQ(first->read_answer().status, 200);
  Client second(*server);
  second.send(get("/second"));
  EXPECT_EQ(server->connection_count(), 1U);
  first.reset();
  EXPECT_EQ(second.read_answer().body, "/second ");
}

TEST(HttpServer, NamesTheAddressThatItCannotTake) {
  const auto server = serve({}, echo);
  const std::string taken = "127.0.0.1:" + std::to_string(server->port());
  EXPECT_EQ(HttpServer::create({.address = taken}, echo).error().code, "address_unavailable");
  EXPECT_EQ(HttpServer::create({.address = "nowhere"}, echo).error().code, "invalid_address");
}

TEST(HttpServerStop, LetsRequestsInFlightFinishAndEndsIdleConnections) {
  Pending pending;
  const auto server = serve({}, [&](Request&& request, Reply&& reply) {
    if (request.path == "/idle") return reply.send({.status = 204});
    pending.put(std::move(reply));
  });
  Client idle(*server);
  idle.send(get("/idle"));
  EXPECT_EQ(idle.read_answer().status, 204);
  Client busy(*server);
  busy.send(get("/"));
  std::vector<Reply> replies = pending.take(1);

  std::thread stopping([&] { server->stop(Duration::seconds(patience_seconds)); });
  EXPECT_TRUE(idle.at_end());  // so stop() has begun
  replies[0].send({.body = "drained"});
  const Answer answer = busy.read_answer();
  EXPECT_EQ(answer.body, "drained");
  EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
  busy.end_sending();
  stopping.join();
}

TEST(HttpServerStop, CutsWhatIsLeftAfterTheGraceAndDropsLateReplies) {
  Pending pending;
  auto server = serve({}, [&](Request&&, Reply&& reply) { pending.put(std::move(reply)); });
  Client client(*server);
  client.send(get("/"));
  std::vector<Reply> replies = pending.take(1);
  server->stop(Duration::milliseconds(1));
  EXPECT_TRUE(client.at_end());
  server.reset();
  replies[0].send({.body = "too late"});
}

/// A server whose only answer is a stream that the test holds.
class EventStreams : public testing::Test {
 protected:
  void open(HttpServerOptions options = {}) {
    server = serve(std::move(options), [this](Request&&, Reply&& reply) {
      opened.set_value(reply.stream({{"X-Extra", "1"}}));
    });
    client.emplace(*server);
    client->send(get("/events"));
    stream.emplace(opened.get_future().get());
    stream->on_close([this] { closed.set_value(); });
  }
  bool is_closed() {
    return closed.get_future().wait_for(std::chrono::seconds(patience_seconds)) ==
           std::future_status::ready;
  }

  std::promise<EventStream> opened;
  std::promise<void> closed;
  std::optional<EventStream> stream;
  std::unique_ptr<HttpServer> server;
  std::optional<Client> client;
};

TEST_F(EventStreams, SendTextUntilTheServerEndsThem) {
  open();
  const std::string head = client->read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(head.find("X-Extra: 1\r\n"), std::string::npos);
  EXPECT_TRUE(stream->send(event_text("tick", "1")));
  EXPECT_EQ(client->read_until("\n\n"), "event: tick\ndata: 1\n\n");
  EXPECT_TRUE(stream->send(event_text("tick", "2")));
  stream->close();
  EXPECT_FALSE(stream->send("more"));
  EXPECT_EQ(client->read_to_end(), "event: tick\ndata: 2\n\n");
  EXPECT_TRUE(is_closed());
}

TEST_F(EventStreams, EndWhenTheirOwnerDropsThem) {
  open();
  stream.reset();
  client->read_until("\r\n\r\n");
  EXPECT_TRUE(client->at_end());
}

TEST_F(EventStreams, TellTheirOwnerThatTheClientHasLeft) {
  open();
  client->read_until("\r\n\r\n");
  client.reset();
  EXPECT_TRUE(is_closed());
  EXPECT_TRUE(stream->closed());
  EXPECT_FALSE(stream->send("more"));
}

TEST_F(EventStreams, CutAClientThatDoesNotRead) {
  open({.stream_buffer_bytes_max = 64 << 10});
  EXPECT_TRUE(stream->send(std::string(64 << 10, '.')));
  // What the system's own buffers take, however much that is, ends somewhere.
  std::size_t sent = 0;
  while (sent < (std::size_t{1} << 30) && stream->send(std::string(4 << 10, '.'))) sent += 4 << 10;
  EXPECT_LT(sent, std::size_t{1} << 30);
  EXPECT_TRUE(is_closed());
}

TEST_F(EventStreams, SendCommentsWhileNothingHappens) {
  open({.stream_heartbeat = Duration::milliseconds(20)});
  client->read_until("\r\n\r\n");
  EXPECT_EQ(client->read_until("\n\n"), ":\n\n");
  EXPECT_EQ(client->read_until("\n\n"), ":\n\n");
}

TEST_F(EventStreams, EndWithTheServer) {
  open();
  client->read_until("\r\n\r\n");
  std::thread stopping([&] { server->stop(Duration::seconds(patience_seconds)); });
  EXPECT_TRUE(client->at_end());
  client.reset();
  stopping.join();
  EXPECT_TRUE(stream->closed());
}

}  // namespace
}  // namespace sojourn::net
