#include "api/recent_hits.h"

#include <gtest/gtest.h>

#include "domain/events/hit.h"

namespace sojourn::api {
namespace {

constexpr Timestamp start{1'800'000'000'000};

TEST(RecentHits, CountsDifferentLinksOfAMailWithinItsWindow) {
  RecentHits hits;
  const Duration almost = events::burst_window - Duration::milliseconds(1);
  EXPECT_EQ(hits.note({1}, 0, "a", start).links, 1);
  EXPECT_EQ(hits.note({1}, 0, "a", start).links, 1);
  EXPECT_EQ(hits.note({1}, 1, "a", start).links, 2);
  EXPECT_EQ(hits.note({2}, 2, "a", start).links, 1);
  EXPECT_EQ(hits.note({1}, 2, "a", start + almost).links, 3);
  EXPECT_EQ(hits.note({1}, 3, "a", start + events::burst_window + almost).links, 1);
}

TEST(RecentHits, CountsDifferentMailsFromAnAddressUpToTheirLimit) {
  RecentHits hits;
  for (int i = 1; i <= events::crowd_mails_min; ++i) {
    EXPECT_EQ(hits.note({static_cast<std::uint64_t>(i)}, 0, "a", start).mails, i);
  }
  EXPECT_EQ(hits.note({99}, 0, "a", start).mails, events::crowd_mails_min);
  EXPECT_EQ(hits.note({99}, 0, "b", start).mails, 1);
  EXPECT_EQ(hits.note({98}, 0, "", start).mails, 1);
  EXPECT_EQ(hits.note({97}, 0, "a", start + events::crowd_window).mails, 1);
}

TEST(DistinctWithin, ForgetsRatherThanGrow) {
  DistinctWithin values(Duration::seconds(5), 3);
  EXPECT_EQ(values.note("first", 1, start), 1);
  for (std::size_t i = 1; i < DistinctWithin::keys_max; ++i) {
    EXPECT_EQ(values.note(std::to_string(i), 1, start), 1);
  }
  EXPECT_EQ(values.note("first", 2, start), 1);
}

}  // namespace
}  // namespace sojourn::api
