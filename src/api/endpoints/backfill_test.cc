#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"

namespace sojourn::api::testing {
namespace {

class BackfillEndpoints : public ApiTest {};

TEST_F(BackfillEndpoints, SayHowFarItIs) {
  net::Response answer = get("/api/v1/backfill");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "state"), "\"ready\"");
  EXPECT_EQ(at(answer, "since"), "null");
  EXPECT_EQ(at(answer, "progress"), "absent");
  runtime_.backfilling = {.active = true,
                          .since = start_time,
                          .events_read = 50,
                          .events_total = 100,
                          .contacts_total = 7};
  answer = get("/api/v1/backfill");
  EXPECT_EQ(at(answer, "state"), "\"building\"");
  EXPECT_EQ(at(answer, "since"), "\"" + format_timestamp(start_time) + "\"");
  EXPECT_EQ(at(answer, "progress.percent"), "25.0");
  EXPECT_EQ(at(answer, "progress.contactsTotal"), "7");
}

TEST_F(BackfillEndpoints, CancelItAndStartItAgain) {
  EXPECT_EQ(code_of(post("/api/v1/backfill/cancel", "{}")), "no_backfill");
  EXPECT_EQ(code_of(post("/api/v1/backfill/start", "{}")), "nothing_to_build");
  runtime_.backfilling = {.active = true, .since = start_time};
  const net::Response cancelled = post("/api/v1/backfill/cancel", "{}");
  ASSERT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(at(cancelled, "state"), "\"incomplete\"");
  EXPECT_EQ(at(cancelled, "since"), "\"" + format_timestamp(start_time) + "\"");
  EXPECT_FALSE(runtime_.actor.empty());
  const net::Response started = post("/api/v1/backfill/start", "{}");
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(at(started, "state"), "\"building\"");
}

}  // namespace
}  // namespace sojourn::api::testing
