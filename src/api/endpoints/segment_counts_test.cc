#include "api/endpoints/segment_counts.h"

#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/reaction/contact_state.h"

namespace sojourn::api::testing {
namespace {

class SegmentCounts : public ApiTest {
 protected:
  SegmentCounts() {
    runtime_.set_rules(
        {{"s.yaml", "kind: segment\nkey: pro\nname: Pro\nwhere: plan is pro\n", 1, 1},
         {"l.yaml",
          "kind: score\nkey: lead\nrules: [{key: v, event: V, points: 1, "
          "reason: v}]\nthresholds: [{key: hot, up: 4, down: 2}]\n",
          2, 1}});
    const auto change = [](store::StateTransaction& transaction) -> Result<void> {
      for (int i = 0; i < 10; ++i) {
        reaction::ContactState state;
        state.id.hash.bytes = {9, static_cast<std::uint8_t>(i)};
        state.attributes.write("plan", i < 4 ? "pro" : "free", start_time, {});
        state.attributes.write("seats", i, start_time, {});
        if (i < 4) state.memberships.push_back({.segment = 1, .member = true, .since = start_time});
        TRY_VOID(transaction.put_contact({.id = state.id,
                                          .user_id = std::to_string(i),
                                          .email = "",
                                          .name = "",
                                          .first_seen = start_time,
                                          .last_seen = start_time,
                                          .state = reaction::encode(state)}));
      }
      return {};
    };
    EXPECT_TRUE(runtime_.write(change));
  }
};

TEST_F(SegmentCounts, AreExactWithACountForEachRow) {
  const net::Response answer =
      post("/api/v1/segments/count", R"({"where": "in segment Pro and seats >= 2", "wait": true})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "count"), "2");
  EXPECT_EQ(at(answer, "exact"), "true");
  EXPECT_EQ(at(answer, "margin"), "null");
  EXPECT_EQ(at(answer, "total"), "10");
  EXPECT_EQ(at(answer, "id"), "null");
  EXPECT_EQ(at(answer, "rows.1.path"), R"("where.all[0]")");
  EXPECT_EQ(at(answer, "rows.1.count"), "4");
  EXPECT_EQ(at(answer, "rows.2.text"), R"("seats >= 2")");
  EXPECT_EQ(at(answer, "rows.2.count"), "8");
}

TEST_F(SegmentCounts, TakeTheJsonForm) {
  const net::Response answer =
      post("/api/v1/segments/count", R"({"where": {"attribute": "plan", "is": "free"}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "count"), "6");
}

TEST_F(SegmentCounts, SayWhereAConditionCannotBeRead) {
  const struct {
    std::string_view body;
    int status;
    std::string_view code;
    std::string_view line;
    std::string_view column;
  } cases[] = {
      {R"({"where": "plan is pro\n  and seats =~ 3"})", 422, "bad_condition", "2", "14"},
      {R"({"where": {"attribute": "plan"}})", 422, "bad_condition", "absent", "absent"},
      {R"({"where": "in segment nobody"})", 422, "bad_condition", "absent", "absent"},
      {R"({"where": "score lead is cold"})", 422, "bad_condition", "absent", "absent"},
      {R"({})", 400, "missing_field", "absent", "absent"},
  };
  for (const auto& each : cases) {
    const net::Response answer = post("/api/v1/segments/count", std::string(each.body));
    EXPECT_EQ(answer.status, each.status) << each.body << answer.body;
    EXPECT_EQ(code_of(answer), each.code) << each.body;
    EXPECT_EQ(at(answer, "line"), each.line) << answer.body;
    EXPECT_EQ(at(answer, "column"), each.column) << answer.body;
  }
}

TEST_F(SegmentCounts, OfAScanThatThereIsNotAreNotFound) {
  const net::Response answer = get("/api/v1/segments/count/count-77");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(code_of(answer), "unknown_count");
}

TEST_F(SegmentCounts, SayWhetherWhatTheyReadIsBeingBuilt) {
  const auto state_of = [&](const std::string& where) {
    const net::Response answer =
        post("/api/v1/segments/count", R"({"where": ")" + where + R"(", "wait": true})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return at(answer, "state");
  };
  EXPECT_EQ(state_of("in segment pro"), "\"ready\"");
  const auto publish = [](store::StateTransaction& transaction) -> Result<void> {
    store::DefinitionRecord record;
    record.number = 1;
    record.kind = "segment";
    record.key = "pro";
    record.changed_at = start_time;
    TRY_VOID(transaction.put_definition(record));
    record.number = 2;
    record.kind = "score";
    record.key = "lead";
    return transaction.put_definition(record);
  };
  ASSERT_TRUE(runtime_.write(publish));
  runtime_.backfilling = {.active = true, .since = start_time, .complete = 0};
  EXPECT_EQ(state_of("in segment pro"), "\"building\"");
  EXPECT_EQ(state_of("seats >= 2 and score lead >= 3"), "\"building\"");
  EXPECT_EQ(state_of("seats >= 2"), "\"ready\"");
  runtime_.backfilling = {.cancelled = true, .since = start_time, .complete = 0};
  EXPECT_EQ(state_of("in segment pro"), "\"incomplete\"");
  runtime_.backfilling = {.active = true, .since = start_time + Duration{1}, .complete = 0};
  EXPECT_EQ(state_of("in segment pro"), "\"ready\"") << "it is another that has changed";
}

TEST_F(SegmentCounts, OfBehaviourThatIsBeingBuiltSaySo) {
  runtime_.set_rules({{"s.yaml", "kind: segment\nkey: often\nwhere: did V at least 2 times\n", 1}},
                     {.present = 3});
  runtime_.backfilling = {.active = true, .since = start_time, .complete = 2};
  const auto state_of = [&](const std::string& where) {
    return at(post("/api/v1/segments/count", R"({"where": ")" + where + R"(", "wait": true})"),
              "state");
  };
  EXPECT_EQ(state_of("did V at least 2 times"), "\"building\"");
  EXPECT_EQ(state_of("did W at least 2 times"), "\"ready\"") << "read from the log by the count";
  runtime_.backfilling.complete = 3;
  EXPECT_EQ(state_of("did V at least 2 times"), "\"ready\"");
}

}  // namespace
}  // namespace sojourn::api::testing
