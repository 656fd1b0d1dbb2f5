#include "api/endpoints/explain.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/effects/decision.h"
#include "domain/reaction/contact_state.h"
#include "runtime/journey_versions.h"

namespace sojourn::api {
namespace {

using contacts::ContactId;
using effects::Decision;
using effects::DecisionKind;

constexpr Timestamp seen = testing::start_time;

/// Ann looked at /about, is in journey `welcome`, and one of her messages was held by a cap.
class ExplainTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    runtime_.set_rules({
        {.path = "workspace.yaml",
         .text = "kind: workspace\nkey: w\nfrequency_caps: [{messages: 2, per: 7d, when_held: "
                 "skip}]\n",
         .number = 1},
        {.path = "segment.yaml",
         .text = "kind: segment\nkey: lookers\nwhere: {did: {event: Page Viewed, at_least: 2, "
                 "within: 7d}}\n",
         .number = 2},
        {.path = "pricing.yaml",
         .text = "kind: journey\nkey: pricing\ntrigger: {event: Page Viewed, where: [{property: "
                 "path, is: /pricing}]}\nsteps: [{id: mail, send: {template: hello}}]\n",
         .number = 3},
        {.path = "welcome.yaml",
         .text = "kind: journey\nkey: welcome\ntrigger: {segment_entered: lookers}\nsteps: [{id: "
                 "mail, send: {template: hello, topic: news}}, {id: pause, wait: 2d}]\n",
         .number = 4},
        {.path = "hello.yaml",
         .text = "kind: template\nkey: hello\nsubject: Hi\nhtml: '<p>Hi</p>'\n",
         .number = 5},
    });
    ann_.id = {{{1}}};
    ann_.first_seen = seen;
    ann_.last_seen = seen;
    ann_.identifiers = {{std::string(contacts::kinds::user_id), "ann"}};
    ann_.attributes.write("email", Value("ann@example.com"), seen, {});
    ann_.timeline = {{.at = seen, .position = {1}, .name = "Page Viewed"}};
    journeys::Run run;
    run.id = 77;
    run.journey = 4;
    run.version = 1;
    run.entered_at = seen;
    run.step = "pause";
    run.wake = seen + Duration::days(2);
    run.visit("mail");
    run.visit("pause");
    ann_.runs = {run};
    append_event();
    store_all();
  }

  void append_event() {
    events::Event event;
    event.message_id = "m1";
    event.type = events::EventType::page;
    event.name = "Page Viewed";
    event.user_id = "ann";
    event.at = seen;
    event.received_at = seen;
    event.properties = {{"path", "/about"}};
    const store::LogRecord record{.position = {1},
                                  .message = {{1}},
                                  .subject = ann_.id.hash,
                                  .at = seen,
                                  .received_at = seen,
                                  .name = event.name,
                                  .payload = events::encode(event)};
    ASSERT_TRUE(runtime_.store().log_writer().append(std::span(&record, 1)));
  }

  static Decision about_run(DecisionKind kind, std::string step, std::string outcome) {
    Decision decision;
    decision.kind = kind;
    decision.at = seen;
    decision.definition = "journey";
    decision.key = "welcome";
    decision.version = 1;
    decision.run = 77;
    decision.step = std::move(step);
    decision.outcome = std::move(outcome);
    if (!decision.step.empty()) decision.message = "77/mail/1/email";
    return decision;
  }

  void store_ann() {
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return transaction.put_contact({.id = ann_.id,
                                      .user_id = "ann",
                                      .email = "ann@example.com",
                                      .name = "Ann",
                                      .first_seen = seen,
                                      .last_seen = seen,
                                      .state = reaction::encode(ann_)});
    }));
  }

  void store_all() {
    store_ann();
    const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
      const contacts::Identifier ann{std::string(contacts::kinds::user_id), "ann"};
      TRY_VOID(transaction.put_identifier(ann, ann_.id));
      std::uint64_t sequence = 0;
      for (const Decision& decision :
           {about_run(DecisionKind::journey_entered, "", ""),
            about_run(DecisionKind::message_queued, "mail", ""),
            about_run(DecisionKind::message_skipped, "mail", "frequency_cap")}) {
        TRY_VOID(transaction.append_decision({.contact = ann_.id,
                                              .at = seen,
                                              .sequence = ++sequence,
                                              .kind = static_cast<std::uint8_t>(decision.kind),
                                              .payload = effects::encode(decision)}));
      }
      for (std::uint64_t id = 1; id <= 2; ++id) {
        messages::Message sent = message(id, fmt::format("9/x/{}/email", id));
        sent.journey = "other";
        sent.state = messages::DeliveryState::sent;
        sent.sent_at = seen - Duration::days(1);
        TRY_VOID(transaction.put_message(sent));
      }
      messages::Message skipped = message(3, "77/mail/1/email");
      skipped.state = messages::DeliveryState::skipped;
      skipped.reason = "frequency_cap";
      TRY_VOID(transaction.put_message(skipped));
      store::CounterKey counter;
      counter.kind = "journey";
      counter.key = "welcome";
      counter.version = 1;
      counter.step = "mail";
      counter.outcome = "skipped:frequency_cap";
      return transaction.add_to_counter(counter, 13);
    };
    ASSERT_TRUE(runtime_.write(change));
  }

  [[nodiscard]] messages::Message message(std::uint64_t id, std::string key) const {
    messages::Message made;
    made.id = {id};
    made.key = std::move(key);
    made.contact = ann_.id;
    made.channel = "email";
    made.address = "ann@example.com";
    made.topic = "news";
    made.journey = "welcome";
    made.run = 77;
    made.step = "mail";
    made.template_key = "hello";
    made.queued_at = seen;
    made.due = seen;
    return made;
  }

  /// The last check's code, and whether it passed.
  static std::string last_check(const net::Response& response) {
    const Value body = body_of(response);
    const Value* checks = body.as_object() == nullptr ? nullptr : body.as_object()->find("checks");
    if (checks == nullptr || checks->as_list()->empty()) return "none";
    const Object& last = *checks->as_list()->back().as_object();
    return fmt::format("{} {} {}", *last.find("code")->as_string(), to_json(*last.find("ok")),
                       *last.find("evidence")->as_string());
  }

  reaction::ContactState ann_;
};

TEST_F(ExplainTest, AJourneyThatWasNotEnteredNamesTheFilterThatFailed) {
  const net::Response response = get("/api/v1/contacts/ann/explain", "journey=pricing");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "happened"), "false");
  EXPECT_EQ(last_check(response),
            "trigger_filter false where path is \"/pricing\": it was "
            "\"/about\"");
}

TEST_F(ExplainTest, AJourneyThatWasEnteredSaysWhereTheRunIs) {
  const net::Response response = get("/api/v1/contacts/ann@example.com/explain", "journey=welcome");
  EXPECT_EQ(at(response, "happened"), "true") << response.body;
  EXPECT_TRUE(last_check(response).starts_with("run true is at “pause”: ")) << response.body;
}

TEST_F(ExplainTest, PausesOfAJourneyAreKnownFromTheStore) {
  ASSERT_TRUE(runtime_.write([](store::StateTransaction& transaction) -> Result<void> {
    store::DefinitionRecord record;
    record.number = 3;
    record.kind = "journey";
    record.key = "pricing";
    record.changed_at = seen - Duration::days(9);
    TRY_VOID(transaction.put_definition(record));
    return runtime::write_pause(transaction, 3,
                                {.earlier = {{seen - Duration::days(1), seen + Duration{1}}}});
  }));
  events::Event event;
  event.message_id = "m2";
  event.type = events::EventType::page;
  event.name = "Page Viewed";
  event.at = event.received_at = seen;
  event.properties = {{"path", "/pricing"}};
  const store::LogRecord record{.position = {2},
                                .message = {{2}},
                                .subject = ann_.id.hash,
                                .at = seen,
                                .received_at = seen,
                                .name = event.name,
                                .payload = events::encode(event)};
  ASSERT_TRUE(runtime_.store().log_writer().append(std::span(&record, 1)));
  ann_.timeline.push_back({.at = seen, .position = {2}, .name = "Page Viewed"});
  store_ann();
  const net::Response response = get("/api/v1/contacts/ann/explain", "journey=pricing");
  EXPECT_TRUE(last_check(response).starts_with("running false the journey was paused from "))
      << response.body;
}

TEST_F(ExplainTest, AJourneyThatIsNowhereSaysSo) {
  const net::Response response = get("/api/v1/contacts/ann/explain", "journey=nowhere");
  EXPECT_EQ(last_check(response),
            "journey_published false no journey “nowhere” was ever published");
}

TEST_F(ExplainTest, AMessageThatACapHeldNamesTheMessagesThatTookThePlaces) {
  for (const char* query :
       {"journey=welcome&step=mail", "message=77%2Fmail%2F1%2Femail", "message=3"}) {
    const net::Response response = get("/api/v1/contacts/ann/explain", query);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_TRUE(last_check(response).starts_with(
        "frequency_cap false 2 of 2 in 1w: “hello” of other/mail at "))
        << last_check(response);
    EXPECT_EQ(at(response, "others.count"), "12");
    EXPECT_EQ(at(response, "others.link"),
              "\"/journeys/welcome/contacts?step=mail&reason=frequency_cap\"");
  }
}

TEST_F(ExplainTest, OthersWhoStoppedForTheSameReasonAreListed) {
  const net::Response response =
      get("/api/v1/journeys/welcome/contacts", "step=mail&reason=frequency_cap");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "items.0.contact.userId"), "\"ann\"");
  EXPECT_EQ(at(response, "items.1"), "absent");
  EXPECT_EQ(at(response, "total"), "1");
  EXPECT_EQ(at(response, "next"), "null");
  EXPECT_EQ(at(get("/api/v1/journeys/welcome/contacts", "step=mail&reason=suppressed"), "items"),
            "[]");
  EXPECT_EQ(code_of(get("/api/v1/journeys/welcome/contacts", "reason=suppressed")),
            "missing_field");
}

TEST_F(ExplainTest, AStepHasItsReasonsAsCodes) {
  const net::Response response = get("/api/v1/journeys/welcome");
  EXPECT_EQ(at(response, "steps.0.counts.skipped.0.code"), "\"frequency_cap\"");
  EXPECT_EQ(at(response, "steps.0.counts.skipped.0.count"), "13");
}

TEST_F(ExplainTest, EachRowOfAConditionHasItsValue) {
  // No definition counts this: it is counted from the events.
  const net::Response response = post(
      "/api/v1/segments/explain",
      R"({"contact": "ann", "where": "did \"Page Viewed\" where path is \"/about\" at least 3 )"
      R"(times or country is DE"})");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "ok"), "false");
  EXPECT_EQ(at(response, "rows.kind"), "\"any\"");
  EXPECT_EQ(at(response, "rows.rows.0.value"), "1");
  EXPECT_EQ(at(response, "rows.rows.1.value"), "null");
  EXPECT_EQ(
      at(post("/api/v1/segments/explain", R"({"contact": "ann", "segment": "lookers"})"), "ok"),
      "false");
}

TEST_F(ExplainTest, OfASegmentSaysWhetherItIsBeingBuilt) {
  const auto states = [&] {
    return std::pair(
        at(get("/api/v1/contacts/ann/explain", "segment=lookers"), "state"),
        at(post("/api/v1/segments/explain", R"({"contact": "ann", "segment": "lookers"})"),
           "state"));
  };
  EXPECT_EQ(states(), std::pair(std::string("\"ready\""), std::string("\"ready\"")));
  ASSERT_TRUE(runtime_.write([](store::StateTransaction& transaction) {
    store::DefinitionRecord record;
    record.number = 2;
    record.kind = "segment";
    record.key = "lookers";
    record.changed_at = testing::start_time;
    return transaction.put_definition(record);
  }));
  runtime_.backfilling = {.active = true, .since = testing::start_time};
  EXPECT_EQ(states(), std::pair(std::string("\"building\""), std::string("\"building\"")));
  EXPECT_EQ(at(get("/api/v1/contacts/ann/explain", "journey=welcome"), "state"), "absent");
}

TEST_F(ExplainTest, QuestionsThatCannotBeAskedAreRefused) {
  const struct {
    const char* query;
    const char* code;
  } cases[] = {
      {"", "missing_field"},
      {"journey=welcome&segment=lookers", "missing_field"},
      {"segment=lookers&step=mail", "missing_field"},
      {"segment=nowhere", "unknown_segment"},
      {"journey=welcome&step=nowhere", "unknown_step"},
      {"message=nowhere", "unknown_message"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(code_of(get("/api/v1/contacts/ann/explain", each.query)), each.code) << each.query;
  }
  EXPECT_EQ(code_of(get("/api/v1/contacts/nobody/explain", "journey=welcome")), "unknown_contact");
  for (const char* body : {R"({"contact": "ann", "where": "country ~ DE"})",
                           R"({"contact": "ann", "where": {"segment": "nowhere"}})"}) {
    EXPECT_EQ(code_of(post("/api/v1/segments/explain", body)), "bad_condition") << body;
  }
  EXPECT_EQ(code_of(post("/api/v1/segments/explain", R"({"contact": "ann"})")), "missing_field");
}

}  // namespace
}  // namespace sojourn::api
