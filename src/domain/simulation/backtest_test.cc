#include "domain/simulation/backtest.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <fmt/format.h>

#include "domain/events/standard_names.h"
#include "domain/reaction/hops.h"
#include "domain/simulation/backtest_rules.h"
#include "domain/simulation/backtest_text.h"
#include "domain/simulation/blast_radius.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {
namespace {

using effects::DecisionKind;
using events::Event;
using events::LoggedEvent;
using reaction::DefinitionSource;
namespace names = events::names;

const Timestamp start = *parse_timestamp("2026-03-02T09:00:00Z");

std::vector<DefinitionSource> numbered(const std::vector<std::string>& texts) {
  std::vector<DefinitionSource> sources;
  for (const std::string& text : texts) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = fmt::format("{}.yaml", number), .text = text, .number = number});
  }
  return sources;
}

std::shared_ptr<const reaction::Rules> rules_of(const std::vector<std::string>& texts) {
  reaction::Rules::Compiled compiled = reaction::Rules::compile(numbered(texts));
  for (const reaction::Problem& problem : compiled.problems) {
    ADD_FAILURE() << problem.path << ": " << problem.message;
  }
  return compiled.rules;
}

constexpr auto mail_template = "{kind: template, key: mail, subject: Hello, html: '<p>Hi</p>'}";

Event event_of(const std::string& user, std::string_view name, Timestamp at) {
  Event event;
  event.message_id = fmt::format("{}/{}/{}", user, name, at.ms);
  event.name = name;
  event.user_id = user;
  event.at = at;
  event.received_at = at;
  event.source = "test";
  return event;
}

Event identify(const std::string& user, Object traits, Timestamp at) {
  Event event = event_of(user, names::identified, at);
  event.type = events::EventType::identify;
  event.traits = std::move(traits);
  return event;
}

const contacts::ContactId ana = contacts::derive_contact_id({}, {"userId", "ana"});

/// Ana's events through a backtest of everything that the rules hold.
BacktestReport replay_ana(const std::vector<std::string>& texts, const std::vector<Event>& events,
                          BacktestSettings settings,
                          const reaction::ContactState* today = nullptr) {
  std::vector<LoggedEvent> logged;
  for (const Event& event : events) logged.push_back({{logged.size() + 1}, event});
  Backtest backtest(rules_of(texts), std::move(settings));
  backtest.replay(ana, logged, today);
  return backtest.report();
}

// What is live from the beginning and what is backtested are one thing.

using Figures = std::map<std::string, std::uint64_t>;

/// Two journeys that compete under a cap, quiet hours, a goal, an exit rule, a wait for a click, a
/// score's threshold, and entry from one into another.
const std::vector<std::string> busy_workspace = {
    "{kind: workspace, key: w, timezone: Europe/Paris, frequency_caps: [{messages: 2, per: 3d}], "
    "quiet_hours: {from: '22:00', to: '07:30'}}",
    "{kind: segment, key: lookers, where: {did: {event: Page Viewed, where: [{property: path, is: "
    "/pricing}], at_least: 2, within: 2d}}}",
    "{kind: score, key: lead, half_life: 2d, rules: [{key: v, event: Page Viewed, points: 10, cap: "
    "40}, {key: c, event: Link Clicked, points: 15}], thresholds: [{key: hot, up: 30, down: 12}]}",
    "{kind: journey, key: looked, trigger: {segment_entered: lookers}, reentry: {after: 1d}, goal: "
    "{event: Order Completed}, steps: [{id: first, send: {template: mail, topic: news}}, {id: "
    "read, "
    "wait_for: {clicked: first, at_most: 2d, then: [{id: on, enter: hot}], otherwise: [{id: "
    "again, send: {template: mail, topic: news}}]}}, {id: rest, wait: 36h}, {id: last, send: "
    "{template: mail}}]}",
    "{kind: journey, key: hot, trigger: {score_crossed: {score: lead, threshold: hot}}, reentry: "
    "always, exit_when: "
    "{attribute: stage, is: customer}, steps: [{id: tell, notify: {user: sales@shop.example, text: "
    "hot}}, {id: mark, update: {heat: hot}}, {id: offer, send: {template: mail}}, {id: pause, "
    "wait: 12h}, {id: bye, send: "
    "{template: "
    "mail, class: transactional}}]}",
    "{kind: journey, key: thirds, trigger: {event: Page Viewed, at_least: 3, within: 7d}, reentry: "
    "never, steps: [{id: only, send: {template: mail}}]}",
    mail_template};

struct Action {
  int gap_minutes = 0;
  int who = 0;
  int what = 0;
};

Event action_event(const Action& action, const World& world, int index) {
  const std::string user = fmt::format("u{}", action.who);
  const Timestamp now = world.now() + Duration::minutes(action.gap_minutes);
  Event event = event_of(user, names::page_viewed, now);
  switch (action.what) {
    case 0:
    case 1:
    case 2:
      event.properties.set("path", "/pricing");
      break;
    case 3:
      event.properties.set("path", "/");
      break;
    case 4:
      event.name = names::order_completed;
      break;
    case 5:
      event =
          identify(user, {{"email", user + "@a.example"}, {"timezone", "America/New_York"}}, now);
      break;
    case 6:
      event = identify(
          user, {{"email", user + "@a.example"}, {"stage", index % 3 == 0 ? "customer" : "lead"}},
          now);
      break;
    case 7:  // late, within the horizon or beyond it
      event.at = now - Duration::hours(index % 2 == 0 ? 5 : 100);
      event.properties.set("path", "/pricing");
      break;
    default: {
      // An answer to the person's last mail; a view of another page where there is none.
      event.properties.set("path", "/about");
      const reaction::ContactState* contact = world.find(contacts::Identifier{"userId", user});
      const auto& mails = world.mails();
      const auto mail = std::find_if(mails.rbegin(), mails.rend(), [&](const Mail& each) {
        return contact != nullptr && each.message.contact == contact->id &&
               !each.message.template_key.empty();
      });
      if (mail == mails.rend()) break;
      const messages::Message& message = mail->message;
      event.user_id.clear();
      event.contact = message.contact.hash;
      event.trust = events::Trust::system;
      event.name = action.what == 8   ? names::email_opened
                   : action.what == 9 ? names::link_clicked
                                      : names::unsubscribed;
      event.properties = {{"message", std::to_string(message.id.value)},
                          {"key", message.key},
                          {"channel", message.channel},
                          {"journey", message.journey},
                          {"step", message.step},
                          {"run", std::to_string(message.run)},
                          {"template", message.template_key},
                          {"address", message.address},
                          {"topic", message.topic}};
    }
  }
  event.message_id = std::to_string(index);
  return event;
}

Figures figures_of(const World& world) {
  Figures figures;
  std::set<std::string> held;
  std::map<std::string, std::uint64_t> entries;
  for (const Outcome& outcome : world.outcomes()) {
    const effects::Decision& decision = outcome.decision;
    if (decision.definition != "journey") continue;
    const std::string journey = decision.key;
    const std::string step = fmt::format("{}/{}", journey, decision.step);
    const std::int64_t day = decision.at.ms / Duration::days(1).ms;
    switch (decision.kind) {
      case DecisionKind::journey_entered:
        ++figures[journey + " entered"];
        ++figures[fmt::format("{} entered on {}", journey, day)];
        if (++entries[journey + contacts::format(outcome.contact)] == 2) {
          ++figures[journey + " again"];
        }
        break;
      case DecisionKind::run_ended:
        ++figures[journey + " ended " + decision.outcome];
        break;
      case DecisionKind::goal_reached:
        ++figures[journey + " converted"];
        break;
      case DecisionKind::step_passed:
        ++figures[step + " passed"];
        break;
      case DecisionKind::message_sent:
        if (outcome.template_key.empty()) break;
        ++figures[step + " sent"];
        ++figures[fmt::format("{} sent on {}", journey, day)];
        break;
      case DecisionKind::message_deferred:
      case DecisionKind::message_skipped:
        if (held.insert(decision.message + decision.outcome).second) {
          ++figures[step + " held " + decision.outcome];
        }
        break;
      case DecisionKind::user_notified:
        ++figures[journey + " notices"];
        break;
      default:
        break;
    }
  }
  return figures;
}

Figures figures_of(const BacktestReport& report) {
  Figures figures;
  const auto note = [&](std::string name, std::uint64_t count) {
    if (count > 0) figures[std::move(name)] += count;
  };
  for (const auto& [key, journey] : report.journeys) {
    note(key + " entered", journey.entered);
    note(key + " again", journey.contacts_again);
    note(key + " converted", journey.converted_later);
    note(key + " notices", journey.notices);
    for (const auto& [outcome, count] : journey.ended) note(key + " ended " + outcome, count);
    for (const auto& [day, each] : journey.days) {
      note(fmt::format("{} entered on {}", key, day), each.entered);
      note(fmt::format("{} sent on {}", key, day), each.sent);
    }
    for (const auto& [id, step] : journey.steps) {
      const std::string place = fmt::format("{}/{}", key, id);
      note(place + " passed", step.passed);
      note(place + " sent", step.sent);
      for (const Counts* counts : {&step.held, &step.skipped}) {
        for (const auto& [reason, count] : *counts) note(place + " held " + reason, count);
      }
    }
  }
  return figures;
}

TEST(Backtest, EqualsWhatRanLiveFromTheBeginning) {
  const auto rules = rules_of(busy_workspace);
  std::uint64_t sent = 0;
  std::uint64_t goals = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto drawn = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(rc::gen::tuple(
        rc::gen::inRange(0, 1'500), rc::gen::inRange(0, 2), rc::gen::inRange(0, 11)));
    World world(rules, {.start = start});
    std::map<contacts::ContactId, std::vector<LoggedEvent>> log;
    std::uint64_t position = 0;
    for (const auto& [gap, who, what] : drawn) {
      const Action action{gap, who, what};
      Event event = action_event(action, world, static_cast<int>(position));
      RC_ASSERT(world.take(event).has_value());
      const reaction::ContactState* contact =
          event.contact != Hash128{} ? world.find(contacts::ContactId{event.contact})
                                     : world.find(contacts::Identifier{"userId", event.user_id});
      RC_ASSERT(contact != nullptr);
      log[contact->id].push_back({{++position}, std::move(event)});
    }
    const Timestamp until = world.now() + Duration::days(6);
    RC_ASSERT(world.advance(until).has_value());
    Backtest backtest(rules, {.since = start,
                              .until = until,
                              .answers = BacktestSettings::Answers::as_happened,
                              .rates = {},
                              .step_rates = {}});
    for (const auto& [contact, events] : log) backtest.replay(contact, events, nullptr);
    RC_ASSERT(figures_of(backtest.report()) == figures_of(world));
    sent += world.mails().size();
    goals += figures_of(world)["looked ended goal"];
  }));
  // The histories are not empty ones.
  EXPECT_GT(sent, 500u);
  EXPECT_GT(goals, 5u);
}

// The window.

const std::string buyers_journey =
    "{kind: journey, key: welcome, trigger: {event: Order Completed, at_least: 3}, reentry: "
    "always, "
    "steps: [{id: hello, send: {template: mail}}]}";

TEST(Backtest, CountsWhatCameBeforeTheWindowAndStartsNothingThere) {
  std::vector<Event> events{identify("ana", {{"email", "ana@a.example"}}, start)};
  for (int day = 1; day <= 5; ++day) {
    events.push_back(event_of("ana", names::order_completed, start + Duration::days(day)));
  }
  const auto entered_since = [&](Timestamp since) {
    const BacktestReport report =
        replay_ana({buyers_journey, mail_template}, events,
                   {.since = since, .until = start + Duration::days(9), .rates = {}});
    return report.journeys.at("welcome").entered;
  };
  EXPECT_EQ(entered_since(start), 3u);
  // Of the third order on, each starts a run; those before the window start none.
  EXPECT_EQ(entered_since(start + Duration::days(4)), 2u);
  EXPECT_EQ(entered_since(start + Duration::days(4) + Duration::milliseconds(1)), 1u);
  EXPECT_EQ(entered_since(start + Duration::days(6)), 0u);
}

TEST(Backtest, EndsWithTheWindowAndCountsWhoStillWaits) {
  const std::string journey =
      "{kind: journey, key: slow, trigger: {event: Order Completed}, steps: [{id: nap, wait: 2d}, "
      "{id: hello, send: {template: mail}}]}";
  const std::vector<Event> events{
      identify("ana", {{"email", "ana@a.example"}}, start),
      event_of("ana", names::order_completed, start + Duration::hours(1)),
      event_of("ana", names::order_completed, start + Duration::days(9))};
  const auto until = [&](Duration length) {
    return replay_ana({journey, mail_template}, events,
                      {.since = start, .until = start + length, .rates = {}})
        .journeys.at("slow");
  };
  const JourneyForecast waiting = until(Duration::hours(49) - Duration::milliseconds(1));
  EXPECT_EQ(waiting.waiting, 1u);
  EXPECT_EQ(waiting.steps.at("nap").waiting, 1u);
  EXPECT_EQ(waiting.sent, 0u);
  const JourneyForecast sent = until(Duration::hours(49));
  EXPECT_EQ(sent.waiting, 0u);
  EXPECT_EQ(sent.sent, 1u);
  EXPECT_TRUE(sent.refused.empty());
  EXPECT_EQ(until(Duration::days(9)).refused, (Counts{{"was_inside", 1}}));
}

TEST(Backtest, AMembershipThatTimeAloneEndsBeforeTheWindowMayBeginAgainInIt) {
  const std::vector<std::string> texts{
      "{kind: segment, key: active, where: {did: {event: Page Viewed, within: 1d}}}",
      "{kind: journey, key: back, trigger: {segment_entered: active}, reentry: always, steps: "
      "[{id: "
      "hello, send: {template: mail}}]}",
      mail_template};
  const std::vector<Event> events{identify("ana", {{"email", "ana@a.example"}}, start),
                                  event_of("ana", names::page_viewed, start),
                                  event_of("ana", names::page_viewed, start + Duration::days(5))};
  const BacktestReport report = replay_ana(
      texts, events,
      {.since = start + Duration::days(3), .until = start + Duration::days(9), .rates = {}});
  EXPECT_EQ(report.journeys.at("back").entered, 1u);
}

// Answers.

TEST(Backtest, OpensAndClicksFollowTheRates) {
  const std::string journey =
      "{kind: journey, key: ask, trigger: {event: Order Completed}, reentry: always, steps: [{id: "
      "mail, send: {template: mail}}, {id: wait, wait_for: {clicked: mail, at_most: 5d, then: "
      "[{id: "
      "yes, exit: clicked}], otherwise: [{id: no, exit: silent}]}}]}";
  std::vector<Event> events{identify("ana", {{"email", "ana@a.example"}}, start)};
  constexpr int orders = 400;
  for (int i = 0; i < orders; ++i) {
    events.push_back(event_of("ana", names::order_completed, start + Duration::days(6) * i));
  }
  const auto with = [&](AnswerRates rates) {
    return replay_ana({journey, mail_template}, events,
                      {.since = start, .until = start + Duration::days(6) * orders, .rates = rates})
        .journeys.at("ask");
  };
  const JourneyForecast none = with({0, 0});
  EXPECT_EQ(none.steps.at("mail").opened, 0u);
  EXPECT_EQ(none.steps.at("no").passed, orders);
  const JourneyForecast all = with({1, 1});
  EXPECT_EQ(all.steps.at("mail").opened, orders);
  EXPECT_EQ(all.steps.at("mail").clicked, orders);
  EXPECT_EQ(all.steps.at("yes").passed, orders);
  const JourneyForecast some = with({0.5, 0.1});
  EXPECT_NEAR(static_cast<double>(some.steps.at("mail").opened), 0.5 * orders, 40);
  EXPECT_NEAR(static_cast<double>(some.steps.at("mail").clicked), 0.1 * orders, 25);
  EXPECT_EQ(some.steps.at("yes").passed, some.steps.at("mail").clicked);
  EXPECT_EQ(some, with({0.5, 0.1}));
}

Event mail_event(std::string_view name, std::string_view journey, std::string_view key,
                 Timestamp at) {
  Event event = event_of("", name, at);
  event.message_id = fmt::format("{}/{}", name, key);
  event.contact = ana.hash;
  event.trust = events::Trust::system;
  event.properties = {{"key", key}, {"journey", journey}, {"step", "hello"},
                      {"run", "7"}, {"channel", "email"}, {"template", "mail"}};
  return event;
}

TEST(Backtest, ReadsTheAnswersOfRealMailsAsThoseOfTheirSimulatedTwins) {
  const std::string journey =
      "{kind: journey, key: welcome, trigger: {event: Order Completed}, reentry: always, steps: "
      "[{id: hello, send: {template: mail}}, {id: wait, wait_for: {clicked: hello, at_most: 1d, "
      "then: [{id: yes, exit: clicked}], otherwise: [{id: no, exit: silent}]}}]}";
  const std::vector<Event> events{
      identify("ana", {{"email", "ana@a.example"}}, start),
      event_of("ana", names::order_completed, start + Duration::hours(1)),
      mail_event(names::email_sent, "welcome", "7/hello/1/email", start + Duration::hours(1)),
      event_of("ana", names::order_completed, start + Duration::days(3)),
      mail_event(names::email_sent, "welcome", "8/hello/1/email", start + Duration::days(3)),
      mail_event(names::link_clicked, "welcome", "8/hello/1/email", start + Duration::hours(80))};
  const JourneyForecast forecast = replay_ana({journey, mail_template}, events,
                                              {.since = start,
                                               .until = start + Duration::days(9),
                                               .answers = BacktestSettings::Answers::as_happened,
                                               .rates = {}})
                                       .journeys.at("welcome");
  // The real mails are not counted beside the simulated ones.
  EXPECT_EQ(forecast.sent, 2u);
  EXPECT_EQ(forecast.steps.at("no").passed, 1u);
  EXPECT_EQ(forecast.steps.at("yes").passed, 1u);
  EXPECT_EQ(forecast.steps.at("hello").clicked, 1u);
}

TEST(Backtest, MailsOfOtherJourneysTakeTheirPlaceUnderTheCap) {
  const std::vector<std::string> texts{
      "{kind: workspace, key: w, frequency_caps: [{messages: 1, per: 2d, when_held: skip}]}",
      "{kind: journey, key: welcome, trigger: {event: Order Completed}, reentry: always, steps: "
      "[{id: hello, send: {template: mail}}]}",
      mail_template};
  const auto skipped_with = [&](std::string_view journey) {
    const BacktestReport report = replay_ana(
        texts,
        {identify("ana", {{"email", "ana@a.example"}}, start),
         mail_event(names::email_sent, journey, "7/hello/1/email", start + Duration::hours(1)),
         event_of("ana", names::order_completed, start + Duration::hours(3))},
        {.since = start, .until = start + Duration::days(9), .rates = {}});
    return report.journeys.at("welcome").steps.at("hello").skipped;
  };
  EXPECT_EQ(skipped_with("another"), (Counts{{"frequency_cap", 1}}));
  // Its own mails of that time are what is simulated.
  EXPECT_EQ(skipped_with("welcome"), Counts{});
}

// What the log does not say.

TEST(Backtest, AttributesWithoutHistoryCountAsTodaysAndAreListed) {
  const std::vector<std::string> texts{
      "{kind: journey, key: german, trigger: {event: Order Completed}, reentry: always, steps: "
      "[{id: where, branch: {arms: [{name: de, when: {attribute: country, is: DE}, steps: [{id: "
      "hello, send: {template: mail}}]}]}}]}",
      mail_template};
  reaction::ContactState today;
  today.id = ana;
  today.attributes.write("country", "DE", start + Duration::days(99), {});
  today.attributes.write("email", "new@a.example", start + Duration::days(99), {});
  const std::vector<Event> events{
      event_of("ana", names::order_completed, start),
      identify("ana", {{"email", "ana@a.example"}}, start + Duration::days(1)),
      event_of("ana", names::order_completed, start + Duration::days(2))};
  const BacktestReport report = replay_ana(
      texts, events, {.since = start, .until = start + Duration::days(9), .rates = {}}, &today);
  // The country is known from the beginning, the address since the log speaks of it.
  EXPECT_EQ(report.attributes_of_today, (Counts{{"country", 1}}));
  const StepForecast& hello = report.journeys.at("german").steps.at("hello");
  EXPECT_EQ(hello.passed, 2u);
  EXPECT_EQ(hello.skipped, (Counts{{"no_address", 1}}));
  EXPECT_EQ(hello.sent, 1u);
}

TEST(Backtest, CountsWhoIsInSeveralJourneysAtOnce) {
  const std::string slow =
      "{{kind: journey, key: {}, trigger: {{event: {}}}, steps: [{{id: nap, wait: 2d}}]}}";
  const std::vector<std::string> texts{fmt::format(fmt::runtime(slow), "a", "A"),
                                       fmt::format(fmt::runtime(slow), "b", "B")};
  const auto several = [&](Duration between) {
    return replay_ana(texts, {event_of("ana", "A", start), event_of("ana", "B", start + between)},
                      {.since = start, .until = start + Duration::days(9), .rates = {}})
        .in_several;
  };
  EXPECT_EQ(several(Duration::days(1)), 1u);
  EXPECT_EQ(several(Duration::days(3)), 0u);
}

TEST(Backtest, StopsALoopThatThePlanCannotSee) {
  const BacktestReport report = replay_ana(
      {"{kind: journey, key: loop, trigger: {event: Email Sent, where: [{property: template, "
       "exists: true}]}, reentry: always, steps: [{id: m, send: {template: mail}}]}",
       mail_template},
      {identify("ana", {{"email", "ana@a.example"}}, start),
       mail_event(names::email_sent, "another", "1/x/1/email", start + Duration::hours(1))},
      {.since = start, .until = start + Duration::days(1), .rates = {}});
  EXPECT_EQ(report.given_up, 0u);
  EXPECT_EQ(report.journeys.at("loop").entered, std::uint64_t{reaction::hops_max} + 1);
}

TEST(Backtest, ReportsOfDifferentContactsAddUp) {
  const auto rules = rules_of({buyers_journey, mail_template});
  const BacktestSettings settings{.since = start, .until = start + Duration::days(9), .rates = {}};
  const auto events_of = [](const std::string& user) {
    std::vector<LoggedEvent> log;
    for (int i = 0; i < 4; ++i) {
      log.push_back({{static_cast<std::uint64_t>(i + 1)},
                     event_of(user, names::order_completed, start + Duration::days(i))});
    }
    return log;
  };
  const auto bob = contacts::derive_contact_id({}, {"userId", "bob"});
  Backtest both(rules, settings);
  Backtest one(rules, settings);
  Backtest other(rules, settings);
  both.replay(ana, events_of("ana"), nullptr);
  both.replay(bob, events_of("bob"), nullptr);
  one.replay(ana, events_of("ana"), nullptr);
  other.replay(bob, events_of("bob"), nullptr);
  BacktestReport sum = one.report();
  sum.add(other.report());
  EXPECT_EQ(sum, both.report());
  EXPECT_EQ(sum.journeys.at("welcome").entered, 4u);
  EXPECT_EQ(sum.contacts, 2u);
}

// The reduced rules.

const std::vector<std::string> large_workspace = {
    "{kind: workspace, key: w, timezone: Europe/Paris}",
    "{kind: segment, key: base, where: {did: {event: Signed Up}}}",
    "{kind: segment, key: good, where: {all: [{segment: base}, {score: fit, at_least: 5}]}}",
    "{kind: segment, key: unrelated, where: {did: {event: Video Played}}}",
    "{kind: score, key: fit, half_life: 7d, rules: [{key: a, event: Form Submitted, points: 5}], "
    "thresholds: [{key: t, up: 5, down: 1}]}",
    "{kind: journey, key: a, trigger: {segment_entered: good}, steps: [{id: s, send: {template: "
    "mail}}, {id: w, wait_for: {event: Demo Booked, at_most: 1d}}, {id: e, enter: b}]}",
    "{kind: journey, key: b, trigger: {entry: true}, goal: {event: Plan Bought}, steps: [{id: x, "
    "exit: done}]}",
    "{kind: journey, key: c, trigger: {event: Video Played}, steps: [{id: x, exit: done}]}",
    mail_template};

TEST(BacktestRules, HoldTheJourneyAndWhatItReadsAndNothingElse) {
  const ReducedRules reduced = reduce_rules(numbered(large_workspace), {"a"}, "UTC");
  ASSERT_TRUE(reduced.problems.empty()) << reduced.problems.front().message;
  const reaction::Rules& rules = *reduced.rules;
  for (const char* key : {"base", "good"}) EXPECT_NE(rules.segment(key), nullptr) << key;
  EXPECT_EQ(rules.segment("unrelated"), nullptr);
  EXPECT_NE(rules.score("fit"), nullptr);
  for (const char* key : {"a", "b"}) EXPECT_NE(rules.journey(key), nullptr) << key;
  EXPECT_EQ(rules.journey("c"), nullptr);
  EXPECT_EQ(rules.policies().time_zone, "Europe/Paris");
  EXPECT_EQ(rules.segment("good")->number, 3u);

  const WantedEvents wanted(reduced.rules, reduced.mentions);
  for (const char* name : {"Signed Up", "Form Submitted", "Demo Booked", "Plan Bought",
                           "Contact Identified", "Link Clicked"}) {
    EXPECT_TRUE(wanted.contains(name)) << name;
  }
  EXPECT_FALSE(wanted.contains("Video Played"));
  EXPECT_FALSE(wanted.contains("Page Viewed"));
}

TEST(BacktestRules, SayWhatIsWrong) {
  const ReducedRules unknown = reduce_rules(numbered(large_workspace), {"z"}, "UTC");
  ASSERT_EQ(unknown.problems.size(), 1u);
  EXPECT_EQ(unknown.problems.front().code, "unknown_journey");
  const ReducedRules broken =
      reduce_rules(numbered({"{kind: journey, key: a, trigger: {segment_entered: none}, steps: "
                             "[{id: x, exit: done}]}"}),
                   {"a"}, "UTC");
  ASSERT_EQ(broken.problems.size(), 1u);
  EXPECT_EQ(broken.problems.front().code, "unknown_segment");
}

TEST(BacktestRules, FindWhichJourneysAChangeTouches) {
  const std::vector<DefinitionSource> sources = numbered(large_workspace);
  const auto touched_by = [&](std::string kind, std::string key) {
    return journeys_reading(sources, {reaction::DefinitionName{std::move(kind), std::move(key)}});
  };
  using Keys = std::vector<std::string>;
  EXPECT_EQ(touched_by("segment", "base"), Keys{"a"});
  EXPECT_EQ(touched_by("score", "fit"), Keys{"a"});
  EXPECT_EQ(touched_by("segment", "unrelated"), Keys{});
  EXPECT_EQ(touched_by("journey", "c"), Keys{"c"});
  // Whoever enters it is let in by its own trigger.
  EXPECT_EQ(touched_by("journey", "b"), Keys{"b"});
}

TEST(BlastRadius, AllowsTheWorkspacesMaximumOrTheLastForecastAndItsMargin) {
  BacktestReport report;
  report.journeys["a"].entered = 130;
  report.journeys["a"].days = {{1, {.entered = 30}}, {2, {.entered = 100}}};
  const policies::Guard guard{.contacts_max = 99, .margin_percent = 50};
  const auto reach_with = [&](std::map<std::string, Count> before) {
    return reach_of(report, {"a", "b"}, before, guard);
  };
  const std::vector<Reach> fresh = reach_with({});
  ASSERT_EQ(fresh.size(), 2u);
  EXPECT_EQ(fresh[0].busiest_day, 100u);
  EXPECT_EQ(fresh[0].entered, 130u);
  EXPECT_EQ(fresh[0].allowed, 99u);
  EXPECT_TRUE(fresh[0].exceeds());
  EXPECT_EQ(fresh[1].busiest_day, 0u);
  EXPECT_FALSE(fresh[1].exceeds());
  EXPECT_TRUE(reach_with({{"a", 66}})[0].exceeds());
  EXPECT_FALSE(reach_with({{"a", 67}})[0].exceeds());
  EXPECT_EQ(reach_with({{"a", 67}})[0].allowed, 100u);
  EXPECT_EQ(reach_with({{"a", 4}})[0].allowed, 99u);
  EXPECT_EQ(reach_with({{"a", UINT64_MAX / 4}})[0].before, UINT64_MAX / 4);
}

TEST(BacktestText, SaysTheFiguresInOneLine) {
  JourneyForecast journey;
  journey.entered = 4212;
  journey.sent = 1930;
  journey.contacts_sent = 1544;
  EXPECT_EQ(summarize(journey, Duration::days(90)),
            "in 90 days: 4,212 would enter, 1,930 mails to 1,544 people");
  journey.contacts_again = 311;
  journey.steps["a"].held["frequency_cap"] = 80;
  journey.steps["b"].skipped["frequency_cap"] = 8;
  journey.steps["b"].held["quiet_hours"] = 1'000'000;
  EXPECT_EQ(summarize(journey, Duration::hours(25)),
            "in 1 day: 4,212 would enter, 1,930 mails to 1,544 people, 311 people more than once, "
            "the cap would hold 88, quiet hours would hold 1,000,000");
}

}  // namespace
}  // namespace sojourn::simulation
