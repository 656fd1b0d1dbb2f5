#pragma once

/// Counters that reports read, and tallies: single numbers that would need a scan otherwise.

#include <map>

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<Counter>> read_counters(driver::Connection& connection,
                                                         std::string_view kind,
                                                         std::string_view key);
[[nodiscard]] Result<std::vector<Counter>> read_counters_of_day(driver::Connection& connection,
                                                                std::string_view kind,
                                                                std::int32_t day);

namespace tallies {
inline constexpr std::string_view applied = "applied";
inline constexpr std::string_view next_sequence = "next_sequence";
inline constexpr std::string_view next_message = "next_message";
inline constexpr std::string_view contact_count = "contacts";
[[nodiscard]] std::string members(std::uint32_t segment);
[[nodiscard]] std::string messages(messages::DeliveryState state);
}  // namespace tallies

/// Zero where nothing was written yet.
[[nodiscard]] Result<std::int64_t> read_tally(driver::Connection& connection,
                                              std::string_view name);

/// The log position up to which events have been applied.
[[nodiscard]] Result<events::Position> read_applied(driver::Connection& connection);

/// What a transaction adds to counters and tallies, gathered so that each row is written once.
class PendingCounts {
 public:
  void add(const CounterKey& key, std::int64_t by) { counters_[key] += by; }
  void add(std::string_view tally, std::int64_t by);
  /// Raises the tally to `at_least` where it is less.
  void raise(std::string_view tally, std::int64_t at_least);
  /// Writes what has gathered, and forgets it.
  [[nodiscard]] Result<void> write(driver::Connection& connection);

 private:
  // Sorted: what a transaction writes, and in which order, must be the same on every machine.
  std::map<CounterKey, std::int64_t> counters_;
  std::map<std::string, std::int64_t, std::less<>> added_;
  std::map<std::string, std::int64_t, std::less<>> raised_;
};

}  // namespace sojourn::store::sql
