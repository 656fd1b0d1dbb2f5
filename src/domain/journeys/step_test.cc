#include "domain/journeys/step.h"

#include <gtest/gtest.h>

#include <set>

#include "domain/definitions/yaml.h"

namespace sojourn::journeys {
namespace {

constexpr std::string_view steps[] = {
    "{send: {template: t, topic: news, class: transactional, when_quiet: skip, when_capped: exit, "
    "expires_after: 3d, priority: 90}}",
    "{notify: {user: sales@example.com, text: hot}}",
    "{wait: until 09:00 on weekdays}",
    "{wait: \"2 days, if past: exit\"}",
    "{wait_for: {event: X, where: [{property: p, is: 1}], same: order_id, at_most: 4d}}",
    "{wait_for: {clicked: mail}}",
    "{wait_for: {any: [{name: a, opened: mail}, {bounced: mail}, {when: {segment: s}}], "
    "at_most: until 18:00}}",
    "{branch: {arms: [{name: a, when: {segment: s}}]}}",
    "{split: {arms: [{name: a, percent: 33.3}, {name: b, percent: 66.7}], seed: s, winner: b}}",
    "{split: {arms: [{name: a, percent: 50}, {name: b, percent: 50}], experiment: {measure: goal, "
    "decide: {after: 14d, at_least: 200, confidence: 99, if_unclear: {arm: a}}}}}",
    "{update: {plan: pro, gone: null, size: 3, text: \"{{ event.name }}\"}}",
    "{add_to_list: vip}",
    "{remove_from_list: vip}",
    "{score: {score: lead, points: -5, reason: quiet}}",
    "{stage: customer}",
    "{assign: {one_of: [a@example.com, b@example.com], replace: true}}",
    "{task: {title: call, owner: a@example.com, due_in: 2d}}",
    "{deal: {name: n, pipeline: p, stage: s, amount: 40}}",
    "{webhook: {url: \"https://example.com\", method: PUT, headers: {x-a: b}, body: {a: 1}, "
    "timeout: 5s, attempts: 2, save_as: crm}}",
    "{track: {event: Trial Ended, properties: {plan: pro}}}",
    "{enter: other}",
    "{leave: other}",
    "{go_to: {step: a, at_most: 3}}",
    "{exit: done}",
};

Result<StepAction> read(const Value& action) {
  Object step = *action.as_object();
  step.set("id", "a");
  return read_action(Value(step), "step");
}

TEST(Step, EveryKindIsReadAsItIsWritten) {
  std::set<std::string_view> kinds;
  for (const std::string_view text : steps) {
    const auto document = definitions::parse_yaml(text);
    ASSERT_TRUE(document) << text;
    const Result<StepAction> step = read(document->value);
    ASSERT_TRUE(step) << text << ": " << step.error().message;
    EXPECT_FALSE(describe(*step).empty());
    kinds.insert(kind_of(*step));
    const Value written = Object{{std::string(kind_of(*step)), write_action(*step)}};
    const Result<StepAction> again = read(written);
    ASSERT_TRUE(again) << text << ": " << again.error().message;
    EXPECT_EQ(*again, *step) << text;
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<StepAction>);
}

}  // namespace
}  // namespace sojourn::journeys
