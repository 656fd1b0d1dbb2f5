#include "domain/journeys/run.h"

#include <gtest/gtest.h>

#include <set>

namespace sojourn::journeys {
namespace {

Run full() {
  journeys::Run run;
  run.id = run_id({Hash128{{1}}}, 1);
  run.journey = 4;
  run.version = 2;
  run.state = RunState::merged;
  run.entered_at = Timestamp{1'772'000'000'000};
  run.since = Timestamp{1'771'999'999'000};
  run.ended_at = Timestamp{1'772'000'500'000};
  run.step = "wait";
  run.visits = {{"a", 1}, {"wait", 3}};
  run.trigger = {{"order_id", "17"}, {"total", 9.5}};
  run.converted = true;
  run.held_way = "answered";
  run.trials = {{"try", "b", 2, experiments::Measure::opened, true}, {"wait", "a", 1, {}, false}};
  run.hops = 7;
  return run;
}

Run decoded(const std::string& bytes, bool& ok) {
  ByteReader in(bytes);
  journeys::Run run = decode_run(in);
  ok = in.ok() && in.at_end();
  return run;
}

std::string encoded(const Run& run) {
  ByteWriter out;
  encode(out, run);
  return out.take();
}

TEST(RunCodec, ReadsBackWhatItWrote) {
  journeys::Run converted;
  converted.converted = true;
  journeys::Run held;
  held.held_way = "bought";
  journeys::Run trying;
  trying.trials = {{"try", "a", 1, experiments::Measure::clicked, false}};
  journeys::Run led_to;
  led_to.hops = 100;
  for (const journeys::Run& run : {journeys::Run{}, full(), converted, held, trying, led_to}) {
    bool ok = false;
    EXPECT_EQ(decoded(encoded(run), ok), run);
    EXPECT_TRUE(ok);
  }
}

TEST(RunCodec, WritesARunWithoutTrialsAsItAlwaysHas) {
  journeys::Run run = full();
  run.trials.clear();
  run.held_way.clear();
  run.hops = 0;
  EXPECT_EQ(encoded(run).back(), '\x01') << "the flags are the last byte";
  run.trials = full().trials;
  EXPECT_GT(encoded(run).size(), encoded(full()).size() - full().held_way.size() - 3);
}

TEST(RunCodec, RefusesStatesThatThereAreNotAndTriggersThatAreNoObjects) {
  const std::string bytes = encoded(full());
  int refused = 0;
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    std::string damaged = bytes;
    damaged[place] = '\x7f';
    bool ok = false;
    const journeys::Run run = decoded(damaged, ok);
    EXPECT_FALSE(to_string(run.state).empty());
    refused += ok ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
}

TEST(Run, CountsVisitsOfEachStep) {
  journeys::Run run;
  EXPECT_EQ(run.visit("a"), 1);
  EXPECT_EQ(run.visit("b"), 1);
  EXPECT_EQ(run.visit("a"), 2);
  EXPECT_EQ(run.visits_of("a"), 2);
  EXPECT_EQ(run.visits_of("c"), 0);
}

TEST(RunId, IsTheSameOnEveryMachineAndBelowTwoToTheSixtyThird) {
  std::set<std::uint64_t> ids;
  for (std::uint64_t sequence = 1; sequence <= 1000; ++sequence) {
    const std::uint64_t id = run_id({Hash128{{1}}}, sequence);
    EXPECT_EQ(id, run_id({Hash128{{1}}}, sequence));
    EXPECT_LT(id, std::uint64_t{1} << 63);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_NE(run_id({Hash128{{1}}}, 1), run_id({Hash128{{2}}}, 1));
}

}  // namespace
}  // namespace sojourn::journeys
