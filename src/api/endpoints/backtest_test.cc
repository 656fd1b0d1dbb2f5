#include "api/endpoints/backtest.h"

#include <gtest/gtest.h>

#include "api/endpoints/backtest_input.h"
#include "api/endpoints/backtest_work.h"
#include "api/testing/fake_runtime.h"

namespace sojourn::api {
namespace {

class Backtests : public testing::ApiTest {
 protected:
  Backtests() {
    runtime_.jobs().add_kind(std::string(backtest_kind), std::make_unique<BacktestWork>(runtime_));
  }
  static std::string asking(std::string_view more) {
    return R"({"since":"7d","files":[{"path":"j.yaml","text":"kind: journey\nkey: j\ntrigger: )"
           R"({event: A}\nsteps:\n  - {id: x, exit: done}\n"}])" +
           std::string(more) + "}";
  }
  /// Until no job waits for a slice.
  void work() {
    while (runtime_.jobs().step()) {
    }
  }
};

TEST_F(Backtests, AJobHasTheReportThatACallWaitsFor) {
  const net::Response waited = post("/api/v1/journeys/j/backtest", asking(""));
  ASSERT_EQ(waited.status, 200) << waited.body;
  const net::Response begun = post("/api/v1/journeys/j/backtest", asking(R"(,"job":true)"));
  ASSERT_EQ(begun.status, 202) << begun.body;
  EXPECT_EQ(at(begun, "kind"), "\"backtest\"");
  EXPECT_EQ(at(begun, "parameters.journey"), "\"j\"");
  work();
  const net::Response done = get("/api/v1/jobs/1");
  EXPECT_EQ(at(done, "state"), "\"done\"") << done.body;
  EXPECT_EQ(at(done, "done"), at(done, "total"));
  EXPECT_EQ(at(done, "result"), waited.body);
}

TEST_F(Backtests, AJobThatCannotBeCarriedOutSaysWhy) {
  ASSERT_EQ(post("/api/v1/journeys/other/backtest", asking(R"(,"job":true)")).status, 202);
  work();
  const net::Response failed = get("/api/v1/jobs/1");
  EXPECT_EQ(at(failed, "state"), "\"failed\"");
  EXPECT_EQ(at(failed, "error.code"), "\"unknown_journey\"");
}

TEST_F(Backtests, AJobIsCancelled) {
  ASSERT_EQ(post("/api/v1/journeys/j/backtest", asking(R"(,"job":true)")).status, 202);
  EXPECT_EQ(post("/api/v1/jobs/1/cancel", "").status, 200);
  work();
  EXPECT_EQ(at(get("/api/v1/jobs/1"), "state"), "\"cancelled\"");
  EXPECT_TRUE(BacktestTurn().mine());
}

TEST_F(Backtests, AJobWaitsForItsTurnWhereACallIsRefused) {
  ASSERT_EQ(post("/api/v1/journeys/j/backtest", asking(R"(,"job":true)")).status, 202);
  {
    const BacktestTurn other;
    ASSERT_TRUE(other.mine());
    EXPECT_EQ(code_of(post("/api/v1/journeys/j/backtest", asking(""))), "backtest_running");
    EXPECT_FALSE(runtime_.jobs().step());
    EXPECT_EQ(at(get("/api/v1/jobs/1"), "state"), "\"queued\"");
  }
  work();
  EXPECT_EQ(at(get("/api/v1/jobs/1"), "state"), "\"done\"");
}

TEST_F(Backtests, WhatIsWrongIsRefusedBeforeThereIsAJob) {
  EXPECT_EQ(code_of(post("/api/v1/journeys/j/backtest", asking(R"(,"job":true,"openRate":2)"))),
            "out_of_range");
  EXPECT_EQ(code_of(get("/api/v1/jobs/1")), "unknown_job");
}

}  // namespace
}  // namespace sojourn::api
