#include "api/endpoints/rehearsal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/endpoints/rehearsal_input.h"
#include "api/testing/fake_runtime.h"

namespace sojourn::api {
namespace {

class Rehearsals : public testing::ApiTest {
 protected:
  void SetUp() override {
    reaction::ContactState ann;
    ann.id = {{{1}}};
    ann.first_seen = ann.last_seen = testing::start_time;
    ann.identifiers = {{std::string(contacts::kinds::user_id), "ann"}};
    ann.attributes.write("email", Value("ann@example.com"), testing::start_time, {});
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
      TRY_VOID(transaction.put_contact({.id = ann.id,
                                        .user_id = "ann",
                                        .email = "ann@example.com",
                                        .name = "Ann",
                                        .first_seen = testing::start_time,
                                        .last_seen = testing::start_time,
                                        .state = reaction::encode(ann)}));
      return transaction.put_identifier(ann.identifiers.front(), ann.id);
    }));
  }

  net::Response simulate(std::string_view more, std::string_view key = "j") {
    return post(
        fmt::format("/api/v1/journeys/{}/simulate", key),
        fmt::format(R"({{"files":[{{"path":"j.yaml","text":"kind: journey\nkey: j\n)"
                    R"(trigger: {{entry: true}}\nsteps: [{{id: day, wait: 1d}}]\n"}}],{}}})",
                    more));
  }
};

TEST_F(Rehearsals, ADraftIsTriedWithAContact) {
  const net::Response response = simulate(R"("contact":"ann")");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "entered"), "true");
  EXPECT_EQ(at(response, "waitsAt"), "null");
  EXPECT_EQ(at(response, "happenings.0.kind"), "\"journey_entered\"");
  EXPECT_EQ(at(response, "happenings.1.kind"), "\"wait_started\"");
  EXPECT_EQ(at(response, "happenings.1.step"), "\"day\"");
  EXPECT_NE(at(response, "happenings.1.until"), "null");
  EXPECT_EQ(at(response, "happenings.2.kind"), "\"step_passed\"");
  EXPECT_EQ(at(response, "happenings.3.outcome"), "\"completed\"");
  EXPECT_EQ(at(response, "mails"), "[]");
}

TEST_F(Rehearsals, WhatCannotBeTriedIsRefused) {
  const struct {
    const char* more;
    const char* code;
  } cases[] = {
      {R"("at":"2020-01-01T00:00:00Z","contact":"ann")", "out_of_range"},
      {R"("at":"soon","contact":"ann")", "invalid_timestamp"},
      {R"("contact":"nobody")", "unknown_contact"},
      {R"("at":null)", "missing_field"},
      {R"("contact":"ann","answers":"dance")", "unknown_value"},
      {R"("contact":"ann","events":{})", "wrong_type"},
      {R"("contact":"ann","events":[{"after":"1d"}])", "missing_field"},
      {R"("contact":"ann","events":[{"after":"801d","name":"A"}])", "out_of_range"},
      {R"("contact":"ann","events":[{"after":"1d","name":"Email Sent"}])", "reserved_event_name"},
  };
  for (const auto& each : cases) EXPECT_EQ(code_of(simulate(each.more)), each.code) << each.more;
  EXPECT_EQ(code_of(simulate(R"("contact":"ann")", "other")), "unknown_journey");
  EXPECT_EQ(
      code_of(post("/api/v1/journeys/j/simulate",
                   R"({"contact":"ann","files":[{"path":"j.yaml","text":"kind: journey"}]})")),
      "definitions_invalid");
}

TEST_F(Rehearsals, SoManyEventsAreTakenAndNoMore) {
  const auto events = [](std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
      list += fmt::format(R"({}{{"after":"1h","name":"A"}})", i == 0 ? "" : ",");
    }
    return fmt::format(R"("contact":"ann","events":[{}])", list);
  };
  EXPECT_EQ(simulate(events(simulation::rehearsal_acts_max)).status, 200);
  EXPECT_EQ(code_of(simulate(events(simulation::rehearsal_acts_max + 1))), "out_of_range");
}

}  // namespace
}  // namespace sojourn::api
