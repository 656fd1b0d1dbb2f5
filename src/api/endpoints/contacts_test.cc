#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/effects/decision.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/contact_state.h"

namespace sojourn::api {
namespace {

using contacts::ContactId;
using effects::Decision;
using effects::DecisionKind;
using net::Method;
using reaction::ContactState;
namespace kinds = contacts::kinds;

constexpr Timestamp seen = testing::start_time;

/// Ann, known, with two page views and a journey; Bob, anonymous.
class ContactsTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    runtime_.set_rules({
        {.path = "segment.yaml",
         .text = "kind: segment\nkey: hot-leads\nname: Hot leads\n"
                 "where: {did: {event: Page Viewed, at_least: 2, within: 7d}}\n",
         .number = 1},
        {.path = "score.yaml",
         .text = "kind: score\nkey: lead\nname: Lead score\nhalf_life: 14d\n"
                 "rules: [{key: pricing, event: Page Viewed, points: 20, reason: viewed pricing},"
                 "        {key: energy, when: industry is energy, points: 5, reason: in energy}]\n"
                 "thresholds: [{key: hot, up: 30, down: 20}, {key: cold, up: 900}]\n",
         .number = 2},
        {.path = "grade.yaml",
         .text = "kind: grade\nkey: quality\nname: Quality\nfit: lead\nengagement: lead\n"
                 "fit_bands: [{name: A, from: 45}, {name: B, from: 0}]\n"
                 "engagement_bands: [{name: '1', from: 46}, {name: '2', from: 0}]\n",
         .number = 4},
        {.path = "journey.yaml",
         .text = "kind: journey\nkey: nurture\nname: Nurture\n"
                 "trigger: {segment_entered: hot-leads}\n"
                 "steps: [{id: pause, name: A pause, wait: 2d}]\n",
         .number = 3},
    });
    ann_.id = {{{1}}};
    ann_.first_seen = seen;
    ann_.last_seen = seen + Duration::hours(1);
    ann_.identifiers = {{std::string(kinds::user_id), "ann"},
                        {std::string(kinds::anonymous_id), "anon-1"}};
    ann_.attributes.write("email", Value("ann@example.com"), seen, {});
    ann_.attributes.write("industry", Value("energy"), seen, {});
    ann_.memberships = {{.segment = 1, .member = true, .since = seen}};
    scoring::ScoreState score;
    score.score = 2;
    score.at = seen;
    score.contributions = {{.rule = "pricing", .points = 40}};
    score.crossed = {"hot"};
    score.reasons = {{.rule = "pricing", .points = 20, .at = seen}};
    score.standing = {{.rule = "energy", .points = 5, .since = seen - Duration::days(3)}};
    score.history = {{.day = 20'513, .value = 24.96}, {.day = 20'514, .value = 45}};
    ann_.scores = {score};
    journeys::Run run;
    run.id = 77;
    run.journey = 3;
    run.version = 1;
    run.entered_at = seen;
    run.step = "pause";
    run.wake = seen + Duration::days(2);
    run.visit("pause");
    ann_.runs = {run};
    ann_.timeline = {{.at = seen, .position = {1}, .name = "Page Viewed"},
                     {.at = seen + Duration::hours(1), .position = {2}, .name = "Page Viewed"}};
    bob_.id = {{{2}}};
    bob_.first_seen = seen + Duration::minutes(1);
    bob_.last_seen = bob_.first_seen;
    bob_.identifiers = {{std::string(kinds::anonymous_id), "anon-2"}};
    append_events();
    store_contacts();
  }

  void append_events() {
    std::vector<store::LogRecord> records;
    for (std::uint64_t i = 1; i <= 2; ++i) {
      events::Event event;
      event.message_id = fmt::format("m{}", i);
      event.type = events::EventType::page;
      event.name = "Page Viewed";
      event.user_id = "ann";
      event.at = ann_.timeline[i - 1].at;
      event.received_at = event.at;
      event.properties = {{"path", i == 1 ? "/home" : "/pricing"}};
      records.push_back({.position = {i},
                         .message = {{static_cast<std::uint8_t>(i)}},
                         .subject = ann_.id.hash,
                         .at = event.at,
                         .received_at = event.at,
                         .name = event.name,
                         .payload = events::encode(event)});
    }
    ASSERT_TRUE(runtime_.store().log_writer().append(records));
  }

  static store::CounterKey journey_counter(std::string step, std::string outcome) {
    store::CounterKey key;
    key.kind = "journey";
    key.key = "nurture";
    key.version = 1;
    key.step = std::move(step);
    key.outcome = std::move(outcome);
    return key;
  }

  static store::ContactRecord record_of(const ContactState& state) {
    store::ContactRecord record;
    record.id = state.id;
    record.user_id = state.identifier(kinds::user_id);
    record.first_seen = state.first_seen;
    record.last_seen = state.last_seen;
    record.state = reaction::encode(state);
    return record;
  }

  void store_contacts() {
    const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
      TRY_VOID(transaction.put_contact({.id = ann_.id,
                                        .user_id = "ann",
                                        .email = "ann@example.com",
                                        .name = "Ann Lee",
                                        .first_seen = ann_.first_seen,
                                        .last_seen = ann_.last_seen,
                                        .state = reaction::encode(ann_)}));
      TRY_VOID(transaction.put_contact({.id = bob_.id,
                                        .user_id = "",
                                        .email = "",
                                        .name = "",
                                        .first_seen = bob_.first_seen,
                                        .last_seen = bob_.last_seen,
                                        .state = reaction::encode(bob_)}));
      for (const contacts::Identifier& each : ann_.identifiers) {
        TRY_VOID(transaction.put_identifier(each, ann_.id));
      }
      TRY_VOID(transaction.put_identifier(bob_.identifiers.front(), bob_.id));
      TRY_VOID(transaction.put_member(1, ann_.id, seen));
      Decision entered;
      entered.kind = DecisionKind::segment_entered;
      entered.at = seen + Duration::hours(1);
      entered.definition = "segment";
      entered.key = "hot-leads";
      TRY_VOID(transaction.append_decision({.contact = ann_.id,
                                            .at = entered.at,
                                            .sequence = 1,
                                            .kind = static_cast<std::uint8_t>(entered.kind),
                                            .payload = effects::encode(entered)}));
      TRY_VOID(transaction.add_to_counter(journey_counter("", "entered"), 1));
      return transaction.add_to_counter(journey_counter("pause", "reached"), 1);
    };
    const Result<void> written = runtime_.write(change);
    ASSERT_TRUE(written) << written.error().message;
  }

  ContactState ann_;
  ContactState bob_;
};

TEST_F(ContactsTest, AContactIsFoundByItsOwnIdAndByItsUserId) {
  for (const std::string& id : {std::string("ann"), contacts::format(ann_.id)}) {
    const net::Response response = get("/api/v1/contacts/" + id);
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(at(response, "id"), "\"" + contacts::format(ann_.id) + "\"");
    EXPECT_EQ(at(response, "attributes.industry.value"), "\"energy\"");
    EXPECT_EQ(at(response, "anonymousIds.0"), "\"anon-1\"");
    EXPECT_EQ(at(response, "segments.0.key"), "\"hot-leads\"");
    EXPECT_EQ(at(response, "scores.0.value"), "45.0");
    EXPECT_EQ(at(response, "scores.0.thresholds.0.reached"), "true");
    EXPECT_EQ(at(response, "scores.0.reasons.0.text"), "\"viewed pricing\"");
    EXPECT_EQ(at(response, "runs.0.journeyName"), "\"Nurture\"");
    EXPECT_EQ(at(response, "runs.0.stepName"), "\"A pause\"");
    EXPECT_EQ(at(response, "mergedFrom"), "[]");
  }
}

TEST_F(ContactsTest, AScoreIsTheSumOfItsReasons) {
  const net::Response ann = get("/api/v1/contacts/ann");
  EXPECT_EQ(at(ann, "scores.0.reasons.0.points"), "20.0");
  EXPECT_EQ(at(ann, "scores.0.reasons.0.standing"), "false");
  EXPECT_EQ(at(ann, "scores.0.reasons.1.text"), "\"in energy\"");
  EXPECT_EQ(at(ann, "scores.0.reasons.1.points"), "5.0");
  EXPECT_EQ(at(ann, "scores.0.reasons.1.at"),
            "\"" + format_timestamp(seen - Duration::days(3)) + "\"");
  EXPECT_EQ(at(ann, "scores.0.reasons.1.standing"), "true");
  EXPECT_EQ(at(ann, "scores.0.earlier"), "20.0");
}

TEST_F(ContactsTest, AScoreHasTheDaysOnWhichItMoved) {
  const net::Response ann = get("/api/v1/contacts/ann");
  EXPECT_EQ(at(ann, "scores.0.history"),
            R"([{"day":"2026-03-01","value":25.0},{"day":"2026-03-02","value":45.0}])");
}

TEST_F(ContactsTest, AThresholdIsReachedSinceTheJournalSaysSo) {
  EXPECT_EQ(at(get("/api/v1/contacts/ann"), "scores.0.thresholds.0.since"), "null")
      << "nobody wrote it down";
  const auto crossing = [&](std::uint64_t sequence, DecisionKind kind, std::string threshold) {
    Decision decision;
    decision.kind = kind;
    decision.at = seen + Duration::minutes(static_cast<std::int64_t>(sequence));
    decision.definition = "score";
    decision.key = "lead";
    decision.outcome = std::move(threshold);
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return transaction.append_decision({.contact = ann_.id,
                                          .at = decision.at,
                                          .sequence = sequence,
                                          .kind = static_cast<std::uint8_t>(decision.kind),
                                          .payload = effects::encode(decision)});
    }));
  };
  crossing(2, DecisionKind::score_crossed, "hot");
  crossing(3, DecisionKind::score_crossed, "cold");
  crossing(4, DecisionKind::score_left, "hot");
  crossing(5, DecisionKind::score_left, "cold");
  crossing(6, DecisionKind::score_crossed, "hot");
  // More lines than are read at once.
  for (std::uint64_t i = 7; i < 600; ++i) crossing(i, DecisionKind::segment_entered, "");
  const net::Response ann = get("/api/v1/contacts/ann");
  EXPECT_EQ(at(ann, "scores.0.thresholds.0.since"),
            "\"" + format_timestamp(seen + Duration::minutes(6)) + "\"");
  EXPECT_EQ(at(ann, "scores.0.thresholds.1.reached"), "false");
  EXPECT_EQ(at(ann, "scores.0.thresholds.1.since"), "null");
}

TEST_F(ContactsTest, AThresholdThatFadesSaysWhenItIsLeft) {
  const auto changes_at = [&](const std::string& where) {
    return at(post("/api/v1/segments/explain", R"({"contact":"ann","where":")" + where + R"("})"),
              "rows.changesAt");
  };
  const std::string left = changes_at("score lead >= 20");
  EXPECT_NE(left, "null");
  EXPECT_EQ(changes_at("score lead is hot"), left);
  EXPECT_EQ(changes_at("not score lead is hot or nobody"), left);
  EXPECT_EQ(changes_at("score lead is cold"), "null") << "nothing is below it that rises";
}

TEST_F(ContactsTest, AContactHasItsGrades) {
  EXPECT_EQ(at(get("/api/v1/contacts/ann"), "grades"),
            R"([{"key":"quality","name":"Quality","grade":"A2"}])");
  EXPECT_EQ(at(get("/api/v1/contacts/" + contacts::format(bob_.id)), "grades.0.grade"), "\"B2\"");
  EXPECT_EQ(at(get("/api/v1/scores/lead"), "grades"),
            R"([{"kind":"grade","key":"quality","name":"Quality"}])");
}

TEST_F(ContactsTest, AMergedIdLeadsToTheSurvivor) {
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
    return transaction.put_alias(bob_.id, ann_.id);
  }));
  const net::Response response = get("/api/v1/contacts/" + contacts::format(bob_.id));
  EXPECT_EQ(at(response, "userId"), "\"ann\"");
  EXPECT_EQ(at(response, "mergedFrom.0"), "\"" + contacts::format(bob_.id) + "\"");
}

TEST_F(ContactsTest, AreListedSearchedAndPaged) {
  const net::Response all = get("/api/v1/contacts");
  EXPECT_EQ(at(all, "total"), "2");
  EXPECT_EQ(at(all, "items.1.userId"), "\"ann\"");
  EXPECT_EQ(at(all, "items.0.known"), "false");
  const net::Response first = get("/api/v1/contacts", "limit=1");
  const std::string next = at(first, "next");
  EXPECT_EQ(at(first, "items.0.userId"), "null");
  const net::Response second =
      get("/api/v1/contacts", "limit=1&cursor=" + next.substr(1, next.size() - 2));
  EXPECT_EQ(at(second, "items.0.userId"), "\"ann\"");
  EXPECT_EQ(at(second, "total"), "2");
}

TEST_F(ContactsTest, AreFoundByPartOfANameAndByWholeIds) {
  for (const std::string& search : {std::string("lee"), std::string("ANN@"), std::string("anon-1"),
                                    contacts::format(ann_.id)}) {
    const net::Response found = get("/api/v1/contacts", "q=" + search);
    EXPECT_EQ(at(found, "total"), "1") << search;
    EXPECT_EQ(at(found, "items.0.userId"), "\"ann\"") << search;
    EXPECT_EQ(at(found, "items.1"), "absent") << search;
  }
  EXPECT_EQ(at(get("/api/v1/contacts", "q=nobody"), "total"), "0");
  EXPECT_EQ(code_of(get("/api/v1/contacts", "q=" + std::string(201, 'x'))), "too_long");
}

TEST_F(ContactsTest, OfASegmentAreItsMembers) {
  for (const net::Response& members :
       {get("/api/v1/segments/hot-leads/contacts"), get("/api/v1/contacts", "segment=hot-leads")}) {
    EXPECT_EQ(at(members, "total"), "1");
    EXPECT_EQ(at(members, "items.0.userId"), "\"ann\"");
  }
}

TEST_F(ContactsTest, ATimelineJoinsEventsAndDecisionsNewestFirst) {
  const net::Response timeline = get("/api/v1/contacts/ann/timeline");
  ASSERT_EQ(timeline.status, 200) << timeline.body;
  EXPECT_EQ(at(timeline, "items.0.text"), "\"Entered Hot leads\"");
  EXPECT_EQ(at(timeline, "items.0.ref.key"), "\"hot-leads\"");
  EXPECT_EQ(at(timeline, "items.1.text"), "\"Viewed /pricing\"");
  EXPECT_EQ(at(timeline, "items.1.properties.path"), "\"/pricing\"");
  EXPECT_EQ(at(timeline, "items.2.text"), "\"Viewed /home\"");
  EXPECT_EQ(at(timeline, "next"), "null");
}

TEST_F(ContactsTest, ATimelineIsPagedWithoutRepeatsOrGaps) {
  std::string ids;
  std::string query = "limit=1";
  for (int page = 0; page < 5; ++page) {
    const net::Response timeline = get("/api/v1/contacts/ann/timeline", query);
    const std::string id = at(timeline, "items.0.id");
    if (id != "absent") ids += id;
    const std::string next = at(timeline, "next");
    if (next == "null") break;
    query = "limit=1&cursor=" + next.substr(1, next.size() - 2);
  }
  EXPECT_EQ(ids, "\"d1\"\"e2\"\"e1\"");
}

TEST_F(ContactsTest, ATimelineShowsTheKindsThatAreAskedFor) {
  const net::Response segments = get("/api/v1/contacts/ann/timeline", "kinds=segment,score");
  EXPECT_EQ(at(segments, "items.0.id"), "\"d1\"");
  EXPECT_EQ(at(segments, "items.1"), "absent");
  EXPECT_EQ(code_of(get("/api/v1/contacts/ann/timeline", "kinds=drop")), "unknown_value");
}

TEST_F(ContactsTest, ErasingNamesWhoAskedAndAnswersWhenItIsDone) {
  const net::Response response = send(Method::delete_, "/api/v1/contacts/ann",
                                      {.headers = {{"Authorization", "Bearer ak_api"}}});
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(runtime_.erased, ann_.id);
  EXPECT_TRUE(runtime_.actor.starts_with("ak_"));
}

TEST_F(ContactsTest, MergingAppendsATrustedAliasAndRefusesOneContactTwice) {
  const std::string path = "/api/v1/contacts/" + contacts::format(bob_.id) + "/merge";
  EXPECT_EQ(code_of(post(path, R"({"into":"nobody"})")), "unknown_contact");
  EXPECT_EQ(code_of(post("/api/v1/contacts/ann/merge",
                         R"({"into":")" + contacts::format(ann_.id) + R"("})")),
            "same_contact");
  runtime_.on_submit = [&] {
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return transaction.put_alias(bob_.id, ann_.id);
    }));
  };
  const net::Response merged = post(path, R"({"into":"ann"})");
  EXPECT_EQ(merged.status, 200) << merged.body;
  EXPECT_EQ(at(merged, "userId"), "\"ann\"");
  const events::Event event = runtime_.submitted().back();
  EXPECT_EQ(event.type, events::EventType::alias);
  EXPECT_EQ(event.user_id, "ann");
  EXPECT_EQ(event.previous_id, "anon-2");
  EXPECT_EQ(event.trust, events::Trust::system);
}

TEST_F(ContactsTest, EventsAreListedWithTheirContacts) {
  const net::Response events = get("/api/v1/events", "limit=1");
  EXPECT_EQ(at(events, "items.0.messageId"), "\"m2\"");
  EXPECT_EQ(at(events, "items.0.contact.userId"), "\"ann\"");
  const std::string next = at(events, "next");
  ASSERT_NE(next, "null");
  const net::Response older =
      get("/api/v1/events", "limit=1&cursor=" + next.substr(1, next.size() - 2));
  EXPECT_EQ(at(older, "items.0.messageId"), "\"m1\"");
  EXPECT_EQ(at(get("/api/v1/events", "name=Other"), "items"), "[]");
}

TEST_F(ContactsTest, DefinitionsAreShownAsTheyRun) {
  const net::Response segment = get("/api/v1/segments/hot-leads");
  EXPECT_EQ(at(segment, "size"), "1");
  EXPECT_EQ(at(segment, "rows.kind"), "\"question\"");
  EXPECT_EQ(at(segment, "definition.did.within"), "\"1w\"");
  EXPECT_EQ(at(segment, "usedIn.0.key"), "\"nurture\"");
  const net::Response score = get("/api/v1/scores/lead");
  EXPECT_EQ(at(score, "halfLife"), "\"14 days\"");
  EXPECT_EQ(at(score, "rules.0.text"), "\"viewed pricing\"");
}

TEST_F(ContactsTest, AJourneyCountsWhoIsWhere) {
  const net::Response journey = get("/api/v1/journeys/nurture");
  ASSERT_EQ(journey.status, 200) << journey.body;
  EXPECT_EQ(at(journey, "counts.entered"), "1");
  EXPECT_EQ(at(journey, "counts.active"), "1");
  EXPECT_EQ(at(journey, "steps.0.id"), "\"pause\"");
  EXPECT_EQ(at(journey, "steps.0.counts.here"), "1");
  const net::Response here = get("/api/v1/journeys/nurture/contacts", "step=pause");
  EXPECT_EQ(at(here, "total"), "1");
  EXPECT_EQ(at(here, "items.0.contact.userId"), "\"ann\"");
  EXPECT_EQ(at(here, "items.0.run.step"), "\"pause\"");
  EXPECT_EQ(at(get("/api/v1/journeys/nurture/contacts", "state=goal"), "items"), "[]");
  EXPECT_EQ(code_of(get("/api/v1/journeys/nurture/contacts", "state=here")), "unknown_value");
  EXPECT_EQ(code_of(get("/api/v1/journeys/nurture/contacts", "step=none")), "unknown_value");
}

/// A journey whose split is an experiment since version 2.
class SplitTest : public ContactsTest {
 protected:
  void SetUp() override {
    ContactsTest::SetUp();
    runtime_.set_rules(
        {{.path = "journey.yaml",
          .text = "kind: journey\nkey: nurture\ntrigger: {event: A}\ngoal: {event: B}\n"
                  "steps:\n  - id: try\n    split:\n"
                  "      arms: [{name: a, percent: 50}, {name: b, percent: 40}]\n"
                  "      experiment: {measure: goal, decide: {after: 7d, at_least: 5}}\n",
          .number = 3,
          .version = 2}});
    const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
      TRY_VOID(count(transaction, "", "way:a", 1, 70));
      TRY_VOID(count(transaction, "a", "came", 1, 60));
      TRY_VOID(count(transaction, "a", "came", 2, 10));
      TRY_VOID(count(transaction, "a", "succeeded", 2, 1));
      return count(transaction, "b", "came", 3, 9);
    };
    const Result<void> written = runtime_.write(change);
    ASSERT_TRUE(written) << written.error().message;
  }

  static Result<void> count(store::StateTransaction& transaction, std::string arm,
                            std::string outcome, int version, std::int64_t by) {
    store::CounterKey key = journey_counter("try", std::move(outcome));
    key.variant = std::move(arm);
    key.version = version;
    return transaction.add_to_counter(key, by);
  }

  void stand(const experiments::Standing& standing) {
    runtime_.put_rules(reaction::with_standings(
        runtime_.rules(),
        {{.journey = 3,
          .step = "try",
          .compared = reaction::experiments_in(*runtime_.rules(), {}, seen).front().compared,
          .standing = standing}}));
  }
};

TEST_F(SplitTest, ShowsItsArmsAndNoVerdictBeforeTheLook) {
  stand({.version = 2, .since = seen});
  const net::Response journey = get("/api/v1/journeys/nurture");
  ASSERT_EQ(journey.status, 200) << journey.body;
  EXPECT_EQ(at(journey, "steps.0.split.arms.0.taken"), "70");
  EXPECT_EQ(at(journey, "steps.0.split.arms.0.people"), "10");
  EXPECT_EQ(at(journey, "steps.0.split.arms.0.successes"), "1");
  EXPECT_EQ(at(journey, "steps.0.split.arms.0.rate"), "0.1");
  EXPECT_EQ(at(journey, "steps.0.split.arms.1.people"), "9");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.verdict"), "null");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.winner"), "null");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.atLeast"), "5");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.decidesAfter"),
            "\"" + format_timestamp(seen + Duration::days(7)) + "\"");
}

TEST_F(SplitTest, ShowsWhatTheLookFoundAndWhoDecided) {
  experiments::Standing standing{.version = 2, .since = seen};
  standing.look = experiments::Look{.at = seen + Duration::days(7),
                                    .counts = {{"a", 10, 1}, {"b", 9, 0}},
                                    .verdict = {experiments::Verdict::Kind::leading, "a", 1}};
  standing.winner = experiments::Winner{"b", seen + Duration::days(8), "ann"};
  stand(standing);
  const net::Response journey = get("/api/v1/journeys/nurture");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.verdict.kind"), "\"leading\"");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.verdict.arms.1.people"), "9");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.winner.arm"), "\"b\"");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.winner.by"), "\"ann\"");
  EXPECT_EQ(at(journey, "steps.0.split.experiment.decidesAfter"), "null");
  EXPECT_EQ(at(journey, "steps.0.summary"), "\"split, b has won\"");
}

TEST_F(SplitTest, AWinnerIsDeclaredAndTakenBackInSoManyWords) {
  const auto declare = [&](const char* body) {
    return post("/api/v1/journeys/nurture/steps/try/winner", body);
  };
  EXPECT_EQ(code_of(declare("{}")), "missing_field");
  EXPECT_EQ(code_of(declare(R"({"arm":5})")), "wrong_type");
  EXPECT_EQ(code_of(declare(R"({"arm":""})")), "too_short");
  EXPECT_EQ(runtime_.declared.journey, "");
  EXPECT_EQ(declare(R"({"arm":"b"})").status, 200);
  EXPECT_EQ(runtime_.declared.step, "try");
  EXPECT_EQ(runtime_.declared.arm, "b");
  EXPECT_EQ(declare(R"({"arm":null})").status, 200);
  EXPECT_EQ(runtime_.declared.arm, std::nullopt);
}

TEST_F(ContactsTest, ARunThatEndedSaysWhyAlsoOfAJourneyThatIsGone) {
  const auto ended = [&](std::uint64_t id, std::uint32_t number, std::string key,
                         std::string reason) {
    journeys::Run run;
    run.id = id;
    run.journey = number;
    run.version = 1;
    run.state = journeys::RunState::exited;
    run.entered_at = seen;
    run.ended_at = seen + Duration::hours(1);
    ann_.runs.insert(ann_.runs.begin(), run);
    Decision decision;
    decision.kind = DecisionKind::run_ended;
    decision.at = run.ended_at;
    decision.definition = "journey";
    decision.key = std::move(key);
    decision.run = id;
    decision.text = std::move(reason);
    return decision;
  };
  const Decision decisions[] = {ended(78, 3, "nurture", "all done"),
                                ended(79, 9, "old", "archived")};
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
    store::DefinitionRecord record;
    record.number = 9;
    record.kind = "journey";
    record.key = "old";
    record.source = "kind: journey\nkey: old\nname: An old one\n";
    record.archived = true;
    record.changed_at = seen;
    TRY_VOID(transaction.put_definition(record));
    std::uint64_t sequence = 100;
    for (const Decision& decision : decisions) {
      TRY_VOID(transaction.append_decision({.contact = ann_.id,
                                            .at = decision.at,
                                            .sequence = ++sequence,
                                            .kind = static_cast<std::uint8_t>(decision.kind),
                                            .payload = effects::encode(decision)}));
    }
    return transaction.put_contact(record_of(ann_));
  }));
  const net::Response contact = get("/api/v1/contacts/ann");
  EXPECT_EQ(at(contact, "runs.0.reason"), "null");
  EXPECT_EQ(at(contact, "runs.1.reason"), "\"all done\"");
  EXPECT_EQ(at(contact, "runs.2.reason"), "\"archived\"");
  EXPECT_EQ(at(contact, "runs.2.journey"), "\"old\"");
  EXPECT_EQ(at(contact, "runs.2.journeyName"), "\"An old one\"");
}

TEST_F(ContactsTest, AJourneysContactsAreCountedAsTheyAreListed) {
  // Bob belongs to the holdout, and Ann has entered twice: nobody is listed twice, or counted so.
  journeys::Run again = ann_.runs.front();
  again.id = 80;
  again.state = journeys::RunState::completed;
  ann_.runs.insert(ann_.runs.begin(), again);
  journeys::Run held_out = again;
  held_out.id = 81;
  held_out.state = journeys::RunState::held_out;
  bob_.runs = {held_out};
  ContactState cid;
  cid.id = {{{3}}};
  cid.runs = {again};
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
    for (const ContactState* state : {&ann_, &bob_, &cid}) {
      TRY_VOID(transaction.put_contact(record_of(*state)));
    }
    return transaction.add_to_counter(journey_counter("", "entered"), 27);
  }));
  const std::string path = "/api/v1/journeys/nurture/contacts";
  const net::Response all = get(path);
  EXPECT_EQ(at(all, "total"), "2");
  EXPECT_EQ(at(all, "items.1.run.state"), "\"completed\"");
  EXPECT_EQ(at(all, "items.2"), "absent");
  EXPECT_EQ(at(all, "next"), "null");
  const net::Response out = get(path, "state=held_out");
  EXPECT_EQ(at(out, "total"), "1");
  EXPECT_EQ(at(out, "items.0.contact.id"), "\"" + contacts::format(bob_.id) + "\"");
  EXPECT_EQ(at(out, "items.0.run.reason"), "\"holdout\"");
  EXPECT_EQ(at(get(path, "state=completed"), "total"), "2");

  const net::Response first = get(path, "limit=1");
  EXPECT_EQ(at(first, "total"), "2");
  const std::string next = at(first, "next");
  ASSERT_NE(next, "null");
  const net::Response second = get(path, "limit=1&cursor=" + next.substr(1, next.size() - 2));
  EXPECT_EQ(at(second, "items.0.contact.id"), "\"" + contacts::format(cid.id) + "\"");
  EXPECT_EQ(at(second, "total"), "2");
  EXPECT_EQ(at(second, "next"), "null");
}

TEST_F(ContactsTest, MessagesAreFilteredByKnownValuesOnly) {
  messages::Message message;
  message.id = {5};
  message.key = "77/pause/1/email";
  message.contact = ann_.id;
  message.channel = "email";
  message.address = "ann@example.com";
  message.journey = "nurture";
  message.step = "pause";
  message.state = messages::DeliveryState::skipped;
  message.reason = "quiet_hours";
  message.queued_at = seen;
  message.due = seen;
  ASSERT_TRUE(runtime_.write(
      [&](store::StateTransaction& transaction) { return transaction.put_message(message); }));
  for (const char* query : {"", "contact=ann", "journey=nurture&step=pause", "status=skipped"}) {
    const net::Response found = get("/api/v1/messages", query);
    EXPECT_EQ(at(found, "items.0.id"), "\"5\"") << query;
    EXPECT_EQ(at(found, "items.0.reason"), "\"quiet hours\"") << query;
    EXPECT_EQ(at(found, "items.0.contact.name"), "\"Ann Lee\"") << query;
  }
  EXPECT_EQ(at(get("/api/v1/messages", "status=sent"), "items"), "[]");
  EXPECT_EQ(at(get("/api/v1/messages", "journey=nurture&step=other"), "items"), "[]");
  EXPECT_EQ(code_of(get("/api/v1/messages", "status=drop")), "unknown_value");
  EXPECT_EQ(code_of(get("/api/v1/messages", "step=pause")), "missing_field");
  EXPECT_EQ(code_of(get("/api/v1/messages", "contact=nobody")), "unknown_contact");
}

}  // namespace
}  // namespace sojourn::api
