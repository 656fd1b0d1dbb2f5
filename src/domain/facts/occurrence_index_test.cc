#include "domain/facts/occurrence_index.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

namespace sojourn::facts {
namespace {

using events::Position;

TEST(OccurrenceIndex, FindsWhatWasAddedAndNothingElse) {
  EXPECT_TRUE(rc::check([](bool measured) {
    // Sparse, dense, and across the borders of chunks.
    const auto step_max = *rc::gen::element(1, 3, 400, 100'000);
    const auto count = *rc::gen::inRange(0, 20'000);
    OccurrenceIndex index(measured ? Measured::number : Measured::nothing);
    std::map<std::uint64_t, std::int64_t> expected;
    std::uint64_t position = static_cast<std::uint64_t>(*rc::gen::inRange(0, 70'000));
    std::uint64_t seed = static_cast<std::uint64_t>(count) + 7;
    for (int i = 0; i < count; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      position += 1 + (seed >> 33) % static_cast<std::uint64_t>(step_max);
      index.add({position}, {Timestamp{i}, measured ? i : 0});
      expected[position] = measured ? i : 0;
    }
    RC_ASSERT(index.count() == expected.size());
    for (const auto& [place, value] : expected) {
      RC_ASSERT(index.find({place}) == std::optional(value));
      if (!expected.contains(place + 1)) RC_ASSERT(index.find({place + 1}) == std::nullopt);
    }
    RC_ASSERT(index.find({position + 1'000'000}) == std::nullopt);
  }));
}

TEST(OccurrenceIndex, PartsAppendedAreTheWhole) {
  EXPECT_TRUE(rc::check([](bool measured) {
    const Measured what = measured ? Measured::number : Measured::nothing;
    const auto step_max = *rc::gen::element(1, 3, 400, 100'000);
    const std::uint64_t part_positions =
        OccurrenceIndex::chunk_positions * static_cast<std::uint64_t>(*rc::gen::inRange(1, 4));
    OccurrenceIndex joined(what), part(what);
    std::map<std::uint64_t, std::int64_t> expected;
    std::uint64_t position = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::uint64_t next = position + 1 + static_cast<std::uint64_t>((i * 7919) % step_max);
      if (next / part_positions != position / part_positions) {
        joined.append(std::move(part));
        part = OccurrenceIndex(what);
      }
      position = next;
      part.add({position}, {Timestamp{i}, measured ? i : 0});
      expected[position] = measured ? i : 0;
    }
    joined.append(std::move(part));
    RC_ASSERT(joined.count() == expected.size());
    for (const auto& [place, value] : expected) {
      RC_ASSERT(joined.find({place}) == std::optional(value));
      if (!expected.contains(place + 1)) RC_ASSERT(joined.find({place + 1}) == std::nullopt);
    }
  }));
}

}  // namespace
}  // namespace sojourn::facts
