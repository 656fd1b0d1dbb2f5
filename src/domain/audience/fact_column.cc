#include "domain/audience/fact_column.h"

#include <algorithm>
#include <utility>

#include "base/ensure.h"

namespace sojourn::audience {
namespace {

/// Below this nobody looks for unused room.
constexpr std::size_t unused_worth_it = 4096;

// Lists have at most so many numbers, and their length stands in 16 bits.
static_assert(facts::occurrences_max <= UINT16_MAX);
static_assert(facts::distinct_max <= UINT16_MAX);

/// Takes the last item's place for a removed one.
template <typename Item>
void remove_row(std::vector<Item>& items, std::size_t row) {
  if (items.empty()) return;
  items[row] = items.back();
  items.pop_back();
}

}  // namespace

std::span<std::int64_t> NumberLists::replace(std::size_t row, std::size_t size) {
  ENSURE(size <= UINT16_MAX);
  Extent& extent = extents_[row];
  if (size > extent.capacity) {
    unused_ += extent.capacity;
    // Room to grow only for rows that have grown: most never do.
    const std::size_t room =
        extent.capacity == 0 ? size : std::min<std::size_t>(2 * size, UINT16_MAX);
    ENSURE(pool_.size() + room <= UINT32_MAX);
    extent = {.begin = static_cast<std::uint32_t>(pool_.size()),
              .size = 0,
              .capacity = static_cast<std::uint16_t>(room)};
    pool_.resize(pool_.size() + room);
  }
  extent.size = static_cast<std::uint16_t>(size);
  if (unused_ > unused_worth_it && unused_ * 2 > pool_.size()) compact();
  const Extent& placed = extents_[row];
  return {pool_.data() + placed.begin, placed.size};
}

void NumberLists::remove(std::size_t row) {
  unused_ += extents_[row].capacity;
  extents_[row] = extents_.back();
  extents_.pop_back();
}

void NumberLists::compact() {
  std::vector<std::int64_t> pool;
  pool.reserve(pool_.size() - unused_);
  for (Extent& extent : extents_) {
    const auto begin = pool_.begin() + extent.begin;
    extent.begin = static_cast<std::uint32_t>(pool.size());
    pool.insert(pool.end(), begin, begin + extent.capacity);
  }
  pool_ = std::move(pool);
  unused_ = 0;
}

FactColumn::FactColumn(facts::FactDefinition definition)
    : definition_(std::move(definition)), id_(facts::fact_id(definition_)) {}

std::uint32_t FactColumn::add_row(Ordinal ordinal) {
  const auto row = static_cast<std::uint32_t>(ordinals_.size());
  if (ordinal >= rows_.size()) rows_.resize(ordinal + 1, no_row);
  rows_[ordinal] = row;
  ordinals_.push_back(ordinal);
  counts_.push_back(0);
  first_.push_back(0);
  last_.push_back(0);
  times_.append();
  if (definition_.measured == facts::Measured::number) {
    sums_.push_back(0);
    least_.push_back(0);
    greatest_.push_back(0);
  }
  if (definition_.measured != facts::Measured::nothing) values_.append();
  if (definition_.measured == facts::Measured::distinct) distinct_.append();
  return row;
}

void FactColumn::set(Ordinal ordinal, const facts::FactState& state) {
  std::uint32_t row = row_of(ordinal);
  if (row == no_row) row = add_row(ordinal);
  counts_[row] = state.count;
  first_[row] = state.first.ms;
  last_[row] = state.last.ms;
  const std::span<std::int64_t> times = times_.replace(row, state.newest.size());
  std::transform(state.newest.begin(), state.newest.end(), times.begin(),
                 [](const facts::Occurrence& occurrence) { return occurrence.at.ms; });
  if (definition_.measured == facts::Measured::nothing) return;
  const std::span<std::int64_t> values = values_.replace(row, state.newest.size());
  std::transform(state.newest.begin(), state.newest.end(), values.begin(),
                 [](const facts::Occurrence& occurrence) { return occurrence.value; });
  if (definition_.measured == facts::Measured::number) {
    sums_[row] = state.sum;
    least_[row] = state.least;
    greatest_[row] = state.greatest;
    return;
  }
  const std::span<std::int64_t> distinct = distinct_.replace(row, state.values.size());
  std::transform(state.values.begin(), state.values.end(), distinct.begin(),
                 [](std::uint64_t hash) { return static_cast<std::int64_t>(hash); });
}

void FactColumn::clear(Ordinal ordinal) {
  const std::uint32_t row = row_of(ordinal);
  if (row == no_row) return;
  rows_[ordinals_.back()] = row;
  rows_[ordinal] = no_row;
  remove_row(ordinals_, row);
  remove_row(counts_, row);
  remove_row(first_, row);
  remove_row(last_, row);
  remove_row(sums_, row);
  remove_row(least_, row);
  remove_row(greatest_, row);
  times_.remove(row);
  if (definition_.measured != facts::Measured::nothing) values_.remove(row);
  if (definition_.measured == facts::Measured::distinct) distinct_.remove(row);
}

void FactColumn::read(std::size_t row, facts::FactState& state) const {
  state.id = id_;
  state.count = counts_[row];
  state.first = {first_[row]};
  state.last = {last_[row]};
  const std::span<const std::int64_t> times = times_.list(row);
  state.newest.resize(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) state.newest[i] = {.at = {times[i]}};
  if (definition_.measured == facts::Measured::nothing) return;
  const std::span<const std::int64_t> values = values_.list(row);
  for (std::size_t i = 0; i < values.size(); ++i) state.newest[i].value = values[i];
  if (definition_.measured == facts::Measured::number) {
    state.sum = sums_[row];
    state.least = least_[row];
    state.greatest = greatest_[row];
    return;
  }
  const std::span<const std::int64_t> distinct = distinct_.list(row);
  state.values.resize(distinct.size());
  std::transform(distinct.begin(), distinct.end(), state.values.begin(),
                 [](std::int64_t hash) { return static_cast<std::uint64_t>(hash); });
}

bool FactColumn::find(Ordinal ordinal, facts::FactState& state) const {
  const std::uint32_t row = row_of(ordinal);
  if (row == no_row) return false;
  read(row, state);
  return true;
}

std::size_t FactColumn::bytes() const {
  return rows_.capacity() * sizeof(std::uint32_t) + ordinals_.capacity() * sizeof(Ordinal) +
         (counts_.capacity() + first_.capacity() + last_.capacity() + least_.capacity() +
          greatest_.capacity()) *
             sizeof(std::int64_t) +
         sums_.capacity() * sizeof(facts::Sum) + times_.bytes() + values_.bytes() +
         distinct_.bytes();
}

}  // namespace sojourn::audience
