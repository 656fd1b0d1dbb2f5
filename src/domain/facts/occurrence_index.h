#pragma once

/// Which events of the log count for one fact, and what was measured of each: a set of positions
/// that takes two bytes an event, or a bit a position where events are dense.

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/events/event.h"
#include "domain/facts/fact.h"

namespace sojourn::facts {

class OccurrenceIndex {
 public:
  /// Positions from a multiple of this on are kept together.
  static constexpr std::uint64_t chunk_positions = 65'536;

  explicit OccurrenceIndex(Measured measured) : measured_(measured) {}

  /// Positions ascend.
  void add(events::Position position, const Occurrence& occurrence);
  /// Adds all of another index of the same measure, whose positions come later: those before a
  /// multiple of chunk_positions stand here, those from it on there.
  void append(OccurrenceIndex later);
  /// The measured value of the event at `position` (0 where nothing is measured); absent where it
  /// does not count.
  [[nodiscard]] std::optional<std::int64_t> find(events::Position position) const;
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  /// Positions with the same upper bits. Either the lower ones, ascending, or a bit for each.
  struct Chunk {
    std::uint64_t upper = 0;
    std::vector<std::uint16_t> lower;
    std::vector<std::int64_t> values;  ///< of `lower`; empty where nothing is measured
    std::vector<std::uint64_t> bits;
  };
  static void use_bits(Chunk& chunk);

  Measured measured_;
  std::uint64_t count_ = 0;
  std::vector<Chunk> chunks_;  ///< ascending
};

}  // namespace sojourn::facts
