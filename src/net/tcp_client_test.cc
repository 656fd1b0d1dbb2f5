#include "net/tcp_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <vector>

namespace sojourn::net {
namespace {

// Handshakes and certificates are tested with a server in channels/email/smtp_channel_test.cc.

constexpr Duration long_enough = Duration::seconds(10);

/// One end of a connection that the test holds in its hand.
class Listener {
 public:
  Listener() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() {
    close_peer();
    ::close(listener_);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  void accept() { peer_ = ::accept(listener_, nullptr, nullptr); }
  void send(std::string_view bytes) {
    EXPECT_EQ(::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
  }
  std::string receive(std::size_t size) {
    std::string bytes(size, '\0');
    bytes.resize(static_cast<std::size_t>(
        std::max<ssize_t>(0, ::recv(peer_, bytes.data(), size, MSG_WAITALL))));
    return bytes;
  }
  void close_peer() {
    if (peer_ >= 0) ::close(std::exchange(peer_, -1));
  }

 private:
  int listener_;
  int peer_ = -1;
  std::uint16_t port_ = 0;
};

/// Runs `task` on the loop and waits for its answer.
template <typename Task>
auto on(EventLoop& loop, Task task) {
  using Answer = decltype(task());
  auto promise = std::make_shared<std::promise<Answer>>();
  auto answer = promise->get_future();
  loop.post([promise, task] {
    if constexpr (std::is_void_v<Answer>) {
      task();
      promise->set_value();
    } else {
      promise->set_value(task());
    }
  });
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  return answer.get();
}

/// Writes down what a client says, and lets the test wait for it.
class Recorder final : public TcpEvents {
 public:
  void connected() override { note("connected"); }
  void received(std::string_view bytes) override { note("received " + std::string(bytes)); }
  void written() override { note("written"); }
  void secured() override { note("secured"); }
  void timed_out() override { note("timed out"); }
  void failed(const TcpFailure& failure) override {
    kind = failure.kind;
    note("failed");
  }

  [[nodiscard]] bool await(const std::string& event) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] {
      return std::find(events_.begin(), events_.end(), event) != events_.end();
    });
  }
  [[nodiscard]] bool has(const std::string& event) {
    const std::lock_guard lock(mutex_);
    return std::find(events_.begin(), events_.end(), event) != events_.end();
  }

  std::optional<TcpFailure::Kind> kind;

 private:
  void note(std::string event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

class TcpClientTest : public ::testing::Test {
 protected:
  ~TcpClientTest() override { loop_.stop(); }

  void connect(std::string host, Duration timeout = long_enough) {
    on(loop_, [this, host, timeout] {
      client_.connect({.host = host, .port = listener_.port()}, timeout);
    });
  }

  Listener listener_;
  Recorder recorder_;
  EventLoop loop_;
  TcpClient client_{loop_, recorder_};
};

TEST_F(TcpClientTest, CarriesBytesBothWays) {
  for (const char* host : {"127.0.0.1", "localhost"}) {
    Recorder recorder;
    std::optional<TcpClient> client;
    on(loop_, [&] {
      client.emplace(loop_, recorder);
      client->connect({.host = host, .port = listener_.port()}, long_enough);
    });
    ASSERT_TRUE(recorder.await("connected")) << host;
    listener_.accept();
    on(loop_, [&] {
      client->write("one ");
      client->write("two");
    });
    EXPECT_EQ(listener_.receive(7), "one two");
    EXPECT_TRUE(recorder.await("written"));
    listener_.send("three");
    EXPECT_TRUE(recorder.await("received three"));
    on(loop_, [&] { client.reset(); });
    EXPECT_EQ(listener_.receive(1), "");
    listener_.close_peer();
  }
}

TEST_F(TcpClientTest, SaysWrittenOnlyWhenAllBytesHaveLeft) {
  connect("127.0.0.1");
  ASSERT_TRUE(recorder_.await("connected"));
  listener_.accept();
  const std::string bytes(32 * 1024 * 1024, 'x');  // more than the socket's buffers hold
  on(loop_, [&] { client_.write(bytes); });
  on(loop_, [] {});
  EXPECT_FALSE(recorder_.has("written"));
  EXPECT_EQ(listener_.receive(bytes.size()).size(), bytes.size());
  EXPECT_TRUE(recorder_.await("written"));
}

TEST_F(TcpClientTest, FailsWhenThePeerCloses) {
  connect("127.0.0.1");
  ASSERT_TRUE(recorder_.await("connected"));
  listener_.accept();
  listener_.close_peer();
  ASSERT_TRUE(recorder_.await("failed"));
  EXPECT_EQ(recorder_.kind, TcpFailure::Kind::closed);
}

TEST_F(TcpClientTest, FailsWhereNobodyListens) {
  std::uint16_t port = 0;
  {
    const Listener gone;
    port = gone.port();
  }
  on(loop_, [&] { client_.connect({.host = "127.0.0.1", .port = port}, long_enough); });
  ASSERT_TRUE(recorder_.await("failed"));
  EXPECT_EQ(recorder_.kind, TcpFailure::Kind::connect);
}

TEST_F(TcpClientTest, TellsOfItsDeadlineAndGoesOn) {
  connect("127.0.0.1");
  ASSERT_TRUE(recorder_.await("connected"));
  listener_.accept();
  on(loop_, [&] { client_.expire_after(Duration::milliseconds(1)); });
  ASSERT_TRUE(recorder_.await("timed out"));
  listener_.send("late");
  EXPECT_TRUE(recorder_.await("received late"));
}

TEST_F(TcpClientTest, AMovedDeadlineDoesNotExpire) {
  connect("127.0.0.1");
  ASSERT_TRUE(recorder_.await("connected"));
  listener_.accept();
  on(loop_, [&] {
    client_.expire_after(Duration::milliseconds(1));
    client_.expire_after(long_enough);
  });
  // A timer that is set later and due later rings after the first deadline's would have.
  std::promise<void> rang;
  Timer timer;
  on(loop_,
     [&] { timer = loop_.after(Duration::milliseconds(20), [&rang] { rang.set_value(); }); });
  rang.get_future().wait();
  EXPECT_FALSE(recorder_.has("timed out"));
}

TEST_F(TcpClientTest, SaysNothingAfterClose) {
  connect("127.0.0.1");
  ASSERT_TRUE(recorder_.await("connected"));
  listener_.accept();
  on(loop_, [&] { client_.close(); });
  EXPECT_EQ(listener_.receive(1), "");
  listener_.close_peer();
  on(loop_, [&] { client_.write("dropped"); });
  on(loop_, [] {});
  EXPECT_FALSE(recorder_.has("failed"));
  EXPECT_FALSE(recorder_.has("written"));
}

TEST_F(TcpClientTest, GivesUpAHandshakeThatThePeerDoesNotSpeak) {
  const auto context = TlsContext::create({.check = PeerCheck::none});
  ASSERT_TRUE(context);
  connect("127.0.0.1");
  ASSERT_TRUE(recorder_.await("connected"));
  listener_.accept();
  on(loop_, [&] { client_.start_tls(**context, "localhost"); });
  listener_.send("this is no TLS record\r\n");
  ASSERT_TRUE(recorder_.await("failed"));
  EXPECT_EQ(recorder_.kind, TcpFailure::Kind::tls);
  EXPECT_FALSE(recorder_.has("received this is no TLS record\r\n"));
}

TEST(TlsContext, FailsWhereTheAuthoritiesCannotBeRead) {
  EXPECT_FALSE(TlsContext::create({.authorities_file = "/nonexistent"}));
}

TEST(EventLoop, RunsTasksInOrderAndTimersOnlyWhileTheyStand) {
  EventLoop loop;
  std::vector<int> order;
  Timer cancelled;
  Timer kept;
  std::promise<void> rang;
  on(loop, [&] {
    loop.post([&] { order.push_back(1); });
    loop.post([&] { order.push_back(2); });
    cancelled = loop.after(Duration{}, [&] { order.push_back(99); });
    kept = loop.after(Duration::milliseconds(1), [&] { rang.set_value(); });
    cancelled.cancel();
  });
  rang.get_future().wait();
  on(loop, [] {});
  loop.stop();
  loop.post([&] { order.push_back(3); });
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace sojourn::net
