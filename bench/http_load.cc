/// Sends events to a running server and says what became of them.
///
///   http_load --port N --key WRITE_KEY [options]
///
/// Closed loop without --rate: each connection sends as soon as it has its answer. With --rate an
/// open loop: requests are due at fixed instants whatever the server does, and a latency counts
/// from that instant. A refused call (429) is sent again after a pause, until it is taken.
/// Prints one line of JSON.

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <deque>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "http_client.h"

namespace sojourn::bench {
namespace {

struct LoadOptions {
  int port = 0;
  std::string key;
  std::string kind = "track";
  std::string salt = "a";
  int connections = 1;
  int batch = 1;
  double rate = 0;
  double seconds = 0;
  std::uint64_t requests = 0;
  std::uint64_t contacts = 10'000;
};

constexpr auto pause_after_refusal = std::chrono::milliseconds(100);
constexpr auto patience = std::chrono::seconds(120);
constexpr std::size_t event_bytes = 380;

/// One call, as libraries send them. `identify` calls go through all contacts in order, `track`
/// calls choose them at random.
class Calls {
 public:
  explicit Calls(const LoadOptions& options) : options_(options) {}

  std::string request(std::uint64_t number) {
    std::string body;
    if (options_.batch == 1) {
      body = call(number, false);
    } else {
      body = "{\"batch\":[";
      for (int i = 0; i < options_.batch; ++i) {
        if (i > 0) body += ',';
        body += call(
            number * static_cast<std::uint64_t>(options_.batch) + static_cast<std::uint64_t>(i),
            true);
      }
      body += "]}";
    }
    const std::string path = options_.batch == 1 ? "/v1/" + options_.kind : "/v1/batch";
    return post_request(path, options_.key, body);
  }

 private:
  std::string call(std::uint64_t number, bool in_batch) {
    const std::string type = in_batch ? fmt::format(R"("type":"{}",)", options_.kind) : "";
    if (options_.kind == "identify") {
      const std::uint64_t contact = number % options_.contacts;
      return fmt::format(
          R"({{{0}"messageId":"{1}-{2:012}","userId":"u{3:07}",)"
          R"("traits":{{"email":"u{3:07}@visitor.example","firstName":"Ana","plan":"team",)"
          R"("country":"FR","industry":"retail","employees":{4}}}}})",
          type, options_.salt, number, contact, contact % 500);
    }
    std::string text = fmt::format(
        R"({{{0}"messageId":"{1}-{2:012}","userId":"u{3:07}","event":"Product Viewed",)"
        R"("properties":{{"path":"/products/{4:03}",)"
        R"("referrer":"https://example.com/search","product_id":"sku-{4:03}","price":{4}.5,)"
        R"("currency":"EUR"}},"context":{{"locale":"en-GB","userAgent":")",
        type, options_.salt, number, random_() % options_.contacts, number % 1000);
    constexpr std::string_view end = "\"}}";
    text.append(event_bytes - end.size() - std::min(text.size(), event_bytes - end.size()), 'm');
    text += end;
    return text;
  }

  const LoadOptions& options_;
  std::mt19937_64 random_{7};  // the same load on every run
};

class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        calls_(options),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        client_(epoll_, 0, options.port, options.connections,
                [this](std::uint64_t number, int status) { answered(number, status); }) {}

  void run() {
    start_ = SteadyClock::now();
    while (true) {
      const auto now = SteadyClock::now();
      if (now - start_ > patience) give_up("the load did not end in time");
      send_what_is_due(now);
      if (all_sent(now) && client_.all_idle() && again_.empty()) break;
      wait(now);
    }
    end_ = SteadyClock::now();
  }

  void print() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    const double took = std::chrono::duration<double>(end_ - start_).count();
    const double p50 = percentile(took_us_, 0.5);
    const double p99 = percentile(took_us_, 0.99);
    fmt::print(R"({{"requests":{},"events":{},"refused":{},"failed":{},"seconds":{:.6f},)"
               R"("cpuSeconds":{:.6f},"p50":{:.0f},"p99":{:.0f},"max":{:.0f}}})"
               "\n",
               ok_, ok_ * static_cast<std::uint64_t>(options_.batch), refused_, failed_, took,
               seconds(usage.ru_utime) + seconds(usage.ru_stime), p50, p99,
               took_us_.empty() ? 0 : took_us_.back());
  }

 private:
  struct Again {
    SteadyClock::time_point at;
    std::uint64_t number;
  };
  struct Pending {
    SteadyClock::time_point due;
    std::string request;
  };

  [[nodiscard]] SteadyClock::time_point due_of(std::uint64_t number) const {
    if (options_.rate == 0) return SteadyClock::now();
    return start_ + std::chrono::duration_cast<SteadyClock::duration>(
                        std::chrono::duration<double>(static_cast<double>(number) / options_.rate));
  }

  [[nodiscard]] bool all_sent(SteadyClock::time_point now) const {
    if (options_.requests > 0) return next_ >= options_.requests;
    if (options_.rate > 0) {
      return static_cast<double>(next_) >= options_.rate * options_.seconds;
    }
    return now - start_ >= std::chrono::duration<double>(options_.seconds);
  }

  void send_what_is_due(SteadyClock::time_point now) {
    while (client_.has_idle() && !again_.empty() && again_.front().at <= now) {
      const std::uint64_t number = again_.front().number;
      again_.pop_front();
      client_.send(pending_.at(number).request, number);
    }
    while (client_.has_idle() && !all_sent(now)) {
      const auto due = due_of(next_);
      if (due > SteadyClock::now()) break;
      const std::uint64_t number = next_++;
      Pending& pending = pending_[number] = {due, calls_.request(number)};
      if (options_.rate == 0) pending.due = SteadyClock::now();
      client_.send(pending.request, number);
    }
  }

  void wait(SteadyClock::time_point now) {
    auto until = now + std::chrono::milliseconds(20);
    if (options_.rate > 0 && client_.has_idle() && !all_sent(now)) {
      until = std::min(until, due_of(next_));
    }
    const auto left = std::max(until - SteadyClock::now(), SteadyClock::duration::zero());
    timespec timeout{};
    timeout.tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    epoll_event events[64];
    const int count = ::epoll_pwait2(epoll_, events, 64, &timeout, nullptr);
    for (int i = 0; i < count; ++i) client_.on_event(events[i].data.u64, events[i].events);
  }

  void answered(std::uint64_t number, int status) {
    if (status == 429) {
      ++refused_;
      again_.push_back({SteadyClock::now() + pause_after_refusal, number});
      return;
    }
    const auto place = pending_.find(number);
    if (status == 200) {
      ++ok_;
      took_us_.push_back(
          std::chrono::duration<double, std::micro>(SteadyClock::now() - place->second.due)
              .count());
    } else {
      ++failed_;
    }
    pending_.erase(place);
  }

  const LoadOptions& options_;
  Calls calls_;
  const int epoll_;
  HttpClient client_;
  SteadyClock::time_point start_;
  SteadyClock::time_point end_;
  std::uint64_t next_ = 0;
  std::uint64_t ok_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t failed_ = 0;
  std::deque<Again> again_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::vector<double> took_us_;
};

}  // namespace
}  // namespace sojourn::bench

int main(int argument_count, char** arguments) {
  sojourn::bench::LoadOptions options;
  CLI::App program("Sends events to a running server", "http_load");
  program.add_option("--port", options.port)->required();
  program.add_option("--key", options.key, "write key")->required();
  program.add_option("--kind", options.kind, "track or identify");
  program.add_option("--salt", options.salt, "makes message ids of this run unique");
  program.add_option("--connections", options.connections);
  program.add_option("--batch", options.batch, "calls in a request");
  program.add_option("--rate", options.rate, "requests a second; without it a closed loop");
  program.add_option("--seconds", options.seconds);
  program.add_option("--requests", options.requests, "ends after so many, in place of --seconds");
  program.add_option("--contacts", options.contacts, "how many different ones");
  CLI11_PARSE(program, argument_count, arguments);
  sojourn::bench::Load load(options);
  load.run();
  load.print();
}
