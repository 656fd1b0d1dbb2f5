#include "base/clock.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

TEST(ManualClock, StandsStillUntilItIsMoved) {
  ManualClock clock(Timestamp{1000});
  EXPECT_EQ(clock.now(), Timestamp{1000});
  clock.advance(Duration::seconds(2));
  EXPECT_EQ(clock.now(), Timestamp{3000});
}

TEST(SystemClock, RunsAheadByWhatItWasAdvancedAndNeverBack) {
  SystemClock clock;
  const Timestamp before = clock.now();
  clock.advance(Duration::days(3));
  EXPECT_EQ(clock.offset(), Duration::days(3));
  EXPECT_GE(clock.now(), before + Duration::days(3));
}

}  // namespace
}  // namespace sojourn
