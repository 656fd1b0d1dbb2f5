/// Measures what a domain whose hosts answer late costs the mails to another domain, both delivered
/// without a relay by one channel:
///   smtp-sink -c 127.0.0.1:2525 1000 &
///   smtp-sink -w 60 127.0.0.2:2525 1000 &
///   tarpit_bench 2525 --mails 20000 --tarred 20000
///
/// good.test is at 127.0.0.1, tar.test at 127.0.0.2. Mails to both stand in one queue, in turn, and
/// are handed over as the outbox does it: who must wait for room comes back later. Prints the mails
/// a second to good.test as a line of JSON. Leave is granted at once.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/clock.h"
#include "channels/email/smtp_channel.h"

namespace {

using namespace sojourn;
using SteadyClock = std::chrono::steady_clock;
using channels::Outcome;

/// Two domains without MX records, each at an address of its own.
class TwoDomains final : public net::Dns {
 public:
  void ask(std::string name, net::DnsType type, Done done) override {
    net::DnsAnswer answer{.status = net::DnsStatus::no_records};
    if (type == net::DnsType::a && (name == "good.test" || name == "tar.test")) {
      answer.status = net::DnsStatus::found;
      answer.records = {{.value = name == "good.test" ? "127.0.0.1" : "127.0.0.2"}};
    }
    // The channel takes answers at any time; the order of calls is all that an own thread would
    // add.
    done(std::move(answer));
  }
};

/// Mails by when they are due, as the outbox keeps them.
class Queue final : public channels::Events {
 public:
  Queue(channels::Channel& channel, std::size_t mails, std::size_t tarred)
      : channel_(channel), good_left_(mails) {
    for (std::size_t i = 0; i < std::max(mails, tarred); ++i) {
      if (i < tarred) due_.emplace(SteadyClock::time_point(), 2 * i + 1);
      if (i < mails) due_.emplace(SteadyClock::time_point(), 2 * i);
    }
  }

  void ask_leave(messages::MessageId id) override { channel_.answer_leave(id, true); }

  void finished(messages::MessageId id, Outcome outcome) override {
    const std::lock_guard lock(mutex_);
    if (outcome.kind == Outcome::Kind::not_started) {
      due_.insert(
          {SteadyClock::now() + milliseconds(outcome.retry_after.value_or(Duration{})), id.value});
    } else if (id.value % 2 == 0) {
      --good_left_;
      if (outcome.kind != Outcome::Kind::accepted) ++refused_;
    }
    changed_.notify_one();
  }

  /// Until all mails to good.test have ended.
  void run(std::size_t bytes) {
    std::unique_lock lock(mutex_);
    while (good_left_ > 0) {
      const bool is_due = !due_.empty() && due_.begin()->first <= SteadyClock::now();
      if (!is_due || channel_.capacity() == 0) {
        changed_.wait_for(lock, std::chrono::milliseconds(1));
        continue;
      }
      const std::uint64_t id = due_.begin()->second;
      due_.erase(due_.begin());
      lock.unlock();
      const std::string address = id % 2 == 0 ? "ana@good.test" : "ana@tar.test";
      const Duration wait = channel_.wait_for(address);
      if (wait == Duration{}) channel_.start(handoff_of(id, address, bytes));
      lock.lock();
      if (wait > Duration{}) due_.insert({SteadyClock::now() + milliseconds(wait), id});
    }
  }

  [[nodiscard]] int refused() const { return refused_; }

 private:
  static std::chrono::milliseconds milliseconds(Duration duration) {
    return std::chrono::milliseconds(duration.ms);
  }
  static channels::Handoff handoff_of(std::uint64_t id, const std::string& to, std::size_t bytes) {
    channels::Handoff handoff;
    handoff.id = {id};
    handoff.email.from = {.name = "Sojourn", .address = "news@brand.example"};
    handoff.email.to = {.name = "", .address = to};
    handoff.email.subject = "A reminder";
    handoff.email.text = "Hello";
    handoff.email.html = std::string(bytes, 'x');
    handoff.email.message_id = fmt::format("{}@brand.example", id);
    return handoff;
  }

  channels::Channel& channel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::pair<SteadyClock::time_point, std::uint64_t>> due_;  // guarded by mutex_
  std::size_t good_left_;                                            // guarded by mutex_
  int refused_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures what a slow domain costs the mails to another one");
  std::uint16_t port = 0;
  std::size_t mails = 20'000;
  std::size_t tarred = 0;
  std::size_t bytes = 10'000;
  app.add_option("port", port)->required();
  app.add_option("--mails", mails, "to good.test");
  app.add_option("--tarred", tarred, "to tar.test");
  app.add_option("--bytes", bytes, "size of the html part");
  CLI11_PARSE(app, argc, argv);

  const SystemClock clock;
  TwoDomains dns;
  auto channel = channels::email::SmtpChannel::create(
      {.url = fmt::format("mx:?port={}", port),
       .guard = *net::AddressGuard::parse("127.0.0.0/8"),
       .dns = &dns,
       .fetch_policy =
           [](const std::string&, const std::function<void(Result<std::string>)>& done) {
             done(failure("mta_sts_unreachable", "no policies here"));
           }},
      clock);
  if (!channel) {
    fmt::print(stderr, "{}\n", channel.error().message);
    return 1;
  }
  Queue queue(**channel, mails, tarred);
  (*channel)->connect(queue);
  const auto begin = SteadyClock::now();
  queue.run(bytes);
  const std::chrono::duration<double> took = SteadyClock::now() - begin;
  (*channel)->stop({});
  fmt::print("{{\"mails\":{},\"refused\":{},\"rate\":{:.1f}}}\n", mails, queue.refused(),
             static_cast<double>(mails) / took.count());
  return queue.refused() == 0 ? 0 : 1;
}
