#include "domain/facts/occurrence_index.h"

#include <algorithm>
#include <iterator>

#include "base/ensure.h"

namespace sojourn::facts {
namespace {

constexpr int lower_bits = 16;
static_assert(std::uint64_t{1} << lower_bits == OccurrenceIndex::chunk_positions);
constexpr std::size_t words = (std::size_t{1} << lower_bits) / 64;
/// OPTIMIZATION: a bit for each position is used where it takes at most four times as much as two
/// bytes an event: it is found in one step instead of eleven, which was a tenth of a backfill.
constexpr std::size_t bits_cost_max = 4;
constexpr std::size_t lower_max =
    words * sizeof(std::uint64_t) / sizeof(std::uint16_t) / bits_cost_max;

std::uint64_t upper_of(events::Position position) {
  return position.value >> lower_bits;
}
std::uint16_t lower_of(events::Position position) {
  return static_cast<std::uint16_t>(position.value);
}

}  // namespace

void OccurrenceIndex::add(events::Position position, const Occurrence& occurrence) {
  const std::uint64_t upper = upper_of(position);
  if (chunks_.empty() || chunks_.back().upper != upper) {
    ENSURE(chunks_.empty() || chunks_.back().upper < upper);
    chunks_.push_back({.upper = upper, .lower = {}, .values = {}, .bits = {}});
  }
  ++count_;
  Chunk& chunk = chunks_.back();
  const std::uint16_t lower = lower_of(position);
  if (!chunk.bits.empty()) {
    chunk.bits[lower / 64] |= std::uint64_t{1} << (lower % 64);
    return;
  }
  ENSURE(chunk.lower.empty() || chunk.lower.back() < lower);
  chunk.lower.push_back(lower);
  if (measured_ != Measured::nothing) {
    chunk.values.push_back(occurrence.value);
  } else if (chunk.lower.size() > lower_max) {
    use_bits(chunk);
  }
}

void OccurrenceIndex::append(OccurrenceIndex later) {
  const bool is_later =
      chunks_.empty() || later.chunks_.empty() || chunks_.back().upper < later.chunks_[0].upper;
  ENSURE(is_later);
  count_ += later.count_;
  chunks_.insert(chunks_.end(), std::make_move_iterator(later.chunks_.begin()),
                 std::make_move_iterator(later.chunks_.end()));
}

void OccurrenceIndex::use_bits(Chunk& chunk) {
  chunk.bits.resize(words);
  for (const std::uint16_t lower : chunk.lower) {
    chunk.bits[lower / 64] |= std::uint64_t{1} << (lower % 64);
  }
  chunk.lower = {};
}

std::optional<std::int64_t> OccurrenceIndex::find(events::Position position) const {
  const std::uint64_t upper = upper_of(position);
  const auto chunk =
      std::lower_bound(chunks_.begin(), chunks_.end(), upper,
                       [](const Chunk& each, std::uint64_t wanted) { return each.upper < wanted; });
  if (chunk == chunks_.end() || chunk->upper != upper) return std::nullopt;
  const std::uint16_t lower = lower_of(position);
  if (!chunk->bits.empty()) {
    const bool counts = ((chunk->bits[lower / 64] >> (lower % 64)) & 1) != 0;
    return counts ? std::optional(std::int64_t{0}) : std::nullopt;
  }
  const auto place = std::lower_bound(chunk->lower.begin(), chunk->lower.end(), lower);
  if (place == chunk->lower.end() || *place != lower) return std::nullopt;
  if (chunk->values.empty()) return 0;
  return chunk->values[static_cast<std::size_t>(place - chunk->lower.begin())];
}

}  // namespace sojourn::facts
