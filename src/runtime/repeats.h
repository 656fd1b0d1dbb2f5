#pragma once

/// Recognises messages that were taken before, exactly, for 7 days (ARCHITECTURE 6, "Repeats").
///
/// Keyed hashes of message ids stand in two buckets of 7 days each: the newest in memory (the
/// tail), older ones in the store behind a Bloom filter, so that the disk is asked only where the
/// filter says "perhaps". Owned by the log writer's thread.

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "store/event_log.h"

namespace sojourn::runtime {

inline constexpr Duration repeat_window = Duration::days(7);

/// Answers "perhaps" or "certainly not". Grows by adding a filter twice as large when one is full,
/// so that an idle server holds none; each has 10 bits an item, 1 % false "perhaps".
class BloomFilter {
 public:
  void add(const Hash128& hash);
  [[nodiscard]] bool may_contain(const Hash128& hash) const;

 private:
  struct Layer {
    std::vector<std::uint64_t> bits;
    std::uint64_t capacity = 0;
    std::uint64_t count = 0;
  };
  std::vector<Layer> layers_;
};

class Repeats {
 public:
  /// `log` outlives it.
  explicit Repeats(store::EventLogWriter& log) : log_(log) {}

  /// Fills the filters from the store and the tail from the log's records after its covered
  /// position. Call once, before anything else.
  Result<void> load(const store::EventLogReader& reader, Timestamp now);

  /// For each hash, whether it was added before.
  [[nodiscard]] Result<std::vector<bool>> contain(std::span<const Hash128> hashes);
  /// Adds what was appended; positions ascend.
  void add(const Hash128& hash, events::Position position, Timestamp received_at);

  /// Moves a part of the tail to the store where that is worth it: when idle, or when the tail has
  /// grown to its limit. True where it did something.
  Result<bool> flush(bool idle, Timestamp now);

 private:
  struct Entry {
    Hash128 hash;
    events::Position position;
    std::uint32_t bucket = 0;
  };
  struct Bucket {
    std::uint32_t number = 0;
    BloomFilter filter;
  };

  BloomFilter& filter_of(std::uint32_t bucket);
  Result<void> forget_old(Timestamp now);

  store::EventLogWriter& log_;
  std::deque<Entry> tail_;
  absl::flat_hash_set<Hash128> in_tail_;
  std::vector<Bucket> buckets_;
};

}  // namespace sojourn::runtime
