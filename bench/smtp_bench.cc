/// Measures the SMTP channel against a server that takes everything, for example
///   smtp-sink -c 127.0.0.1:2525 1000 &
///   smtp_bench 127.0.0.1:2525 --mails 20000 --bytes 10000 --connections 8
///   smtp_bench 127.0.0.1:2525 --mails 100 --rate 5
///   smtp_bench 127.0.0.1:2525 --mails 5000 --sign
///
/// Prints, as a line of JSON, mails a second, CPU time of this process a mail, and from start() to
/// `accepted` the median and the 99th percentile. With --sign each has an RSA signature of 2,048
/// bits. Leave is granted at once: what a store would add is not here.

#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "channels/email/smtp_channel.h"

namespace {

using namespace sojourn;
using SteadyClock = std::chrono::steady_clock;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Grants every leave and writes down when each mail was started and accepted.
class Stopwatch final : public channels::Events {
 public:
  Stopwatch(channels::Channel& channel, std::size_t mails)
      : channel_(channel), started_(mails), took_ms_(mails) {}

  void ask_leave(messages::MessageId id) override { channel_.answer_leave(id, true); }

  void finished(messages::MessageId id, channels::Outcome outcome) override {
    const std::lock_guard lock(mutex_);
    const std::chrono::duration<double, std::milli> took = SteadyClock::now() - started_[id.value];
    took_ms_[id.value] = took.count();
    ++finished_;
    if (outcome.kind != channels::Outcome::Kind::accepted && ++refused_ == 1) {
      fmt::print(stderr, "not accepted: {} {}\n", outcome.reason, outcome.reply);
    }
    changed_.notify_one();
  }

  void start(channels::Handoff handoff) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return channel_.capacity() > 0; });
      started_[handoff.id.value] = SteadyClock::now();
    }
    channel_.start(std::move(handoff));
  }

  void await_all() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finished_ == started_.size(); });
  }

  [[nodiscard]] int refused() const { return refused_; }

  [[nodiscard]] double percentile(double part) {
    std::ranges::sort(took_ms_);
    const auto last = static_cast<double>(took_ms_.size() - 1);
    return took_ms_[static_cast<std::size_t>(last * part)];
  }

 private:
  channels::Channel& channel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<SteadyClock::time_point> started_;
  std::vector<double> took_ms_;
  std::size_t finished_ = 0;
  int refused_ = 0;
};

channels::Handoff handoff_of(std::size_t index, std::size_t bytes) {
  channels::Handoff handoff;
  handoff.id = {index};
  handoff.email.from = {.name = "Sojourn", .address = "news@brand.example"};
  handoff.email.to = {.name = "", .address = fmt::format("contact{}@example.com", index)};
  handoff.email.subject = "A reminder";
  handoff.email.text = "Hello";
  while (handoff.email.html.size() < bytes) {
    handoff.email.html += "<p>You looked at our prices: here is what others did with it.</p>\n";
  }
  handoff.email.message_id = fmt::format("{}@brand.example", index);
  return handoff;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures the SMTP channel against a server that takes everything");
  std::string server;
  std::size_t mails = 20'000;
  std::size_t bytes = 10'000;
  int connections = 8;
  int mails_per_connection = 100;
  double rate = 0;
  app.add_option("server", server, "HOST:PORT")->required();
  app.add_option("--mails", mails);
  app.add_option("--bytes", bytes, "size of the html part");
  app.add_option("--connections", connections);
  app.add_option("--mails-per-connection", mails_per_connection);
  app.add_option("--rate", rate, "mails a second; 0: as many as go");
  bool sign = false;
  app.add_flag("--sign", sign, "by an RSA key of brand.example");
  CLI11_PARSE(app, argc, argv);

  channels::mime::MailSigner signer;
  if (sign) {
    const auto key = signer.generate(channels::SenderKeys::Kind::rsa);
    if (!key || !signer.use({{.domain = "brand.example", .selector = "s1r", .pem = key->pem}})) {
      return 1;
    }
  }
  const SystemClock clock;
  auto channel =
      channels::email::SmtpChannel::create({.url = "smtp://" + server + "?tls=off",
                                            .connections_max = connections,
                                            .mails_per_connection_max = mails_per_connection,
                                            .signer = sign ? &signer : nullptr},
                                           clock);
  if (!channel) {
    fmt::print(stderr, "{}\n", channel.error().message);
    return 1;
  }
  Stopwatch stopwatch(**channel, mails);
  (*channel)->connect(stopwatch);

  const auto begin = SteadyClock::now();
  const double cpu_begin = cpu_seconds();
  for (std::size_t i = 0; i < mails; ++i) {
    if (rate > 0) {
      const std::chrono::duration<double> due(static_cast<double>(i) / rate);
      std::this_thread::sleep_until(begin + std::chrono::duration_cast<SteadyClock::duration>(due));
    }
    stopwatch.start(handoff_of(i, bytes));
  }
  stopwatch.await_all();
  const std::chrono::duration<double> took = SteadyClock::now() - begin;
  const double cpu = cpu_seconds() - cpu_begin;
  (*channel)->stop({});

  const auto count = static_cast<double>(mails);
  fmt::print(
      "{{\"mails\":{},\"refused\":{},\"rate\":{:.1f},\"cpu_us\":{:.1f},\"p50\":{:.3f},"
      "\"p99\":{:.3f}}}\n",
      mails, stopwatch.refused(), count / took.count(), cpu / count * 1e6,
      stopwatch.percentile(0.5), stopwatch.percentile(0.99));
  return stopwatch.refused() == 0 ? 0 : 1;
}
