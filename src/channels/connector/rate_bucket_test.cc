#include "channels/connector/rate_bucket.h"

#include <gtest/gtest.h>

namespace sojourn::channels::connector {
namespace {

constexpr Duration second = Duration::seconds(1);

/// How many calls go in one go at `now`.
int taken_at(RateBucket& bucket, Duration now) {
  int taken = 0;
  while (bucket.wait(now) == Duration{} && taken < 1000) {
    bucket.take(now);
    ++taken;
  }
  return taken;
}

TEST(RateBucket, LetsABurstGoAndThenTheRate) {
  RateBucket bucket({.per_second = 4, .burst = 10});
  EXPECT_EQ(taken_at(bucket, second), 10);
  EXPECT_EQ(bucket.wait(second), Duration::milliseconds(250));
  EXPECT_EQ(taken_at(bucket, second + Duration::milliseconds(249)), 0);
  EXPECT_EQ(taken_at(bucket, second + Duration::milliseconds(250)), 1);
  EXPECT_EQ(taken_at(bucket, second * 2), 3);
  EXPECT_EQ(taken_at(bucket, second * 3600), 10) << "no more than a burst adds up";
}

TEST(RateBucket, ATokenThatIsGivenBackIsThereAtOnce) {
  RateBucket bucket({.per_second = 1, .burst = 1});
  EXPECT_EQ(taken_at(bucket, second), 1);
  bucket.give_back();
  EXPECT_EQ(taken_at(bucket, second), 1);
  EXPECT_EQ(taken_at(bucket, second), 0);
}

TEST(RateBucket, APauseHoldsAndIsFollowedByTheRateNotByABurst) {
  RateBucket bucket({.per_second = 10, .burst = 10});
  bucket.pause(second * 60);
  EXPECT_EQ(bucket.wait(second), second * 59);
  bucket.pause(second * 30);
  EXPECT_EQ(bucket.wait(second), second * 59) << "a shorter pause changes nothing";
  EXPECT_EQ(taken_at(bucket, second * 60), 1);
  EXPECT_EQ(taken_at(bucket, second * 60 + Duration::milliseconds(200)), 2);
}

TEST(RateBucket, NeverWaitsForMoreThanADay) {
  RateBucket bucket({.per_second = 0, .burst = 0});
  EXPECT_EQ(taken_at(bucket, second), 1);
  EXPECT_EQ(bucket.wait(second), Duration::days(1));
  bucket.pause(Duration::days(30));
  EXPECT_EQ(bucket.wait(second), Duration::days(1));
}

}  // namespace
}  // namespace sojourn::channels::connector
