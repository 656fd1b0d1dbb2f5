// An explanation agrees with what happened, whatever happened: in worlds of generated workspaces
// and events, at instants in between.
#include "domain/simulation/explain.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "domain/events/standard_names.h"
#include "domain/segments/evaluate.h"
#include "domain/simulation/world.h"
#include "simulation/dice.h"
#include "simulation/workspace.h"

namespace sojourn::simulation {
namespace {

namespace names = events::names;
using effects::DecisionKind;
using simulate::Dice;

constexpr unsigned worlds = 60;
constexpr int people = 3;
constexpr int events_each_world = 60;
constexpr Timestamp start{1'772'442'000'000};

std::shared_ptr<const reaction::Rules> rules_of(const simulate::Workspace& workspace) {
  std::vector<reaction::DefinitionSource> sources;
  for (const runtime::DefinitionFile& file : workspace.files) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = file.path, .text = file.text, .number = number});
  }
  const reaction::Rules::Compiled compiled = reaction::Rules::compile(sources);
  EXPECT_TRUE(compiled.problems.empty());
  return compiled.rules;
}

class GeneratedWorld {
 public:
  explicit GeneratedWorld(unsigned seed)
      : dice_(seed),
        rules_(rules_of(simulate::make_workspace(dice_))),
        world_(rules_, {.start = start}) {}

  void run() {
    for (int count = 0; count < events_each_world; ++count) {
      const Timestamp next = world_.now() + dice_.up_to(Duration::hours(12));
      ASSERT_TRUE(world_.advance(next));
      happen();
      if (dice_.chance(20)) check_all();
    }
    ASSERT_TRUE(world_.advance(world_.now() + Duration::days(dice_.between(0, 5))));
    check_all();
  }

  std::set<std::string> failed_codes;  ///< of checks, over all explanations

 private:
  static std::string user(int person) { return fmt::format("user-{}", person); }

  [[nodiscard]] const reaction::ContactState* contact(int person) const {
    return world_.find(contacts::Identifier{std::string(contacts::kinds::user_id), user(person)});
  }

  events::Event begin(std::string_view name, int person) {
    events::Event event;
    event.message_id = fmt::format("m{}", ++count_);
    event.name = name;
    event.user_id = user(person);
    event.received_at = event.at = world_.now();
    if (dice_.chance(25)) event.at = event.at - dice_.up_to(Duration::hours(90));
    return event;
  }

  void happen() {
    const int person = dice_.between(0, people - 1);
    const int what = dice_.between(0, 9);
    if (what < 2) {
      events::Event event = begin(names::identified, person);
      event.type = events::EventType::identify;
      if (dice_.chance(60)) event.traits.set("email", fmt::format("person{}@example.com", person));
      if (dice_.chance(30)) event.traits.set("plan", dice_.chance(50) ? "pro" : "free");
      if (dice_.chance(30)) event.traits.set("timezone", "Asia/Tokyo");
      return take(std::move(event), person);
    }
    if (what < 3) return take(begin(names::order_completed, person), person);
    if (what < 4) return unsubscribe(person);
    take(begin("Product Viewed", person), person);
  }

  void unsubscribe(int person) {
    const reaction::ContactState* state = contact(person);
    if (state == nullptr) return;
    events::Event event = begin(dice_.chance(60) ? names::unsubscribed : names::subscribed, person);
    event.user_id.clear();
    event.contact = state->id.hash;
    event.trust = events::Trust::system;
    event.properties.set("channel", "email");
    event.properties.set("topic", dice_.chance(50) ? "news" : "tips");
    take(std::move(event), person);
  }

  void take(events::Event event, int person) {
    events_[static_cast<std::size_t>(person)].push_back(event);
    ASSERT_TRUE(world_.take(std::move(event)));
  }

  void check_all() {
    for (int person = 0; person < people; ++person) {
      const reaction::ContactState* state = contact(person);
      if (state != nullptr) check(*state, person);
    }
  }

  void check(const reaction::ContactState& state, int person) {
    std::vector<effects::Decision> decisions;
    for (const Outcome& outcome : world_.outcomes()) {
      if (outcome.contact == state.id) decisions.push_back(outcome.decision);
    }
    std::vector<messages::Message> messages;
    for (const messages::Message& message : world_.messages()) {
      if (message.contact == state.id) messages.insert(messages.begin(), message);
    }
    const Known known{.rules = *rules_,
                      .contact = state,
                      .ledger = world_.ledger(),
                      .events = events_[static_cast<std::size_t>(person)],
                      .decisions = decisions,
                      .messages = messages,
                      .now = world_.now()};
    for (const reaction::SegmentRule& rule : rules_->segments()) {
      const auto explained = explain_segment(known, rule.segment.key, {});
      ASSERT_TRUE(explained);
      const bool is_member = std::any_of(
          state.memberships.begin(), state.memberships.end(), [&](const auto& membership) {
            return membership.segment == rule.number && membership.member;
          });
      EXPECT_EQ(explained->happened, is_member) << rule.segment.key << shown(*explained);
      hold(*explained);
    }
    for (const reaction::JourneyRule& rule : rules_->journeys()) check_journey(known, rule);
    for (const messages::Message& message : messages) {
      const Explanation explained = explain_message(known, message);
      EXPECT_EQ(explained.happened, message.state == messages::DeliveryState::sent);
      hold(explained);
    }
  }

  void check_journey(const Known& known, const reaction::JourneyRule& rule) {
    const std::string& key = rule.journey.key;
    const bool entered =
        std::any_of(known.decisions.begin(), known.decisions.end(), [&](const auto& decision) {
          return decision.kind == DecisionKind::journey_entered && decision.key == key;
        });
    const Explanation entry = explain_entry(known, key, {});
    EXPECT_EQ(entry.happened, entered) << key << shown(entry);
    hold(entry);
    for (const journeys::Step& step : rule.journey.steps) {
      const auto explained = explain_step(known, key, step.id, {});
      ASSERT_TRUE(explained);
      EXPECT_EQ(explained->happened, happened(known, rule, step)) << step.id << shown(*explained);
      hold(*explained);
    }
  }

  /// The newest run came to the step, and its newest message was sent.
  static bool happened(const Known& known, const reaction::JourneyRule& rule,
                       const journeys::Step& step) {
    std::uint64_t run = 0;
    for (const effects::Decision& decision : known.decisions) {
      const bool entered = decision.kind == DecisionKind::journey_entered;
      if (entered && decision.key == rule.journey.key) run = decision.run;
    }
    bool reached = false;
    bool sent = false;
    for (const effects::Decision& decision : known.decisions) {
      if (run == 0 || decision.run != run || decision.step != step.id) continue;
      reached = true;
      if (decision.kind == DecisionKind::message_queued) sent = false;
      if (decision.kind == DecisionKind::message_sent) sent = true;
    }
    return std::holds_alternative<journeys::Send>(step.action) ? sent : reached;
  }

  /// What happened has no failed check, what did not has one that says why.
  void hold(const Explanation& explanation) {
    const auto is_failed = [](const Check& check) { return !check.ok; };
    const bool any_failed =
        std::any_of(explanation.checks.begin(), explanation.checks.end(), is_failed);
    EXPECT_EQ(any_failed, !explanation.happened) << shown(explanation);
    for (const Check& check : explanation.checks) {
      EXPECT_FALSE(check.evidence.empty()) << check.code << shown(explanation);
      if (!check.ok) failed_codes.insert(check.code);
    }
    EXPECT_FALSE(explanation.summary.empty());
  }

  static std::string shown(const Explanation& explanation) {
    std::string text = "\n" + explanation.summary;
    for (const Check& check : explanation.checks) {
      text += fmt::format("\n  {} {}: {}", check.ok ? "ok" : "--", check.code, check.evidence);
    }
    return text;
  }

  Dice dice_;
  const std::shared_ptr<const reaction::Rules> rules_;
  World world_;
  std::vector<events::Event> events_[people];
  int count_ = 0;
};

TEST(Explain, AgreesWithWhatHappenedInGeneratedWorlds) {
  std::set<std::string> failed_codes;
  for (unsigned seed = 1; seed <= worlds; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    GeneratedWorld world(seed);
    world.run();
    failed_codes.merge(world.failed_codes);
    if (::testing::Test::HasFailure()) return;
  }
  // The worlds are rich enough to fail in each of these ways.
  for (const char* code :
       {"condition", "trigger_event", "trigger_segment", "on_time", "step_reached", "address",
        "topic_consent", "frequency_cap", "quiet_hours"}) {
    EXPECT_TRUE(failed_codes.contains(code)) << code;
  }
  EXPECT_FALSE(failed_codes.contains("other_definitions"));
}

}  // namespace
}  // namespace sojourn::simulation
