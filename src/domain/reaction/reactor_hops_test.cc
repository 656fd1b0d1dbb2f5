// Journeys that start each other through the log are stopped.
#include <gtest/gtest.h>

#include "domain/events/standard_names.h"
#include "domain/reaction/hops.h"
#include "domain/reaction/reaction_lab.h"

namespace sojourn::reaction {
namespace {

using namespace testing;

/// Whom it lets in is not known before, so that it compiles.
std::string looping(std::string_view trigger, std::string_view steps) {
  std::string text = "kind: journey\nkey: j\nreentry: always\nonly_if: {all: []}\ntrigger: ";
  return text.append(trigger).append("\nsteps:\n").append(steps);
}

/// What comes back of the last reaction, as the log and the outbox have it.
std::vector<Event> echoes_of(const Reaction& reaction, Timestamp now) {
  std::vector<Event> echoes;
  const auto report = [&](std::string_view name, std::uint64_t run) {
    Event event;
    event.name = name;
    event.trust = events::Trust::system;
    event.properties = {{"run", std::to_string(run)}, {"status", 200}};
    return event;
  };
  for (const effects::Effect& effect : reaction.effects) {
    if (const auto* append = std::get_if<effects::AppendEvent>(&effect)) {
      echoes.push_back(append->event);
    } else if (const auto* queued = std::get_if<effects::QueueMessage>(&effect)) {
      echoes.push_back(report(events::names::email_sent, queued->message.run));
    } else if (const auto* call = std::get_if<effects::CallWebhook>(&effect)) {
      Event answer = report(events::names::webhook_answered, call->run);
      answer.source = events::journey_source;
      answer.properties.set("step", call->step);
      answer.properties.set("visit", call->visit);
      echoes.push_back(std::move(answer));
    }
  }
  for (Event& echo : echoes) echo.at = echo.received_at = now;
  return echoes;
}

struct Played {
  int entered = 0;
  int cut = 0;       ///< as endless loops
  bool ends = true;  ///< within the limit of events
};

/// Gives the event and everything that comes of it, at one instant.
Played play(Lab& lab, Event first, Timestamp now) {
  constexpr int events_max = 5'000;
  Played played;
  std::vector<Event> queue = {std::move(first)};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    if (next == events_max) return {played.entered, played.cut, false};
    queue[next].message_id = "e" + std::to_string(next) + "/" + std::to_string(now.ms);
    const events::LoggedEvent logged{{next + 1}, queue[next]};
    const Reaction& reaction = lab.give(EventInput{.logged = logged, .links = {}}, now);
    played.entered += static_cast<int>(lab.times(DecisionKind::journey_entered));
    played.cut += static_cast<int>(lab.times(DecisionKind::journey_not_entered, "endless_loop"));
    for (Event& echo : echoes_of(reaction, now)) queue.push_back(std::move(echo));
  }
  return played;
}

Event said(std::string_view name, Timestamp at) {
  Event event;
  event.name = name;
  event.at = event.received_at = at;
  event.traits = {{"email", "ana@example.com"}};
  return event;
}

TEST(Hops, AJourneyThatTracksWhatStartsItStopsAtTheLimit) {
  Lab lab({looping("{event: Loop}", "  - {id: s, track: {event: Loop}}")});
  const Played played = play(lab, said("Loop", t0), t0);
  EXPECT_EQ(played.entered, hops_max + 1);
  EXPECT_EQ(played.cut, 1);
}

TEST(Hops, SomebodyWhoComesLaterEntersAgain) {
  Lab lab({looping("{event: Loop}", "  - {id: s, track: {event: Loop}}")});
  play(lab, said("Loop", t0), t0);
  const Timestamp later = t0 + Duration::hours(1);
  EXPECT_EQ(play(lab, said("Loop", later), later).entered, hops_max + 1);
}

TEST(Hops, ALoopThatForksIsStoppedAfterAsManyRuns) {
  Lab lab({looping("{event: Loop}",
                   "  - {id: s, track: {event: Loop}}\n  - {id: t, track: {event: Loop}}")});
  const Played played = play(lab, said("Loop", t0), t0);
  EXPECT_TRUE(played.ends);
  EXPECT_LE(played.entered, 2 * hops_max);
  EXPECT_GT(played.cut, 0);
}

TEST(Hops, ALoopThroughAMailIsStopped) {
  Lab lab({looping("[{event: Start}, {event: Email Sent}]",
                   "  - {id: s, send: {template: t, class: transactional}}")});
  const Played played = play(lab, said("Start", t0), t0);
  EXPECT_TRUE(played.ends);
  EXPECT_LE(played.entered, hops_max + 1);
  EXPECT_EQ(played.cut, 1);
}

TEST(Hops, ALoopThroughAWebhookIsStopped) {
  Lab lab({looping("{event: Loop}",
                   "  - {id: call, webhook: {url: \"https://x.example\"}}\n"
                   "  - {id: s, track: {event: Loop}}")});
  const Played played = play(lab, said("Loop", t0), t0);
  EXPECT_TRUE(played.ends);
  // Each round is two hops.
  EXPECT_EQ(played.entered, hops_max / 2 + 1);
  EXPECT_EQ(played.cut, 1);
}

TEST(Hops, AWaitBeginsAnew) {
  Lab lab({looping("{event: Loop}", "  - {id: w, wait: 1s}\n  - {id: s, track: {event: Loop}}")});
  play(lab, said("Loop", t0), t0);
  Timestamp now = t0;
  for (int round = 0; round < 2 * hops_max; ++round) {
    now = now + Duration::seconds(1);
    lab.time(now);
    ASSERT_EQ(lab.logged().name, "Loop") << round;
    ASSERT_EQ(play(lab, lab.logged(), now).entered, 1) << round;
  }
}

TEST(Hops, WhatAClientSaysOfThemIsNotRead) {
  Lab lab({looping("{event: Loop}", "  - {id: x, exit: done}")});
  Event event = said("Loop", t0);
  event.context.set("hops", Value(10 * hops_max));
  EXPECT_EQ(play(lab, event, t0).entered, 1);
  EXPECT_EQ(hops_of(event), 0);
}

TEST(Hops, ARunKeepsThemForItsReports) {
  Lab lab({looping("{event: Loop}", "  - {id: s, send: {template: t}}")});
  Event event = said("Loop", t0);
  event.source = events::journey_source;
  set_hops(event, 40);
  lab.give(EventInput{.logged = {{1}, event}, .links = {}}, t0);
  ASSERT_EQ(lab.contact.runs.size(), 1u);
  EXPECT_EQ(lab.contact.runs.front().hops, 40);
}

}  // namespace
}  // namespace sojourn::reaction
