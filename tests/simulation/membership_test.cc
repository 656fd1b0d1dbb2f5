// Promise 4 of ARCHITECTURE 7: incremental membership equals recomputation, at every instant.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "domain/segments/evaluate.h"
#include "domain/simulation/world.h"
#include "simulation/dice.h"

namespace sojourn::simulation {
namespace {

constexpr int histories = 2'500;
constexpr Timestamp start{1'772'442'000'000};

const std::vector<std::string> definitions = {
    "{kind: segment, key: twice, where: {did: {event: A, at_least: 2, within: 3d}}}",
    "{kind: segment, key: once, where: {did: {event: A, exactly: 1, within: 2d}}}",
    "{kind: segment, key: few, where: {did: {event: B, at_most: 1, within: 5d}}}",
    "{kind: segment, key: ever, where: {did: {event: B, at_least: 3}}}",
    "{kind: segment, key: large, where: {did: {event: A, where: [{property: n, at_least: 2}], "
    "within: 4d}}}",
    "{kind: segment, key: pro, where: {attribute: plan, is: pro}}",
    "{kind: segment, key: mixed, where: {any: [{all: [{segment: pro}, {segment: twice}]}, "
    "{all: [{not: {segment: few}}, {not: {attribute: plan, exists: true}}]}]}}",
    "{kind: segment, key: outer, where: {not: {any: [{segment: mixed}, {segment: once}]}}}",
};

std::shared_ptr<const reaction::Rules> compiled() {
  std::vector<reaction::DefinitionSource> sources;
  for (const std::string& text : definitions) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = "s", .text = text, .number = number});
  }
  const reaction::Rules::Compiled done = reaction::Rules::compile(sources);
  EXPECT_TRUE(done.problems.empty());
  return done.rules;
}

/// Answers everything anew from the events themselves.
class Recomputation final : public segments::NobodyView {
 public:
  Recomputation(const reaction::Rules& rules, std::vector<const events::Event*> events,
                Timestamp now)
      : rules_(rules), now_(now) {
    for (const events::Event* event : events) {
      for (const reaction::FactRule& fact : rules.facts()) {
        facts::FactDefinition everything = fact.definition;
        everything.keep = facts::occurrences_max;
        const auto occurrence = facts::occurrence_in(everything, *event);
        if (occurrence) facts_[fact.id].add(everything, *occurrence);
      }
    }
    std::sort(events.begin(), events.end(), [](const auto* a, const auto* b) {
      return std::tuple(a->at, keyed_hash(HashKey{}, {a->message_id})) <
             std::tuple(b->at, keyed_hash(HashKey{}, {b->message_id}));
    });
    for (const events::Event* event : events) {
      for (const auto& [name, value] : event->traits) attributes_.set(name, value);
    }
  }

  const Value* attribute(std::string_view path) const override {
    const Value* value = attributes_.find(path);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  const facts::FactState* fact(const facts::FactId& id) const override {
    const auto found = facts_.find(id);
    return found == facts_.end() ? nullptr : &found->second;
  }
  bool in_segment(std::string_view key) const override {
    return segments::evaluate(rules_.segment(key)->segment.condition, *this, now_).value;
  }

 private:
  const reaction::Rules& rules_;
  const Timestamp now_;
  std::map<facts::FactId, facts::FactState> facts_;
  Object attributes_;
};

/// A user and a visitor who, at some time, turns out to be that user; events come late, out of
/// order and twice.
class History {
 public:
  History(std::shared_ptr<const reaction::Rules> rules, unsigned seed)
      : rules_(rules), world_(rules, {.start = start}), dice_(seed) {}

  void run() {
    const int count = at_most(14) + 2;
    const int link_after = at_most(count);
    for (int i = 0; i < count; ++i) {
      check_until(world_.now() + Duration{at_most(3 * 86'400'000)});
      if (i == link_after) {
        take(event("Contact Identified", "ana", "phone"));
        linked_ = true;
      } else {
        happen();
      }
      check();
    }
    check_until(world_.now() + Duration::days(8));
  }

 private:
  int at_most(int limit) { return dice_.between(0, limit); }

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
    const bool by_visitor = at_most(2) == 0;
    events::Event made =
        event(at_most(1) == 0 ? "A" : "B", by_visitor ? "" : "ana", by_visitor ? "phone" : "");
    made.properties.set("n", at_most(3));
    // Corrected by sentAt, an event is up to five minutes ahead; a phone was offline for days.
    const int lateness = at_most(3);
    if (lateness == 0) made.at = made.at - Duration{at_most(6 * 86'400'000)};
    if (lateness == 1) made.at = made.at + Duration{at_most(300'000)};
    if (at_most(2) == 0) {
      const int plan = at_most(2);
      made.traits.set("plan", plan == 0 ? Value("pro") : plan == 1 ? Value("basic") : Value());
    }
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
    std::vector<const events::Event*> known;
    for (const events::Event& each : events_) {
      if (linked_ || !each.user_id.empty()) known.push_back(&each);
    }
    const Recomputation anew(*rules_, known, world_.now());
    for (const reaction::SegmentRule& rule : rules_->segments()) {
      const bool incremental =
          std::any_of(ana->memberships.begin(), ana->memberships.end(),
                      [&](const auto& each) { return each.segment == rule.number && each.member; });
      ASSERT_EQ(incremental, anew.in_segment(rule.segment.key))
          << rule.segment.key << " at " << format_timestamp(world_.now());
    }
  }

  const std::shared_ptr<const reaction::Rules> rules_;
  World world_;
  simulate::Dice dice_;  // the same histories on every run
  std::vector<events::Event> events_;
  bool linked_ = false;
  int count_ = 0;
};

TEST(Membership, EqualsRecomputationAtEveryInstant) {
  const auto rules = compiled();
  for (unsigned seed = 0; seed < histories; ++seed) {
    History(rules, seed).run();
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sojourn::simulation
