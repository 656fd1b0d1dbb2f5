// The log is read in stretches, by whom and in which order it may be.
#include "runtime/log_scan.h"

#include <functional>
#include <map>

#include "domain/events/event_codec.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

/// A log of orders at given positions, which calls back before each scan and fails when told to.
class OrderLog final : public store::EventLogReader {
 public:
  explicit OrderLog(const std::map<std::uint64_t, int>& amounts) {
    for (const auto& [position, amount] : amounts) {
      events::Event event;
      event.message_id = "m" + std::to_string(position);
      event.name = "Order Completed";
      event.properties.set("n", amount);
      payloads_[position] = events::encode(event);
    }
  }

  std::function<void()> before_scan = [] {};
  int failures_left = 0;
  int scans = 0;

  Result<events::Position> scan(const Scan& scan,
                                const std::function<void(const Scanned&)>& visit) const override {
    auto& self = const_cast<OrderLog&>(*this);
    ++self.scans;
    std::exchange(self.before_scan, [] {})();
    if (failures_left > 0) {
      --self.failures_left;
      return failure("io", "cannot be read");
    }
    for (auto each = payloads_.upper_bound(scan.after.value);
         each != payloads_.end() && each->first <= scan.until.value; ++each) {
      visit({{each->first}, "Order Completed", each->second});
    }
    return scan.until;
  }

  Result<events::Position> head() const override { return failure("unused", ""); }
  Result<std::vector<store::LogRecord>> read(events::Position, std::size_t) const override {
    return failure("unused", "");
  }
  Result<Page> read_back(std::optional<events::Position>, std::size_t, std::string_view,
                         std::size_t) const override {
    return failure("unused", "");
  }
  Result<std::vector<store::LogRecord>> at(std::span<const events::Position>) const override {
    return failure("unused", "");
  }
  Result<Counts> counts(std::int64_t) const override { return failure("unused", ""); }

 private:
  std::map<std::uint64_t, std::string> payloads_;
};

class LogScanTest : public BackfillLab {
 protected:
  static constexpr std::uint64_t end = 2'000'000;

  LogScanTest() {
    segment("large", "did: {event: Order Completed, where: [{property: n, at_least: 50}]}");
    for (std::uint64_t position = 1; position <= end; position += 997) {
      amounts_[position] = static_cast<int>(position % 100);
    }
  }
  std::shared_ptr<reaction::History> questions() {
    const auto rules = runtime_->rules();
    return std::make_shared<reaction::History>(
        rules, std::vector<reaction::YoungFact>{{rules->facts()[0].id, {end}}});
  }
  /// How many of the orders at these positions count.
  static std::uint64_t count(const reaction::History& history,
                             const std::map<std::uint64_t, int>& amounts) {
    std::vector<reaction::TimelineEntry> timeline;
    for (const auto& [position, amount] : amounts) {
      timeline.push_back({start, {position}, "Order Completed"});
    }
    std::vector<facts::FactState> states;
    history.count(timeline, 0, states);
    return states.empty() ? 0 : states[0].count;
  }
  [[nodiscard]] std::uint64_t expected() const {
    return static_cast<std::uint64_t>(std::count_if(
        amounts_.begin(), amounts_.end(), [](const auto& each) { return each.second >= 50; }));
  }

  std::map<std::uint64_t, int> amounts_;
};

TEST_F(LogScanTest, StretchesThatEndInAnyOrderMakeTheWhole) {
  OrderLog log(amounts_);
  int done = 0;
  LogScan scan(log, [&done] { ++done; });
  scan.begin(questions());
  // The first three are begun in their order and end in the opposite one.
  log.before_scan = [&] {
    log.before_scan = [&] { scan.step(); };
    scan.step();
  };
  while (scan.step()) {
    EXPECT_EQ(scan.complete() != nullptr, done == 1);
    EXPECT_EQ(scan.is_reading(), done == 0);
  }
  EXPECT_EQ(done, 1);
  EXPECT_EQ(log.scans, 8);
  EXPECT_EQ(scan.progress().reached, events::Position{end});
  EXPECT_EQ(count(*scan.complete(), amounts_), expected());
}

TEST_F(LogScanTest, AStretchThatCouldNotBeReadIsReadAgain) {
  OrderLog log(amounts_);
  LogScan scan(log, [] {});
  scan.begin(questions());
  EXPECT_TRUE(scan.step());
  log.failures_left = 2;
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(scan.step());
    EXPECT_TRUE(scan.has_failed());
  }
  while (scan.step()) continue;
  EXPECT_FALSE(scan.has_failed());
  ASSERT_NE(scan.complete(), nullptr);
  EXPECT_EQ(count(*scan.complete(), amounts_), expected());
}

TEST_F(LogScanTest, WhatIsReadForAFormerQuestionIsForgotten) {
  OrderLog log(amounts_);
  LogScan scan(log, [] {});
  scan.begin(questions());
  EXPECT_TRUE(scan.step());
  log.before_scan = [&] { scan.begin(questions()); };
  EXPECT_TRUE(scan.step());
  EXPECT_EQ(scan.progress().reached, events::Position{0});
  log.before_scan = [&] { scan.stop(); };
  EXPECT_TRUE(scan.step());
  EXPECT_FALSE(scan.step());
  EXPECT_EQ(scan.complete(), nullptr);
  scan.begin(questions());
  while (scan.step()) continue;
  EXPECT_EQ(count(*scan.complete(), amounts_), expected());
}

}  // namespace
}  // namespace sojourn::runtime
