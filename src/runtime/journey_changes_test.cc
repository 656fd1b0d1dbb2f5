#include "runtime/journey_changes.h"

#include <gtest/gtest.h>

namespace sojourn::runtime {
namespace {

TEST(JourneyChanges, AreReadAsTheyWereWritten) {
  journeys::Inside inside{.choice = journeys::Inside::Choice::replan};
  inside.steps["old"] = "new";
  inside.steps["gone"] = "";
  const std::deque<JourneyChange> changes = {
      {.journey = 4, .choice = inside, .after = {Hash128{{7}}}},
      {.journey = 5, .choice = GoOn{}},
      {.journey = 6,
       .choice = journeys::Inside{.choice = journeys::Inside::Choice::leave},
       .key = "gone"}};
  const Result<std::deque<JourneyChange>> read = read_changes(write_changes(changes));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[0].journey, 4u);
  EXPECT_EQ((*read)[0].after, changes[0].after);
  const auto& found = std::get<journeys::Inside>((*read)[0].choice);
  EXPECT_EQ(found.choice, inside.choice);
  EXPECT_EQ(found.steps, inside.steps);
  EXPECT_TRUE(std::holds_alternative<GoOn>((*read)[1].choice));
  EXPECT_EQ((*read)[0].key, "");
  EXPECT_EQ((*read)[2].key, "gone");
  EXPECT_TRUE(read_changes("")->empty());
}

TEST(JourneyChanges, RefusesWhatIsNoChange) {
  for (const std::string_view text : {"{", "{}", "[1]", R"([{"journey":1,"after":""}])",
                                      R"([{"journey":1,"after":"00","inside":"move","steps":{}}])",
                                      R"([{"journey":1,"after":"00000000000000000000000000000000",)"
                                      R"("inside":"stay","steps":{}}])"}) {
    EXPECT_FALSE(read_changes(text)) << text;
  }
}

}  // namespace
}  // namespace sojourn::runtime
