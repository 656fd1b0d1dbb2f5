#include "channels/inbound/smtp_listener.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sojourn::channels::inbound {
namespace {

/// A peer on loopback that reads whole answers.
class Peer {
 public:
  explicit Peer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Peer() { ::close(socket_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
  }
  /// What comes until `end` has come, or the connection has ended.
  std::string read_until(std::string_view end) {
    std::string all;
    while (!all.ends_with(end)) {
      char bytes[4096];
      const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
      if (size <= 0) break;
      all.append(bytes, static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  int socket_;
};

std::unique_ptr<SmtpListener> listen(SmtpListener::Options options, SmtpListener::Take take) {
  options.address = "127.0.0.1:0";
  options.session.host_name = "b.example.com";
  auto made = SmtpListener::create(
      std::move(options), [](std::string_view address) { return address.starts_with("b+"); },
      std::move(take));
  EXPECT_TRUE(made);
  (*made)->start();
  return std::move(*made);
}

constexpr std::string_view one_mail =
    "HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<b+1@b.example.com>\r\nDATA\r\nhello\r\n.\r\n";

TEST(SmtpListener, AnswersWhenTheMailIsTakenOnAnyThread) {
  std::thread later;
  std::string bytes;
  const auto listener = listen({}, [&](ReceivedMail mail, SmtpListener::Answer answer) {
    bytes = mail.bytes;
    later = std::thread([answer = std::move(answer)] { answer(Receipt::taken); });
  });
  Peer peer(listener->port());
  peer.send(one_mail);
  peer.send("QUIT\r\n");
  const std::string said = peer.read_until("221 2.0.0 b.example.com\r\n");
  later.join();
  EXPECT_EQ(bytes, "hello\r\n");
  EXPECT_NE(said.find("354 go on\r\n250 2.0.0 taken\r\n221"), std::string::npos) << said;
  EXPECT_EQ(peer.read_until("never"), "");  // it has hung up
}

TEST(SmtpListener, AnAnswerAfterTheEndIsDropped) {
  std::mutex mutex;
  std::vector<SmtpListener::Answer> answers;
  auto listener = listen({}, [&](ReceivedMail, SmtpListener::Answer answer) {
    const std::lock_guard lock(mutex);
    answers.push_back(std::move(answer));
  });
  {
    Peer gone(listener->port());
    gone.send(one_mail);
    static_cast<void>(gone.read_until("354 go on\r\n"));
  }
  Peer peer(listener->port());
  peer.send(one_mail);
  static_cast<void>(peer.read_until("354 go on\r\n"));
  listener->stop();
  EXPECT_EQ(peer.read_until("never"), "421 4.3.2 b.example.com is stopping\r\n");
  listener.reset();
  const std::lock_guard lock(mutex);
  for (const SmtpListener::Answer& answer : answers) answer(Receipt::taken);
}

TEST(SmtpListener, OnePeerHoldsSoManyConnectionsAndNoMore) {
  SmtpListener::Options options;
  options.connections_of_peer_max = 2;
  const auto listener = listen(
      options, [](ReceivedMail, const SmtpListener::Answer& answer) { answer(Receipt::taken); });
  Peer first(listener->port());
  EXPECT_EQ(first.read_until("\r\n"), "220 b.example.com ESMTP\r\n");
  {
    Peer second(listener->port());
    EXPECT_EQ(second.read_until("\r\n"), "220 b.example.com ESMTP\r\n");
    Peer third(listener->port());
    EXPECT_EQ(third.read_until("never"),
              "220 b.example.com ESMTP\r\n421 4.3.2 b.example.com too many connections\r\n");
    second.send("QUIT\r\n");
    static_cast<void>(second.read_until("never"));
  }
  // Those that have ended make room, in a turn of the loop.
  std::string said;
  const auto was_served = [&] { return said.find("250 2.0.0 ok\r\n") != std::string::npos; };
  for (int i = 0; i < 100 && !was_served(); ++i) {
    Peer next(listener->port());
    next.send("NOOP\r\nQUIT\r\n");
    said = next.read_until("never");
  }
  EXPECT_TRUE(was_served()) << said;
}

TEST(SmtpListener, AFloodOfMailsIsPutOff) {
  SmtpListener::Options options;
  options.mails_of_peer_per_minute_max = 1;
  std::atomic<int> taken = 0;
  const auto listener = listen(options, [&](ReceivedMail, const SmtpListener::Answer& answer) {
    ++taken;
    answer(Receipt::taken);
  });
  Peer peer(listener->port());
  peer.send(one_mail);
  static_cast<void>(peer.read_until("taken\r\n"));
  peer.send(one_mail);
  EXPECT_TRUE(peer.read_until("not now\r\n").ends_with("451 4.3.0 not now\r\n"));
  EXPECT_EQ(taken, 1);
}

TEST(SmtpListener, WhoSaysNothingIsCut) {
  SmtpListener::Options options;
  options.idle_timeout = Duration::milliseconds(50);
  const auto listener = listen(
      options, [](ReceivedMail, const SmtpListener::Answer& answer) { answer(Receipt::taken); });
  Peer peer(listener->port());
  EXPECT_EQ(peer.read_until("never"),
            "220 b.example.com ESMTP\r\n421 4.3.2 b.example.com waited long enough\r\n");
}

TEST(SmtpListener, AnAddressThatIsTakenIsAnError) {
  const auto listener =
      listen({}, [](ReceivedMail, const SmtpListener::Answer& answer) { answer(Receipt::taken); });
  SmtpListener::Options options;
  options.address = "127.0.0.1:" + std::to_string(listener->port());
  const auto second = SmtpListener::create(
      options, [](std::string_view) { return true; },
      [](ReceivedMail, const SmtpListener::Answer&) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "address_unavailable");
}

}  // namespace
}  // namespace sojourn::channels::inbound
