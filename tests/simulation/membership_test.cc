// Promise 4 of ARCHITECTURE 7: incremental membership equals recomputation, at every instant, under
// late, repeated and disordered events, merges, and edits of the definitions with their backfill.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "domain/events/standard_names.h"
#include "domain/simulation/world.h"
#include "simulation/dice.h"
#include "simulation/membership_recomputation.h"

namespace sojourn::simulation {
namespace {

constexpr unsigned histories = 10'000;
/// A Friday; clocks go forward in New York two days later, in Paris three weeks after that.
constexpr Timestamp start{1'772'787'600'000};
constexpr std::string_view address = "ana@example.com";

/// Every kind of question (condition.h). Each has forms that an edit turns one into another.
const std::map<std::string, std::vector<std::string>> questions = {
    {"twice",
     {"did A at least 2 times in last 3 days", "did A at least 3 times in last 3 days",
      "did A at least 2 times in last 2 days"}},
    {"once", {"did A exactly 1 times in last 2 days", "did B exactly 1 times in last 2 days"}},
    {"few",
     {"did B at most 1 times in last 5 days", "did B less than 3 times in last 5 days",
      "did A where n >= 1 at most 1 times in last 5 days"}},
    {"some",
     {"did B between 2 and 3 times in last 6 days", "did A more than 2 times in last 36 hours"}},
    {"ever", {"did B at least 3 times", "did B at least 2 times", "did A where n is 3"}},
    {"large",
     {"did A where n >= 2 in last 4 days", "did A where n between 1 and 2 in last 4 days"}},
    {"month",
     {"did A at least 3 times in last 1 month", "did B at least 2 times in last 3 calendar days",
      "did A in last 2 calendar days"}},
    {"dated",
     {"did A at least 2 times since 2026-03-08", "did A between 2026-03-07 and 2026-03-12",
      "did B before 2026-03-20"}},
    {"sum", {"did A with sum of n at least 4 in last 5 days", "did B with sum of n at least 6"}},
    {"mean",
     {"did A with average of n at least 1.5 in last 6 days",
      "did A with average of n less than 2"}},
    {"least",
     {"did A with minimum of n exactly 0 in last 4 days", "did B with minimum of n more than 0"}},
    {"most",
     {"did B with maximum of n exactly 3 in last 4 days",
      "did A with maximum of n less than 3 in last 2 calendar days"}},
    {"kinds",
     {"did A with distinct of n at least 3 in last 7 days", "did A with distinct of n at least 3"}},
    {"first",
     {"first A in last 4 days", "first B more than 5 days ago", "first A in last 3 calendar days"}},
    {"last", {"last B in last 2 days", "last A more than 2 days ago", "last B since 2026-03-10"}},
    {"path",
     {"did A then B within 2 days in last 6 days", "did A then B then not A within 1 day",
      "did B then A within 2 calendar days"}},
    {"pro", {"plan is pro", "plan is not basic", "plan is set and plan in (pro, basic)"}},
    {"birthday",
     {"anniversary of birthday is today", "anniversary of birthday in next 3 days",
      "anniversary of birthday in last 2 calendar days"}},
    {"renewal",
     {"renewal in next 5 days", "renewal in last 1 month", "renewal on today",
      "renewal more than 2 days ago"}},
    {"mixed",
     {"(in segment pro and in segment twice) or (not in segment few and plan is not set)",
      "all (in segment pro, did A) or in segment \"ever\""}},
    {"outer",
     {"not (in segment mixed or in segment \"once\")", "in segment mixed and in segment path"}},
    {"hot", {"score interest >= 25.5", "score interest from 8.5 to below 30.5"}},
    {"fits", {"score fit >= 10 and score interest < 20.5"}},
    {"level", {"score interest is level", "not score interest is level"}},
    {"warm", {"score interest is warm"}},
    {"best", {"grade lead in (A1, A2)", "grade lead in (B1, B2)"}},
    {"contactable", {"reachable by email about news", "not reachable by email"}},
    {"agreed",
     {"consent to email about news is opted_in", "consent to email about news is opted_out"}},
    {"share", {"in random 50% of autumn", "in random 30% of spring"}},
};
/// Hysteresis looks at a way, and before a merge there were two. A score that was published later
/// takes the way by the times of events, one that was there by their arrival.
constexpr std::string_view way_dependent = "warm";

/// Each has forms too: with other points, with a cap that turns on the order of events, and with
/// another half-life.
const std::map<std::string, std::vector<std::string>> scores = {
    {"interest",
     {"half_life: 2d, rules: [{key: a, event: A, points: 10}, "
      "{key: b, event: B, where: [{property: n, at_least: 2}], points: -7}]",
      "half_life: 2d, rules: [{key: a, event: A, points: 13, cap: 31}, "
      "{key: b, event: B, points: 9.25, cap: 11}]",
      "half_life: 12h, rules: [{key: a, event: A, points: 14, cap: 26}, "
      "{key: c, event: B, where: [{property: n, is: 3}], points: 21}]",
      "rules: [{key: a, event: A, where: [{property: n, at_least: 1}], points: 8, cap: 25.7}, "
      "{key: b, event: B, points: -3.5}]"}},
    {"fit",
     {"rules: [{key: plan, when: plan is pro, points: 12}, "
      "{key: twice, when: in segment twice, points: 5}]",
      "half_life: 3d, rules: [{key: plan, when: plan is pro, points: 12}, "
      "{key: a, event: A, points: 4, cap: 7}]"}},
};
constexpr std::string_view thresholds =
    ", thresholds: [{key: warm, up: 22.5, down: 9.5}, {key: level, up: 12.5, down: 12.5}]}";

const std::vector<std::string> grades = {
    "{kind: grade, key: lead, fit: fit, engagement: interest, "
    "fit_bands: [{name: A, from: 11}, {name: B, from: 0}], "
    "engagement_bands: [{name: '1', from: 14.5}, {name: '2', from: 0}]}",
};

using Publications = std::vector<std::shared_ptr<const reaction::Rules>>;

/// Rules as they follow each other: each publication edits some of the segments.
Publications make_publications(unsigned seed) {
  simulate::Dice dice(seed);
  Publications publications;
  reaction::FactGenerations generations;
  std::map<std::string, std::size_t> forms;
  for (int edits = 0; edits < 4; ++edits) {
    std::vector<reaction::DefinitionSource> sources;
    const auto add = [&](std::string text) {
      const auto number = static_cast<std::uint32_t>(sources.size() + 1);
      sources.push_back({.path = "d", .text = std::move(text), .number = number});
    };
    for (const std::string& text : grades) add(text);
    for (const auto& [key, alternatives] : scores) {
      if (edits == 0 || dice.chance(35)) forms[key] = dice.index(alternatives.size());
      add("{kind: score, key: " + key + ", " + alternatives[forms[key]] + std::string(thresholds));
    }
    for (const auto& [key, alternatives] : questions) {
      if (edits == 0 || dice.chance(35)) forms[key] = dice.index(alternatives.size());
      add("{kind: segment, key: " + key + ", where: '" + alternatives[forms[key]] + "'}");
    }
    ++generations.present;
    const auto compiled = reaction::Rules::compile(sources, "UTC", generations);
    for (const auto& problem : compiled.problems) ADD_FAILURE() << problem.message;
    generations.known.clear();
    for (const reaction::FactRule& fact : compiled.rules->facts()) {
      generations.known[fact.id] = fact.generation;
    }
    publications.push_back(compiled.rules);
  }
  return publications;
}

/// A user and a visitor who, at some time, may turn out to be that user.
class History {
 public:
  History(const Publications& publications, unsigned seed)
      : publications_(publications),
        world_(publications.front(), {.start = start, .keeps_log = true}),
        dice_(seed) {}

  void run() {
    const int count = at_most(12) + 2;
    const int link_after = at_most(count);
    for (int i = 0; i < count; ++i) {
      check_until(world_.now() + Duration{at_most(3 * 86'400'000)});
      publish_or_pass();
      if (i == link_after) {
        take(event("Contact Identified", "ana", "phone"));
        linked_ = true;
      } else {
        happen();
      }
      check();
    }
    while (world_.pass(1)) continue;
    check_until(world_.now() + Duration::days(8));
  }

 private:
  int at_most(int limit) { return dice_.between(0, limit); }

  [[nodiscard]] const reaction::Rules& rules() const { return *publications_[published_]; }

  void publish_or_pass() {
    if (published_ + 1 < publications_.size() && dice_.chance(20)) {
      world_.publish(publications_[++published_]);
    } else if (dice_.chance(50)) {
      world_.pass(1);
    }
  }

  events::Event event(std::string name, std::string user, std::string visitor) {
    events::Event made;
    made.message_id = "m" + std::to_string(++count_);
    made.name = std::move(name);
    made.user_id = std::move(user);
    made.anonymous_id = std::move(visitor);
    made.received_at = made.at = world_.now();
    return made;
  }

  void happen() {
    if (!events_.empty() && at_most(9) == 0) {
      events::Event repeat =
          events_[static_cast<std::size_t>(at_most(static_cast<int>(events_.size()) - 1))];
      repeat.received_at = world_.now();
      ASSERT_TRUE(world_.take(std::move(repeat)));
      return;
    }
    if (at_most(11) == 0) return speak_of_consent();
    const bool by_visitor = at_most(2) == 0;
    visitor_acted_ = visitor_acted_ || by_visitor;
    events::Event made =
        event(at_most(1) == 0 ? "A" : "B", by_visitor ? "" : "ana", by_visitor ? "phone" : "");
    made.properties.set("n", at_most(3));
    // Corrected by sentAt, an event is up to five minutes ahead; a phone was offline for days.
    const int lateness = at_most(3);
    if (lateness == 0) made.at = made.at - Duration{at_most(6 * 86'400'000)};
    if (lateness == 1) made.at = made.at + Duration{at_most(300'000)};
    if (at_most(1) == 0) set_traits(made.traits);
    take(std::move(made));
  }

  template <typename... Values>
  Value one_of(const Values&... values) {
    const std::array<Value, sizeof...(values)> all{Value(values)...};
    return all[dice_.index(all.size())];
  }

  void set_traits(Object& traits) {
    if (dice_.chance(50)) traits.set("plan", one_of("pro", "basic", nullptr));
    if (dice_.chance(30))
      traits.set("birthday", one_of("1990-03-09", "1992-02-29", "2000-03-30", nullptr));
    if (dice_.chance(30)) {
      traits.set("renewal", one_of("2026-03-08", "2026-03-14T02:30:00Z", 1'774'800'000));
    }
    if (dice_.chance(30)) {
      traits.set("timezone", one_of("America/New_York", "Europe/Paris", "Asia/Tokyo", nullptr));
    }
    if (dice_.chance(30)) traits.set("email", one_of(std::string(address), nullptr));
  }

  void speak_of_consent() {
    namespace names = events::names;
    events::Event made =
        event(std::string(dice_.chance(50) ? names::subscribed : names::unsubscribed), "ana", "");
    made.trust = events::Trust::system;
    made.properties = {{"channel", "email"},
                       {"address", std::string(address)},
                       {"topic", dice_.chance(70) ? "news" : ""}};
    take(std::move(made));
  }

  void take(events::Event made) {
    events_.push_back(made);
    ASSERT_TRUE(world_.take(std::move(made)));
  }

  /// Looks at some instants on the way: any, and the ones just around what is due.
  void check_until(Timestamp until) {
    for (int look = 0; look < 3; ++look) {
      Timestamp next = world_.now() + Duration{(until - world_.now()).ms / 4};
      const Timestamp due = world_.next_due();
      if (look == 1 && due <= until) next = std::max(world_.now(), due - Duration{1});
      if (look == 2 && due <= until) next = std::max(world_.now(), due);
      ASSERT_TRUE(world_.advance(next));
      check();
    }
    ASSERT_TRUE(world_.advance(until));
    check();
  }

  void check() {
    const reaction::ContactState* ana = world_.find(contacts::Identifier{"userId", "ana"});
    if (ana == nullptr) return;
    // Before the pass has come to her she is where the rules before had her.
    if (ana->generation < rules().generation()) return;
    std::vector<const events::Event*> known;
    for (const events::Event& each : events_) {
      if (linked_ || !each.user_id.empty()) known.push_back(&each);
    }
    const Recomputation anew(rules(), ana->id, known, world_.now());
    for (const reaction::SegmentRule& rule : rules().segments()) {
      const bool had_one_way = !(visitor_acted_ && linked_) && rules().generation() == 1;
      if (!had_one_way && rule.segment.key == way_dependent) continue;
      const bool incremental =
          std::any_of(ana->memberships.begin(), ana->memberships.end(),
                      [&](const auto& each) { return each.segment == rule.number && each.member; });
      ASSERT_EQ(incremental, anew.in_segment(rule.segment.key))
          << rule.segment.key << " at " << format_timestamp(world_.now());
    }
  }

  const Publications& publications_;
  World world_;
  simulate::Dice dice_;  // the same histories on every run
  std::size_t published_ = 0;
  std::vector<events::Event> events_;
  bool linked_ = false;
  bool visitor_acted_ = false;
  int count_ = 0;
};

TEST(Membership, EqualsRecomputationAtEveryInstant) {
  constexpr unsigned chains = 25;
  std::vector<Publications> publications;
  for (unsigned chain = 0; chain < chains; ++chain) {
    publications.push_back(make_publications(chain));
  }
  ASSERT_FALSE(::testing::Test::HasFailure());
  for (unsigned seed = 0; seed < histories; ++seed) {
    History(publications[seed % chains], seed).run();
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sojourn::simulation
