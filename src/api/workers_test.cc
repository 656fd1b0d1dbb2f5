#include "api/workers.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

namespace sojourn::api {
namespace {

TEST(Workers, DoWhatIsPosted) {
  Workers workers(2, 10);
  std::promise<int> done;
  // Work may own what cannot be copied.
  Workers::Work work = [&done, value = std::make_unique<int>(7)] { done.set_value(*value); };
  ASSERT_TRUE(workers.post(work));
  EXPECT_EQ(done.get_future().get(), 7);
}

TEST(Workers, RefuseWhatTheQueueDoesNotHoldAndLeaveItUntouched) {
  // Before the workers: their threads end first.
  std::promise<void> begun;
  std::promise<void> go_on;
  std::future<void> released = go_on.get_future();
  Workers workers(1, 2);
  Workers::Work blocking = [&] {
    begun.set_value();
    released.wait();
  };
  ASSERT_TRUE(workers.post(blocking));
  begun.get_future().wait();
  Workers::Work nothing = [] {};
  Workers::Work nothing_too = [] {};
  int runs = 0;
  Workers::Work refused = [&runs] { ++runs; };
  EXPECT_TRUE(workers.post(nothing));
  EXPECT_TRUE(workers.post(nothing_too));
  EXPECT_FALSE(workers.post(refused));
  refused();
  EXPECT_EQ(runs, 1);
  go_on.set_value();
}

TEST(Workers, DropWhatWaitsWhenTheyStop) {
  auto dropped = std::make_shared<int>(1);
  Workers workers(0, 2);
  Workers::Work work = [dropped] {};
  ASSERT_TRUE(workers.post(work));
  EXPECT_EQ(dropped.use_count(), 2);
  workers.stop();
  EXPECT_EQ(dropped.use_count(), 1);
  Workers::Work late = [] {};
  EXPECT_FALSE(workers.post(late));
}

}  // namespace
}  // namespace sojourn::api
