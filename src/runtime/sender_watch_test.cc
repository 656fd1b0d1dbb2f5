#include "runtime/sender_watch.h"

#include <gtest/gtest.h>

namespace sojourn::runtime {
namespace {

TEST(SenderWatch, AlarmsAtTheThirdRefusalOfFewAnswers) {
  SenderWatch watch;
  watch.refused();
  watch.refused();
  EXPECT_FALSE(watch.alarms());
  watch.refused();
  EXPECT_TRUE(watch.alarms());
  watch.begin_anew();
  EXPECT_FALSE(watch.alarms());
}

TEST(SenderWatch, IsNotAlarmedByOneReceiverAmongMany) {
  SenderWatch watch;
  for (int i = 0; i < 100; ++i) {
    watch.refused();
    for (int others = 0; others < 4; ++others) watch.accepted();
    EXPECT_FALSE(watch.alarms()) << i;
  }
}

TEST(SenderWatch, AlarmsWhereEveryFourthIsRefused) {
  SenderWatch watch;
  for (std::size_t i = 0; i < SenderWatch::answers_max; ++i) watch.accepted();
  for (int i = 0; i < 4; ++i) {
    watch.refused();
    EXPECT_FALSE(watch.alarms());
  }
  watch.refused();
  EXPECT_TRUE(watch.alarms());
  for (std::size_t i = 0; i < SenderWatch::answers_max - 4; ++i) watch.accepted();
  EXPECT_FALSE(watch.alarms());
}

}  // namespace
}  // namespace sojourn::runtime
