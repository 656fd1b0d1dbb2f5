#pragma once

/// What was followed just now: whether one mail's links are followed all at once, and whether one
/// address follows the links of many mails (domain/events/hit.h). Kept in memory; thread-safe.

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/messages/message.h"

namespace sojourn::api {

/// How many different values a key has had within a window. Forgets everything where there are too
/// many keys: a count then begins anew, and errs towards a person.
class DistinctWithin {
 public:
  /// Keys remembered; each takes up to `values_max` values of 16 bytes.
  static constexpr std::size_t keys_max = 20'000;

  DistinctWithin(Duration window, std::size_t values_max)
      : window_(window), values_max_(values_max) {}
  /// The number of different values of `key` within the window up to `now`, this one included; at
  /// most `values_max`.
  [[nodiscard]] int note(const std::string& key, std::uint64_t value, Timestamp now);

 private:
  struct Seen {
    std::uint64_t value;
    Timestamp at;
  };
  void make_room(Timestamp now);

  const Duration window_;
  const std::size_t values_max_;
  absl::flat_hash_map<std::string, std::vector<Seen>> seen_;
};

class RecentHits {
 public:
  struct Counts {
    int links = 1;  ///< different ones of the mail within events::burst_window
    int mails = 1;  ///< different ones from the address within events::crowd_window
  };

  RecentHits();
  /// Notes a click. `address` is a form of the client's; empty: its mails are not counted.
  [[nodiscard]] Counts note(messages::MessageId message, std::uint32_t link,
                            const std::string& address, Timestamp now);

 private:
  std::mutex mutex_;
  DistinctWithin links_;  // guarded by mutex_
  DistinctWithin mails_;  // guarded by mutex_
};

}  // namespace sojourn::api
