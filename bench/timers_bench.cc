/// Journeys alone, on the embedded store and durable: how fast runs advance when many waits have
/// ended (J1), and how late they advance when many waits end within one minute (J2).
///
///   timers_bench steps FOLDER CONTACTS STEPS
///   timers_bench due FOLDER CONTACTS SECONDS
///
/// The folder is made anew. Prints one JSON object a line: of `steps` one for each step of the
/// journey that all contacts pass, of `due` one with the lag. A run counts as advanced when a
/// reader of the store sees it, so after the commit. The bench looks every few milliseconds, from a
/// thread of its own, so that looking costs the engine little; a lag is so much too long at most.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/ensure.h"
#include "channels/inbox/inbox_channel.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn {
namespace {

using SteadyClock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr HashKey master{{9, 9, 9}};
constexpr std::uint64_t events_per_call = 500;
constexpr Duration wait = Duration::hours(1);
constexpr std::string_view journey = "long";

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Stands still until it is told to move on, or to run as fast as real time does.
class SteeredClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    const std::int64_t real = real_start_ms_;
    return {at_ms_ + (real == 0 ? 0 : real_ms() - real)};
  }
  void set(Timestamp at) { at_ms_ = at.ms; }
  void run() { real_start_ms_ = real_ms(); }

 private:
  static std::int64_t real_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               SteadyClock::now().time_since_epoch())
        .count();
  }

  std::atomic<std::int64_t> at_ms_ = SystemClock().now().ms;
  std::atomic<std::int64_t> real_start_ms_ = 0;  ///< 0: stands still
};

/// A runtime on an empty folder, with one journey of `waits` waits of an hour each.
class Bench {
 public:
  Bench(const std::string& folder, std::uint64_t waits) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    auto store = store::sql::open_sqlite_store({.folder = folder});
    ENSURE(store.has_value());
    store_ = std::move(*store);
    auto channel = channels::inbox::InboxChannel::create({.folder = folder + "/mails"}, clock_);
    ENSURE(channel.has_value());
    channel_ = std::move(*channel);
    runtime::WorkspaceRuntime::Options options;
    options.sender.public_url = "https://example.com";
    auto opened = runtime::WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = *channel_, .master_key = master}, options);
    ENSURE(opened.has_value());
    runtime_ = std::move(*opened);
    runtime_->start();
    std::string steps;
    for (std::uint64_t number = 0; number < waits; ++number) {
      steps += fmt::format("  - {{id: s{}, wait: 1 hour}}\n", number);
    }
    const auto plan = runtime_->apply(
        {{"long.yaml", fmt::format("kind: journey\nkey: {}\nname: Long\ntrigger: {{event: Signed "
                                   "Up}}\nreentry: never\nsteps:\n{}",
                                   journey, steps)}},
        "bench");
    ENSURE(plan.has_value());
    for (const auto& problem : plan->problems) fmt::print(stderr, "{}\n", problem.message);
    ENSURE(plan->problems.empty());
  }
  ~Bench() { runtime_->stop(Duration::seconds(1)); }

  /// Contacts `first` to `end` enter the journey.
  void enter(std::uint64_t first, std::uint64_t end) {
    while (first < end) {
      const std::uint64_t last = std::min(end, first + events_per_call);
      std::vector<events::Event> events;
      for (std::uint64_t number = first; number < last; ++number) {
        events::Event event;
        event.message_id = fmt::format("enter-{}", number);
        event.user_id = fmt::format("u{}", number);
        event.name = "Signed Up";
        event.at = event.received_at = clock_.now();
        event.source = "bench";
        events.push_back(std::move(event));
      }
      const Result<void> taken = runtime_->submit(std::move(events), [](const Result<void>&) {});
      if (taken) {
        first = last;
      } else {
        std::this_thread::sleep_for(5ms);
      }
    }
    while (runtime_->gauges().log_queue + runtime_->gauges().unapplied > 0) {
      std::this_thread::sleep_for(1ms);
    }
  }

  /// How many have passed the step, as a reader of the store sees it.
  [[nodiscard]] std::uint64_t passed(std::uint64_t step) const {
    const auto view = store_->view();
    ENSURE(view.has_value());
    const auto counters = (*view)->counters("journey", journey);
    ENSURE(counters.has_value());
    const std::string id = fmt::format("s{}", step);
    for (const store::Counter& counter : *counters) {
      const store::CounterKey& key = counter.key;
      if (key.day == 0 && key.step == id && key.outcome == "passed") {
        return static_cast<std::uint64_t>(counter.count);
      }
    }
    return 0;
  }

  /// The instants for which contacts are to be woken, ascending.
  [[nodiscard]] std::vector<Timestamp> due(std::uint64_t contacts) const {
    const auto view = store_->view();
    ENSURE(view.has_value());
    const auto wakes = (*view)->due_wakes(Timestamp::never(), contacts + 1);
    ENSURE(wakes.has_value());
    ENSURE(wakes->size() == contacts);
    std::vector<Timestamp> due;
    due.reserve(wakes->size());
    for (const auto& each : *wakes) due.push_back(each.due);
    return due;
  }

  [[nodiscard]] SteeredClock& clock() { return clock_; }
  /// The engine looks at the clock again.
  void wake() {
    ENSURE(runtime_->write([](store::StateTransaction&) { return Result<void>(); }).has_value());
  }

 private:
  SteeredClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<runtime::WorkspaceRuntime> runtime_;
};

int measure_steps(const std::string& folder, std::uint64_t contacts, std::uint64_t steps) {
  Bench bench(folder, steps);
  bench.enter(0, contacts);
  for (std::uint64_t step = 0; step < steps; ++step) {
    const double cpu = cpu_seconds();
    const auto start = SteadyClock::now();
    bench.clock().set(bench.clock().now() + wait);
    bench.wake();
    while (bench.passed(step) < contacts) std::this_thread::sleep_for(5ms);
    fmt::print("{{\"steps\":{},\"seconds\":{:.4f},\"cpuSeconds\":{:.4f}}}\n", contacts,
               seconds_since(start), cpu_seconds() - cpu);
    std::fflush(stdout);
  }
  return 0;
}

int measure_due(const std::string& folder, std::uint64_t contacts, std::uint64_t seconds) {
  Bench bench(folder, 1);
  // Entries are spread as the waits' ends are to be: so many slices of product time.
  constexpr std::uint64_t slices_per_second = 4;
  const std::uint64_t slices = seconds * slices_per_second;
  const Timestamp start = bench.clock().now();
  for (std::uint64_t slice = 0; slice < slices; ++slice) {
    bench.clock().set(start +
                      Duration{static_cast<std::int64_t>(slice * 1000 / slices_per_second)});
    bench.enter(contacts * slice / slices, contacts * (slice + 1) / slices);
  }
  const std::vector<Timestamp> due = bench.due(contacts);
  const double spread = static_cast<double>((due.back() - due.front()).ms) / 1000;
  // A second of quiet before the first.
  bench.clock().set(due.front() - Duration::seconds(1));
  bench.clock().run();
  bench.wake();
  const double cpu = cpu_seconds();
  std::vector<double> lag_ms;
  lag_ms.reserve(contacts);
  while (lag_ms.size() < contacts) {
    const std::uint64_t passed = bench.passed(0);
    const Timestamp seen = bench.clock().now();
    // Waits that end earlier are carried out earlier: the n-th that is seen is the n-th due.
    while (lag_ms.size() < passed) {
      lag_ms.push_back(static_cast<double>((seen - due[lag_ms.size()]).ms));
    }
    std::this_thread::sleep_for(10ms);
  }
  const double used = cpu_seconds() - cpu;
  std::sort(lag_ms.begin(), lag_ms.end());
  fmt::print(
      "{{\"timers\":{},\"spreadSeconds\":{:.2f},\"p50Ms\":{:.0f},\"p99Ms\":{:.0f},\"maxMs\":{:.0f},"
      "\"cpuSeconds\":{:.3f}}}\n",
      contacts, spread, lag_ms[contacts / 2], lag_ms[contacts * 99 / 100], lag_ms.back(), used);
  return 0;
}

}  // namespace
}  // namespace sojourn

int main(int count, char** arguments) {
  const std::string_view what = count == 5 ? arguments[1] : "";
  const auto number = [&](int place) { return std::strtoull(arguments[place], nullptr, 10); };
  if (what == "steps") return sojourn::measure_steps(arguments[2], number(3), number(4));
  if (what == "due") return sojourn::measure_due(arguments[2], number(3), number(4));
  fmt::print(stderr,
             "timers_bench steps FOLDER CONTACTS STEPS | timers_bench due FOLDER CONTACTS "
             "SECONDS\n");
  return 2;
}
