#pragma once

/// One fact of the contacts who have it, in columns: counts, times and sums, each beside those of
/// the next contact, so that a question about a million contacts reads memory in order.

#include <cstdint>
#include <span>
#include <vector>

#include "domain/audience/bits.h"
#include "domain/facts/fact.h"

namespace sojourn::audience {

/// Lists of numbers, one a row, in one piece of memory.
class NumberLists {
 public:
  [[nodiscard]] std::size_t size() const { return extents_.size(); }
  [[nodiscard]] std::span<const std::int64_t> list(std::size_t row) const {
    const Extent& extent = extents_[row];
    return {pool_.data() + extent.begin, extent.size};
  }
  void append() { extents_.push_back({}); }
  /// Makes room for so many numbers in the row, and returns it; what stood there is lost.
  std::span<std::int64_t> replace(std::size_t row, std::size_t size);
  /// The last row takes the place of `row`.
  void remove(std::size_t row);
  [[nodiscard]] std::size_t bytes() const {
    return pool_.capacity() * sizeof(std::int64_t) + extents_.capacity() * sizeof(Extent);
  }

 private:
  struct Extent {
    std::uint32_t begin = 0;
    std::uint16_t size = 0;
    std::uint16_t capacity = 0;
  };
  void compact();

  std::vector<std::int64_t> pool_;
  std::vector<Extent> extents_;
  std::size_t unused_ = 0;  ///< numbers in the pool that belong to no row
};

class FactColumn {
 public:
  explicit FactColumn(facts::FactDefinition definition);

  [[nodiscard]] const facts::FactDefinition& definition() const { return definition_; }
  void set(Ordinal ordinal, const facts::FactState& state);
  void clear(Ordinal ordinal);

  /// Rows: one for each contact who has the fact, in no order. Spans are by row.
  [[nodiscard]] std::span<const Ordinal> ordinals() const { return ordinals_; }
  [[nodiscard]] std::span<const std::uint64_t> counts() const { return counts_; }
  /// Of numbers only; else empty.
  [[nodiscard]] std::span<const facts::Sum> sums() const { return sums_; }
  [[nodiscard]] std::span<const std::int64_t> least() const { return least_; }
  [[nodiscard]] std::span<const std::int64_t> greatest() const { return greatest_; }
  /// The newest kept times of a row, ascending, in milliseconds.
  [[nodiscard]] std::span<const std::int64_t> times(std::size_t row) const {
    return times_.list(row);
  }
  /// The smallest hashes of a row's distinct values.
  [[nodiscard]] std::span<const std::int64_t> distinct(std::size_t row) const {
    return distinct_.list(row);
  }

  /// The row as the contact's state has it; `state` is overwritten.
  void read(std::size_t row, facts::FactState& state) const;
  /// False where the contact does not have the fact.
  [[nodiscard]] bool find(Ordinal ordinal, facts::FactState& state) const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::uint32_t no_row = UINT32_MAX;
  std::uint32_t row_of(Ordinal ordinal) const {
    return ordinal < rows_.size() ? rows_[ordinal] : no_row;
  }
  std::uint32_t add_row(Ordinal ordinal);

  const facts::FactDefinition definition_;
  const facts::FactId id_;
  std::vector<std::uint32_t> rows_;  ///< by ordinal
  std::vector<Ordinal> ordinals_;
  std::vector<std::uint64_t> counts_;
  std::vector<std::int64_t> first_;
  std::vector<std::int64_t> last_;
  std::vector<facts::Sum> sums_;
  std::vector<std::int64_t> least_;
  std::vector<std::int64_t> greatest_;
  NumberLists times_;
  NumberLists values_;  ///< beside the times, where something is measured
  NumberLists distinct_;
};

}  // namespace sojourn::audience
