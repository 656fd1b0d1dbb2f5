/// How long it takes from an event to the mail that it triggers: sends `Signed Up` events of new
/// contacts in an open loop, and receives the mails on a port of its own. A latency counts from the
/// instant at which the event was due to the instant at which the mail's last reply is written.
///
///   mail_latency --port HTTP --smtp-port SMTP --key WRITE_KEY --steps 5x60,100x10 --salt a
///   mail_latency --floor FILE --smtp-port SMTP --steps 5x20
///
/// With --floor nothing of ours takes part: two durable appends (the acknowledgement and the leave
/// to send), then the mail over one kept SMTP connection. Prints a line of JSON for each step.

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "http_client.h"

namespace sojourn::bench {
namespace {

constexpr std::uint64_t http_slot = 1'000'000;
constexpr std::uint64_t listener_slot = 0;
constexpr int http_connections = 64;
constexpr std::size_t mail_bytes = 4'000;
/// How long the last mails of a step may take after its last event.
constexpr auto drain_max = std::chrono::seconds(20);

/// A step at which one in a hundred takes longer is the last.
constexpr double late_ms = 1'000;

struct Step {
  double rate = 0;
  double seconds = 0;
};

/// A receiver that takes every mail and says to whom each went.
class Sink {
 public:
  using Accepted = std::function<void(std::string_view recipient)>;

  Sink(int epoll, int port, Accepted accepted) : epoll_(epoll), accepted_(std::move(accepted)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, SOMAXCONN) != 0) {
      give_up("the SMTP port cannot be had");
    }
    watch(listener_, listener_slot);
  }

  void on_event(std::uint64_t slot) {
    if (slot == listener_slot) return accept();
    const auto place = sessions_.find(slot);
    if (place == sessions_.end()) return;
    char buffer[65'536];
    const ssize_t size = ::recv(place->second.socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) {
      ::close(place->second.socket);
      sessions_.erase(place);
      return;
    }
    place->second.received.append(buffer, static_cast<std::size_t>(size));
    read_lines(place->second);
  }

 private:
  struct Session {
    int socket = -1;
    std::string received;
    std::string recipient;
    bool in_data = false;
  };

  void watch(int socket, std::uint64_t slot) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = slot;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }

  void accept() {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::uint64_t slot = ++last_slot_;
    sessions_[slot].socket = socket;
    watch(socket, slot);
    reply(sessions_[slot], "220 sink.example ESMTP\r\n");
  }

  static void reply(const Session& session, std::string_view text) {
    static_cast<void>(::send(session.socket, text.data(), text.size(), MSG_NOSIGNAL));
  }

  void read_lines(Session& session) {
    std::string replies;
    while (true) {
      if (session.in_data) {
        const std::size_t end = session.received.find("\r\n.\r\n");
        if (end == std::string::npos) break;
        session.received.erase(0, end + 5);
        session.in_data = false;
        reply(session, replies + "250 2.0.0 taken\r\n");
        replies.clear();
        accepted_(session.recipient);
        continue;
      }
      const std::size_t end = session.received.find("\r\n");
      if (end == std::string::npos) break;
      const std::string line = session.received.substr(0, end);
      session.received.erase(0, end + 2);
      replies += answer(session, line);
    }
    if (!replies.empty()) reply(session, replies);
  }

  static std::string answer(Session& session, std::string_view line) {
    const std::string_view verb = line.substr(0, 4);
    if (verb == "EHLO") return "250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
    if (verb == "RCPT") {
      const std::size_t open = line.find('<');
      session.recipient = line.substr(open + 1, line.find('>') - open - 1);
    }
    if (verb == "DATA") {
      session.in_data = true;
      return "354 go on\r\n";
    }
    return verb == "QUIT" ? "221 2.0.0 bye\r\n" : "250 2.0.0 ok\r\n";
  }

  const int epoll_;
  const Accepted accepted_;
  int listener_ = -1;
  std::uint64_t last_slot_ = listener_slot;
  std::unordered_map<std::uint64_t, Session> sessions_;
};

class Run {
 public:
  Run(int port, int smtp_port, std::string key, std::string salt)
      : key_(std::move(key)),
        salt_(std::move(salt)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        sink_(epoll_, smtp_port, [this](std::string_view recipient) { mail_for(recipient); }),
        client_(epoll_, http_slot, port, http_connections,
                [this](std::uint64_t number, int status) { answered(number, status); }) {}

  /// False when mails were missing at the end of the step, or too many came late.
  bool step(const Step& step, int number) {
    step_ = number;
    due_.clear();
    took_ms_.clear();
    refused_ = acknowledged_ = 0;
    const auto count = static_cast<std::size_t>(step.rate * step.seconds);
    const auto start = SteadyClock::now();
    for (std::size_t i = 0; i < count; ++i) {
      due_.push_back(start +
                     std::chrono::duration_cast<SteadyClock::duration>(
                         std::chrono::duration<double>(static_cast<double>(i) / step.rate)));
    }
    const auto give_up_at = due_.back() + drain_max;
    std::size_t next = 0;
    while (took_ms_.size() < count && SteadyClock::now() < give_up_at) {
      while (next < count && client_.has_idle() && due_[next] <= SteadyClock::now()) {
        client_.send(request(next), next);
        ++next;
      }
      auto until = SteadyClock::now() + std::chrono::milliseconds(20);
      if (next < count && client_.has_idle()) until = std::min(until, due_[next]);
      wait(until);
      if (refused_ > 0) break;
    }
    const double took = std::chrono::duration<double>(SteadyClock::now() - start).count();
    const std::size_t mails = took_ms_.size();
    fmt::print(R"({{"rate":{},"events":{},"acknowledged":{},"refused":{},"mails":{},)"
               R"("seconds":{:.3f},"p50":{:.3f},"p99":{:.3f},"max":{:.3f}}})"
               "\n",
               step.rate, count, acknowledged_, refused_, mails, took, percentile(took_ms_, 0.5),
               percentile(took_ms_, 0.99), took_ms_.empty() ? 0 : took_ms_.back());
    std::fflush(stdout);
    return mails == count && percentile(took_ms_, 0.99) < late_ms;
  }

 private:
  [[nodiscard]] std::string request(std::size_t number) const {
    return post_request(
        "/v1/track", key_,
        fmt::format(
            R"({{"messageId":"{0}","userId":"{0}","event":"Signed Up",)"
            R"("properties":{{"plan":"team"}},)"
            R"("context":{{"traits":{{"email":"{0}@visitor.example","firstName":"Ana"}}}}}})",
            name_of(number)));
  }
  [[nodiscard]] std::string name_of(std::size_t number) const {
    return fmt::format("{}-{}-{}", salt_, step_, number);
  }

  void wait(SteadyClock::time_point until) {
    const auto left = std::max(until - SteadyClock::now(), SteadyClock::duration::zero());
    timespec timeout{};
    timeout.tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    epoll_event events[64];
    const int count = ::epoll_pwait2(epoll_, events, 64, &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
      if (client_.owns(events[i].data.u64)) {
        client_.on_event(events[i].data.u64, events[i].events);
      } else {
        sink_.on_event(events[i].data.u64);
      }
    }
  }

  void answered(std::uint64_t, int status) { ++(status == 200 ? acknowledged_ : refused_); }

  void mail_for(std::string_view recipient) {
    const std::string prefix = fmt::format("{}-{}-", salt_, step_);
    if (!recipient.starts_with(prefix)) return;  // of a step that was given up
    std::size_t number = 0;
    std::from_chars(recipient.data() + prefix.size(), recipient.data() + recipient.size(), number);
    if (number >= due_.size()) return;
    took_ms_.push_back(
        std::chrono::duration<double, std::milli>(SteadyClock::now() - due_[number]).count());
  }

  const std::string key_;
  const std::string salt_;
  const int epoll_;
  Sink sink_;
  HttpClient client_;
  int step_ = 0;
  std::vector<SteadyClock::time_point> due_;
  std::vector<double> took_ms_;
  std::size_t refused_ = 0;
  std::size_t acknowledged_ = 0;
};

/// The SMTP client of the floor: one connection, blocking.
class PlainSender {
 public:
  explicit PlainSender(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      give_up("the sink does not listen");
    }
    receive(1);
    turn("EHLO floor.example\r\n", 3);
  }
  ~PlainSender() { ::close(socket_); }

  void send(const std::string& mail) {
    turn("MAIL FROM:<a@floor.example>\r\nRCPT TO:<b@floor.example>\r\nDATA\r\n", 3);
    turn(mail, 1);
  }

 private:
  void turn(const std::string& text, int lines) {
    if (::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) < 0) give_up("the sink is gone");
    receive(lines);
  }
  void receive(int lines) {
    char buffer[4'096];
    for (int seen = 0; seen < lines;) {
      const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
      if (size <= 0) give_up("the sink is gone");
      seen += static_cast<int>(std::count(buffer, buffer + size, '\n'));
    }
  }
  const int socket_;
};

/// Two durable appends and a mail for each event; a rate of 0 sends one after the other.
void run_floor(const std::string& path, int smtp_port, const std::vector<Step>& steps) {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  Sink sink(epoll, smtp_port, [](std::string_view) {});
  std::atomic<bool> ended = false;
  std::thread receiver([&] {
    while (!ended) {
      epoll_event events[64];
      const int count = ::epoll_wait(epoll, events, 64, 50);
      for (int i = 0; i < count; ++i) sink.on_event(events[i].data.u64);
    }
  });
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string page(4'096, 'd');
  const auto append = [&] {
    if (::write(file, page.data(), page.size()) < 0 || ::fdatasync(file) != 0) {
      give_up("the disk does not take it");
    }
  };
  {
    PlainSender sender(smtp_port);
    const std::string mail =
        "Subject: Welcome\r\n\r\n" + std::string(mail_bytes, 'm') + "\r\n.\r\n";
    for (const Step& step : steps) {
      std::vector<double> took_ms;
      const auto start = SteadyClock::now();
      const auto end = start + std::chrono::duration<double>(step.seconds);
      for (std::size_t i = 0; SteadyClock::now() < end; ++i) {
        auto due = SteadyClock::now();
        if (step.rate > 0) {
          due = start + std::chrono::duration_cast<SteadyClock::duration>(
                            std::chrono::duration<double>(static_cast<double>(i) / step.rate));
          std::this_thread::sleep_until(due);
          append();
          append();
        }
        sender.send(mail);
        took_ms.push_back(
            std::chrono::duration<double, std::milli>(SteadyClock::now() - due).count());
      }
      const double took = std::chrono::duration<double>(SteadyClock::now() - start).count();
      const std::size_t mails = took_ms.size();
      fmt::print(R"({{"rate":{},"mails":{},"seconds":{:.3f},"p50":{:.3f},"p99":{:.3f}}})"
                 "\n",
                 step.rate, mails, took, percentile(took_ms, 0.5), percentile(took_ms, 0.99));
      std::fflush(stdout);
    }
  }
  ended = true;
  receiver.join();
  ::close(file);
  ::unlink(path.c_str());
}

/// `5x60,100x10`: events a second, seconds.
std::vector<Step> read_steps(const std::string& text) {
  std::vector<Step> steps;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find(',', begin);
    if (end == std::string::npos) end = text.size();
    const std::string item = text.substr(begin, end - begin);
    const std::size_t cross = item.find('x');
    if (cross == std::string::npos) give_up("a step is no RATExSECONDS: " + item);
    steps.push_back({std::stod(item.substr(0, cross)), std::stod(item.substr(cross + 1))});
    begin = end + 1;
  }
  return steps;
}

}  // namespace
}  // namespace sojourn::bench

int main(int argument_count, char** arguments) {
  int port = 0;
  int smtp_port = 0;
  std::string key;
  std::string salt = "m";
  std::string steps;
  std::string floor;
  CLI::App program("How long it takes from an event to its mail", "mail_latency");
  program.add_option("--port", port, "of the server");
  program.add_option("--smtp-port", smtp_port, "to receive mails on")->required();
  program.add_option("--key", key, "write key");
  program.add_option("--salt", salt, "makes message ids of this run unique");
  program.add_option("--steps", steps, "RATExSECONDS,...")->required();
  program.add_option("--floor", floor, "measure the floor; a file to append to");
  CLI11_PARSE(program, argument_count, arguments);
  const auto list = sojourn::bench::read_steps(steps);
  if (!floor.empty()) {
    sojourn::bench::run_floor(floor, smtp_port, list);
    return 0;
  }
  sojourn::bench::Run run(port, smtp_port, key, salt);
  for (std::size_t i = 0; i < list.size(); ++i) {
    // A server that is behind stays behind: higher rates would tell nothing more.
    if (!run.step(list[i], static_cast<int>(i))) break;
  }
}
