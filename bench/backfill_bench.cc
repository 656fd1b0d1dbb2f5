/// How long a new behavioural segment takes until it is exact, over many contacts and their log,
/// beside live traffic; and how long live events wait meanwhile. The page cache is warm.
///
///   backfill_bench FOLDER [contacts] [events]
///
/// Makes the folder's data once, and publishes the segments anew in each run. Prints one JSON
/// object a segment: `members` is compared with `expected`, counted while the events were made.

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/ensure.h"
#include "channels/inbox/inbox_channel.h"
#include "domain/events/event_codec.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "runtime/event_log.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr HashKey master{{9, 9, 9}};
constexpr std::uint64_t seed = 11;
constexpr std::size_t block = 4096;
constexpr std::int64_t day_ms = 86'400'000;
constexpr int days = 60;
constexpr int window_days = 30;
/// Events a second of the live traffic, in calls of ten.
constexpr int live_rate = 1'000;

struct Size {
  std::uint32_t contacts = 100'000;
  std::uint64_t events = 2'000'000;
};

/// What the segments of this bench must find.
struct Expected {
  std::uint64_t large = 0;  ///< two orders of 50 and more in the window
  std::uint64_t often = 0;  ///< two orders in the window
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Of all threads: live traffic is in it.
double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::string user_of(std::uint32_t contact) {
  return "u" + std::to_string(contact);
}

events::Event make_event(std::mt19937_64& random, std::uint64_t number, Timestamp at) {
  events::Event event;
  event.message_id = fmt::format("{:016x}{:016x}", random(), number);
  const std::uint64_t lot = random() % 100;
  event.name = lot < 60   ? "Page Viewed"
               : lot < 80 ? "Product Viewed"
               : lot < 90 ? "Email Opened"
               : lot < 95 ? "Cart Updated"
                          : "Order Completed";
  event.at = event.received_at = at;
  event.source = "bench";
  event.properties.set("path", fmt::format("/products/{}", random() % 1'000));
  if (lot >= 90) event.properties.set("revenue", static_cast<std::int64_t>(random() % 100));
  event.context.set("userAgent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36");
  return event;
}

/// Log and contacts as the runtime would have left them.
class Maker {
 public:
  Maker(store::Store& store, Size size, Timestamp end) : store_(store), size_(size), end_(end) {}

  Expected make() {
    states_.resize(size_.contacts);
    std::vector<std::uint8_t> large(size_.contacts), often(size_.contacts);
    std::mt19937_64 random(seed);
    std::vector<store::LogRecord> records;
    for (std::uint64_t number = 1; number <= size_.events; ++number) {
      const auto contact = static_cast<std::uint32_t>(random() % size_.contacts);
      const double share = static_cast<double>(number) / static_cast<double>(size_.events);
      const Timestamp at =
          end_ - Duration{static_cast<std::int64_t>((1 - share) * days * day_ms) + 60'000};
      events::Event event = make_event(random, number, at);
      event.user_id = user_of(contact);
      // The window moves on while the bench runs: its edge has no orders.
      const std::int64_t age = end_.ms - at.ms;
      const bool near_edge = std::abs(age - window_days * day_ms) < day_ms / 4;
      if (event.name == "Order Completed" && near_edge) event.name = "Cart Updated";
      if (event.name == "Order Completed" && age < window_days * day_ms) {
        ++often[contact];
        if (event.properties.find("revenue")->number() >= 50) ++large[contact];
      }
      states_[contact].push_back({at, {number}, event.name});
      Hash128 message;
      for (std::uint8_t& byte : message.bytes) byte = static_cast<std::uint8_t>(random());
      records.push_back({.position = {number},
                         .message = message,
                         .subject = {},
                         .at = at,
                         .received_at = at,
                         .name = event.name,
                         .payload = events::encode(event)});
      if (records.size() == block || number == size_.events) {
        ENSURE(store_.log_writer().append(records).has_value());
        records.clear();
      }
    }
    write_contacts();
    const auto count = [](const std::vector<std::uint8_t>& counts) {
      return static_cast<std::uint64_t>(
          std::count_if(counts.begin(), counts.end(), [](std::uint8_t each) { return each >= 2; }));
    };
    return {count(large), count(often)};
  }

 private:
  void write_contacts() {
    const HashKey key = runtime::contact_key(master);
    constexpr std::uint32_t at_once = 10'000;
    for (std::uint32_t first = 0; first < size_.contacts; first += at_once) {
      auto transaction = store_.begin();
      ENSURE(transaction.has_value());
      for (std::uint32_t i = first; i < std::min(first + at_once, size_.contacts); ++i) {
        const contacts::Identifier identifier{"userId", user_of(i)};
        reaction::ContactState state;
        state.id = contacts::derive_contact_id(key, identifier);
        state.first_seen = state.last_seen = end_;
        state.identifiers.push_back(identifier);
        state.attributes.write("plan", i % 3 == 0 ? "pro" : "basic", end_, {});
        state.attributes.write("country", i % 5 == 0 ? "DE" : "FR", end_, {});
        state.timeline = std::move(states_[i]);
        ENSURE((*transaction)
                   ->put_contact({.id = state.id,
                                  .user_id = identifier.value,
                                  .email = "",
                                  .name = "",
                                  .first_seen = end_,
                                  .last_seen = end_,
                                  .state = reaction::encode(state)})
                   .has_value());
        ENSURE((*transaction)->put_identifier(identifier, state.id).has_value());
      }
      ENSURE((*transaction)->set_applied({size_.events}).has_value());
      ENSURE((*transaction)->commit().has_value());
    }
  }

  store::Store& store_;
  const Size size_;
  const Timestamp end_;
  std::vector<std::vector<reaction::TimelineEntry>> states_;
};

/// Sends events and notes how long each takes until it is applied.
class LiveTraffic {
 public:
  LiveTraffic(runtime::Runtime& runtime, std::uint32_t contacts)
      : runtime_(runtime), contacts_(contacts) {
    tail_ = runtime_.tail([this](const std::vector<runtime::TailEvent>& events) {
      const std::lock_guard lock(mutex_);
      for (const runtime::TailEvent& each : events) {
        const std::int64_t sent = std::strtoll(each.logged->event.source.c_str(), nullptr, 10);
        waits_ms_.push_back(static_cast<double>(now_us() - sent) / 1000);
      }
    });
    thread_ = std::thread([this] { run(); });
  }
  ~LiveTraffic() {
    stops_ = true;
    thread_.join();
  }
  double percentile(double share) {
    const std::lock_guard lock(mutex_);
    std::sort(waits_ms_.begin(), waits_ms_.end());
    if (waits_ms_.empty()) return 0;
    return waits_ms_[static_cast<std::size_t>(static_cast<double>(waits_ms_.size() - 1) * share)];
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    waits_ms_.clear();
  }

 private:
  static std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch())
        .count();
  }

  void run() {
    // Seeded by the time: a run over a folder that is kept must not repeat the message ids of the
    // last one, which would be passed over.
    std::mt19937_64 random(static_cast<std::uint64_t>(now_us()));
    constexpr int at_once = 10;
    auto next = Clock::now();
    for (std::uint64_t number = 0; !stops_; ++number) {
      std::vector<events::Event> events;
      for (int i = 0; i < at_once; ++i) {
        events::Event event = make_event(random, number, runtime_.clock().now());
        event.name = "Page Viewed";
        event.user_id = user_of(static_cast<std::uint32_t>(random() % contacts_));
        event.source = std::to_string(now_us());
        events.push_back(std::move(event));
      }
      ENSURE(runtime_.submit(std::move(events), [](const Result<void>&) {}).has_value());
      next += std::chrono::microseconds(1'000'000 * at_once / live_rate);
      std::this_thread::sleep_until(next);
    }
  }

  runtime::Runtime& runtime_;
  const std::uint32_t contacts_;
  std::mutex mutex_;
  std::vector<double> waits_ms_;  // guarded by mutex_
  std::atomic<bool> stops_ = false;
  std::shared_ptr<void> tail_;
  std::thread thread_;
};

void build(runtime::Runtime& runtime, LiveTraffic& traffic, const std::string& key,
           const std::string& where, std::uint64_t expected) {
  traffic.forget();
  const auto start = Clock::now();
  const double cpu_before = cpu_seconds();
  const std::string text = fmt::format("kind: segment\nkey: {}\nwhere: '{}'\n", key, where);
  const auto plan = runtime.apply({{"segment.yaml", text}}, "bench");
  ENSURE(plan.has_value());
  ENSURE(plan->problems.empty());
  double read = 0;
  while (runtime.backfill().active) {
    const runtime::BackfillState state = runtime.backfill();
    if (read == 0 && state.events_read == state.events_total) read = seconds_since(start);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const double seconds = seconds_since(start);
  const double cpu = cpu_seconds() - cpu_before;
  const reaction::SegmentRule* rule = runtime.rules()->segment(std::string_view(key));
  const auto view = runtime.store().view();
  ENSURE(view.has_value());
  const auto members = (*view)->member_count(rule->number);
  ENSURE(members.has_value());
  fmt::print(
      "{{\"segment\": \"{}\", \"seconds\": {:.2f}, \"cpuSeconds\": {:.2f}, \"readSeconds\": "
      "{:.2f}, \"members\": {}, "
      "\"expected\": {}, \"liveP50Ms\": {:.1f}, \"liveP99Ms\": {:.1f}}}\n",
      key, seconds, cpu, read, *members, expected, traffic.percentile(0.5),
      traffic.percentile(0.99));
  std::fflush(stdout);
}

int run(const std::string& folder, Size size) {
  const SystemClock clock;
  const std::string made = folder + "/made";
  auto opened = store::sql::open_sqlite_store({.folder = folder + "/data"});
  ENSURE(opened.has_value());
  Expected expected;
  if (!std::filesystem::exists(made)) {
    const auto start = Clock::now();
    expected = Maker(**opened, size, clock.now()).make();
    std::ofstream(made) << expected.large << ' ' << expected.often;
    fmt::print(stderr, "made in {:.0f} s\n", seconds_since(start));
  } else {
    std::ifstream(made) >> expected.large >> expected.often;
  }
  auto channel = channels::inbox::InboxChannel::create({.folder = folder + "/mails"}, clock);
  ENSURE(channel.has_value());
  runtime::WorkspaceRuntime::Options options;
  options.sender.public_url = "https://example.com";
  auto runtime = runtime::WorkspaceRuntime::open(
      {.store = **opened, .clock = clock, .channel = **channel, .master_key = master}, options);
  ENSURE(runtime.has_value());
  (*runtime)->start();
  {
    LiveTraffic traffic(**runtime, size.contacts);
    // Whatever the last run left.
    for (const char* key : {"large", "often", "pros"}) {
      build(**runtime, traffic, key, "plan is nothing", 0);
    }
    build(**runtime, traffic, "large",
          "did \"Order Completed\" where revenue >= 50 at least 2 times in last 30 days",
          expected.large);
    build(**runtime, traffic, "often", "did \"Order Completed\" at least 2 times in last 30 days",
          expected.often);
    // Every third contact, from the first on.
    build(**runtime, traffic, "pros", "plan is pro", (size.contacts + 2) / 3);
  }
  (*runtime)->stop(Duration::seconds(1));
  return 0;
}

}  // namespace
}  // namespace sojourn

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "backfill_bench FOLDER [contacts] [events]\n");
    return 2;
  }
  sojourn::Size size;
  if (argc > 2) size.contacts = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  if (argc > 3) size.events = std::strtoull(argv[3], nullptr, 10);
  return sojourn::run(argv[1], size);
}
