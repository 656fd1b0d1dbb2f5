// What explanations say in worlds in which one thing went this way or that. That they agree with
// what happened is tested in generated worlds (tests/simulation/explain_test.cc).
#include "domain/simulation/explain.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/events/standard_names.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {
namespace {

constexpr Timestamp t0{1'772'442'000'000};  // 2026-03-02T09:00Z
const std::string hello = "{kind: template, key: hello, subject: Hi, html: <p>Hi</p>}";

/// Ana in a world of some definitions.
class Told {
 public:
  explicit Told(const std::vector<std::string>& texts)
      : sources_(sources_of(texts)),
        world_(compiled(sources_), {.start = t0, .sources = sources_, .keeps_log = true}) {}

  static std::vector<reaction::DefinitionSource> sources_of(const std::vector<std::string>& texts) {
    std::vector<reaction::DefinitionSource> sources;
    for (const std::string& text : texts) {
      const auto number = static_cast<std::uint32_t>(sources.size() + 1);
      sources.push_back({.path = fmt::format("f{}", number), .text = text, .number = number});
    }
    return sources;
  }
  static std::shared_ptr<const reaction::Rules> compiled(
      const std::vector<reaction::DefinitionSource>& sources) {
    reaction::Rules::Compiled compiled = reaction::Rules::compile(sources);
    for (const reaction::Problem& problem : compiled.problems) ADD_FAILURE() << problem.message;
    return compiled.rules;
  }

  void does(std::string name, Object properties = {}, Object context = {}) {
    events::Event event;
    event.message_id = fmt::format("m{}", ++count_);
    event.name = std::move(name);
    event.user_id = "ana";
    event.at = event.received_at = world_.now();
    event.properties = std::move(properties);
    event.context = std::move(context);
    if (event.name == events::names::entry_requested) event.trust = events::Trust::system;
    events_.push_back(event);
    ASSERT_TRUE(world_.take(std::move(event)));
  }
  void days_later(int days) { ASSERT_TRUE(world_.advance(world_.now() + Duration::days(days))); }

  [[nodiscard]] Explanation entry(std::string_view journey,
                                  const std::optional<Publication>& publication = {}) {
    return asked([&](const Known& known) { return explain_entry(known, journey, publication); });
  }
  [[nodiscard]] Explanation step(std::string_view journey, std::string_view step,
                                 const std::optional<Publication>& publication = {}) {
    return asked([&](const Known& known) {
      const Result<Explanation> found = explain_step(known, journey, step, publication);
      EXPECT_TRUE(found) << found.error().message;
      return found ? *found : Explanation();
    });
  }

  World& world() { return world_; }

 private:
  template <typename Ask>
  Explanation asked(Ask ask) {
    const auto* ana =
        world_.find(contacts::Identifier{std::string(contacts::kinds::user_id), "ana"});
    if (ana == nullptr) return {};
    std::vector<effects::Decision> decisions;
    for (const Outcome& outcome : world_.outcomes()) decisions.push_back(outcome.decision);
    const std::vector<messages::Message> messages(world_.messages().rbegin(),
                                                  world_.messages().rend());
    return ask(Known{.rules = world_.rules(),
                     .contact = *ana,
                     .ledger = world_.ledger(),
                     .events = events_,
                     .decisions = decisions,
                     .messages = messages,
                     .now = world_.now()});
  }

  std::vector<reaction::DefinitionSource> sources_;
  World world_;
  std::vector<events::Event> events_;
  int count_ = 0;
};

/// The evidence of the check of this code, with `--` before it where it failed.
std::string said(const Explanation& explanation, std::string_view code) {
  for (const Check& check : explanation.checks) {
    if (check.code == code) return (check.ok ? "" : "-- ") + check.evidence;
  }
  return "no such check";
}

std::string journey(std::string_view head, std::string_view steps = "[{id: w, wait: 2d}]") {
  return fmt::format("{{kind: journey, key: j, {}, steps: {}}}", head, steps);
}

TEST(ExplainEntry, NamesTheTriggerThatFired) {
  Told told({journey("trigger: [{event: Start}, {webhook: crm}, {entry: true}]")});
  told.does("Webhook Received", {{"webhook", "crm"}});
  EXPECT_EQ(said(told.entry("j"), "entered"),
            "trigger 2: did \"Webhook Received\" where webhook is crm");
}

TEST(ExplainEntry, SaysWhoAskedForIt) {
  const struct {
    Object context;
    const char* words;
  } cases[] = {
      {{{"actor", "ak_1"}, {"by", "api"}}, "entered through the API (key ak_1)"},
      {{{"actor", "jo@example.com"}, {"by", "user"}}, "entered by hand (by jo@example.com)"},
      {{}, "an event asked for it"},
  };
  for (const auto& each : cases) {
    Told told({journey("trigger: {webhook: crm}")});
    told.does(std::string(events::names::entry_requested), {{"journey", "j"}}, each.context);
    EXPECT_EQ(said(told.entry("j"), "entered"), each.words);
  }
}

TEST(ExplainEntry, NamesTheJourneyThatEnteredIt) {
  Told told({journey("trigger: {entry: true}"),
             "{kind: journey, key: first, trigger: {event: Start}, steps: [{id: on, enter: j}]}"});
  told.does("Start");
  EXPECT_EQ(said(told.entry("j"), "entered"), "entered from journey “first”");
  EXPECT_EQ(said(told.entry("first"), "entered"), "trigger 1: did Start");
}

TEST(ExplainEntry, OfSeveralTriggersSaysWhatIsMissingOfEach) {
  Told told({"{kind: segment, key: hot, where: plan is pro}",
             journey("trigger: [{segment_entered: hot}, {event: Start, where: [{property: path, "
                     "is: /a}]}, {attribute_changed: plan}, {schedule: every friday at 18:00}]")});
  told.does("Start", {{"path", "/b"}});
  const Explanation explained = told.entry("j");
  EXPECT_EQ(explained.summary, "did not enter “j”: where path is \"/a\": it was \"/b\"");
  std::string others;
  for (const Check& check : explained.checks) {
    if (check.code != "trigger_event" && check.code != "trigger_filter") {
      others += fmt::format("{} {}\n", check.code, check.evidence);
    }
  }
  EXPECT_EQ(others,
            "journey_published in force\n"
            "other_trigger trigger 1: enters segment hot: never entered segment “hot”; now: plan "
            "is pro: nothing\n"
            "other_trigger trigger 3: plan changes: attribute plan was never set\n"
            "other_trigger trigger 4: every friday at 18:00: that has not happened\n");
  EXPECT_TRUE(said(explained, "trigger_event").starts_with("trigger 2: “Start” came 1 time,"));
}

TEST(ExplainEntry, NamesThePropertyThatTheKeyLacks) {
  Told told({journey("trigger: {event: Start}, key_by: order_id")});
  told.does("Start");
  EXPECT_EQ(said(told.entry("j"), "key"), "-- the event lacks “order_id”, which key_by names");
}

TEST(ExplainPause, AnEventThatCameDuringOneStartedNothing) {
  Told told({journey("trigger: {event: Start}")});
  told.does("Other");
  ASSERT_TRUE(told.world().pause("j"));
  told.days_later(1);
  told.does("Start");
  EXPECT_EQ(said(told.entry("j"), "running"),
            "-- the journey has been paused since 2026-03-02T09:00:00.000Z");
  EXPECT_EQ(told.entry("j").checks.back().fix->code, "resume_journey");
  told.days_later(1);
  ASSERT_TRUE(told.world().resume("j", {}));
  const Explanation after = told.entry("j");
  EXPECT_EQ(said(after, "running"),
            "-- the journey was paused from 2026-03-02T09:00:00.000Z to 2026-03-04T09:00:00.000Z");
  EXPECT_FALSE(after.checks.back().fix);
}

TEST(ExplainPause, AnEarlierOneIsKnownFromThePublication) {
  Told told({journey("trigger: {event: Start}, only_if: plan is pro")});
  told.does("Start");
  EXPECT_EQ(told.entry("j").checks.back().code, "only_if");
  const Publication publication{
      .first = t0,
      .latest = t0,
      .pauses = {{t0 - Duration::days(1), t0 + Duration::days(1)}, {t0 + Duration::days(5)}}};
  EXPECT_EQ(said(told.entry("j", publication), "running"),
            "-- the journey was paused from 2026-03-01T09:00:00.000Z to 2026-03-03T09:00:00.000Z");
}

TEST(ExplainPause, WhatCameBeforeItIsJudgedWithoutIt) {
  Told told({journey("trigger: {event: Start}, only_if: plan is pro")});
  told.does("Start");
  told.days_later(1);
  ASSERT_TRUE(told.world().pause("j"));
  EXPECT_EQ(told.entry("j").checks.back().code, "only_if");
}

TEST(ExplainPause, HoldsThoseInside) {
  Told told({hello, journey("trigger: {event: Start}",
                            "[{id: w, wait: 2d}, {id: mail, send: {template: hello}}]")});
  told.does("Start");
  told.days_later(1);
  ASSERT_TRUE(told.world().pause("j"));
  told.days_later(3);
  const Explanation entry = told.entry("j");
  EXPECT_TRUE(entry.happened);
  EXPECT_EQ(said(entry, "running"),
            "it ran then; the journey has been paused since 2026-03-03T09:00:00.000Z, and those "
            "inside stand still");
  EXPECT_EQ(said(entry, "run"),
            "is at “w”: wait 2 days, which was over at 2026-03-04T09:00:00.000Z");
  const Explanation step = told.step("j", "mail");
  EXPECT_EQ(said(step, "running"),
            "-- the journey has been paused since 2026-03-03T09:00:00.000Z, and the run stands "
            "still");
  EXPECT_EQ(said(step, "step_reached"),
            "-- not yet: the run is at “w”: wait 2 days, which was over at "
            "2026-03-04T09:00:00.000Z");
}

TEST(ExplainVersions, StepsAreThoseOfTheVersionThatTheRunFollows) {
  Told told({journey("trigger: {event: Start}")});
  told.does("Start");
  const std::string longer =
      journey("trigger: {event: Start}", "[{id: w, wait: 3d}, {id: more, wait: 1d}]");
  ASSERT_TRUE(told.world().publish({{"f1", longer}}, {}));
  const Publication publication{.first = t0, .latest = t0 + Duration{1}, .version = 2};
  const Explanation entry = told.entry("j", publication);
  EXPECT_EQ(said(entry, "journey_published"),
            "the run follows version 1; version 2 has been in force since "
            "2026-03-02T09:00:00.001Z");
  EXPECT_EQ(said(entry, "run"), "is at “w”: wait 2 days, until 2026-03-04T09:00:00.000Z");
  EXPECT_EQ(said(told.step("j", "more", publication), "step_reached"),
            "-- the run follows version 1, which has no step “more”");
}

TEST(ExplainVersions, AnArchivedJourneySaysSinceWhenAndHowTheRunEnded) {
  Told told({journey("trigger: {event: Start}", "[{id: w, wait: 2d}, {id: out, exit: all done}]")});
  told.does("Start");
  told.days_later(2);
  const Publication publication{
      .first = t0, .latest = t0 + Duration::days(3), .version = 2, .archived = true, .number = 1};
  const Explanation entry = told.entry("j", publication);
  EXPECT_EQ(said(entry, "journey_published"),
            "archived at 2026-03-05T09:00:00.000Z; the run followed version 1");
  EXPECT_EQ(said(entry, "run"), "ended: exited (all done)");
}

TEST(ExplainMessage, ChecksStandInTheOrderOfTheirTimes) {
  Told told({hello,
             "{kind: workspace, key: w, frequency_caps: [{messages: 1, per: 7d, when_held: "
             "skip}]}",
             journey("trigger: {event: Start}, reentry: always",
                     "[{id: w, wait: 1d}, {id: mail, send: {template: hello}}]")});
  events::Event known;
  known.message_id = "id";
  known.type = events::EventType::identify;
  known.name = events::names::identified;
  known.user_id = "ana";
  known.traits = {{"email", "ana@example.com"}};
  known.at = known.received_at = t0;
  ASSERT_TRUE(told.world().take(known));
  told.does("Start");
  told.days_later(1);
  const Explanation sent = told.step("j", "mail", Publication{.first = t0, .latest = t0});
  EXPECT_TRUE(sent.happened);
  std::optional<Timestamp> last;
  for (const Check& check : sent.checks) {
    if (!check.at) continue;
    EXPECT_LE(last.value_or(*check.at), *check.at) << check.code;
    last = check.at;
  }
  // The second is held by the first, which is named as people know it.
  told.does("Start");
  told.days_later(1);
  const Explanation held = told.step("j", "mail");
  EXPECT_FALSE(held.happened);
  EXPECT_EQ(said(held, "frequency_cap"),
            "-- 1 of 1 in 1w: “hello” of j/mail at 2026-03-03T09:00:00.000Z");
}

}  // namespace
}  // namespace sojourn::simulation
