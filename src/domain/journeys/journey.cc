#include "domain/journeys/journey.h"

#include <fmt/format.h>

#include "base/calendar.h"
#include "domain/definitions/reader.h"
#include "domain/journeys/step_list.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"
#include "domain/segments/evaluate.h"

namespace sojourn::journeys {
namespace {

using definitions::Reader;

Result<void> read_reentry(Reader& reader, Journey& journey) {
  const Value* value = reader.find("reentry");
  if (value == nullptr) return {};
  if (value->as_object() != nullptr) {
    Reader inner(*value, "reentry");
    TRY(after, inner.duration("after"));
    TRY_VOID(inner.finish());
    journey.reentry = Reentry::after;
    journey.reentry_after = after;
    return {};
  }
  TRY(choice, reader.choice("reentry", {"never", "always"}));
  journey.reentry = static_cast<Reentry>(choice);
  return {};
}

Result<void> read_goal(Reader& reader, Journey& journey) {
  const Value* value = reader.find("goal");
  if (value == nullptr) return {};
  Reader inner(*value, "goal");
  Goal goal;
  if (const Value* when = inner.find("when")) {
    TRY(condition, segments::read_condition(*when, "goal.when"));
    goal.when = std::move(condition);
  } else {
    TRY(event, read_awaited_event(inner, *value));
    goal.event = std::move(event);
  }
  TRY(within, inner.optional_duration("within"));
  goal.within = within;
  TRY_VOID(inner.finish());
  journey.goal = std::move(goal);
  return {};
}

Result<void> read_condition(Reader& reader, std::string_view member,
                            std::optional<segments::Condition>& to) {
  const Value* value = reader.find(member);
  if (value == nullptr) return {};
  TRY(condition, segments::read_condition(*value, std::string(member)));
  to = std::move(condition);
  return {};
}

Result<void> read_exit_events(Reader& reader, Journey& journey) {
  TRY(exit_on, reader.optional_list("exit_on"));
  if (exit_on->size() > exit_events_max) {
    return reader.refuse(
        "too_many", "exit_on",
        fmt::format("has {} items, the limit is {}", exit_on->size(), exit_events_max));
  }
  for (std::size_t i = 0; i < exit_on->size(); ++i) {
    Reader inner((*exit_on)[i], fmt::format("exit_on[{}]", i));
    TRY(event, read_awaited_event(inner, (*exit_on)[i]));
    TRY_VOID(inner.finish());
    journey.exit_on.push_back(std::move(event));
  }
  return {};
}

Result<void> read_key_by(Reader& reader, Journey& journey) {
  TRY(key_by, reader.optional_text("key_by"));
  journey.key_by = key_by.value_or("");
  if (journey.key_by.size() > facts::path_bytes_max) {
    return reader.refuse(
        "too_long", "key_by",
        fmt::format("has {} bytes, the limit is {}", journey.key_by.size(), facts::path_bytes_max),
        std::to_string(facts::path_bytes_max));
  }
  return {};
}

Result<void> read_holdout(Reader& reader, Journey& journey) {
  TRY(holdout, reader.optional_number("holdout"));
  journey.holdout_percent = holdout.value_or(0);
  if (!(journey.holdout_percent >= 0 && journey.holdout_percent <= 100)) {
    return reader.refuse("out_of_range", "holdout", "must be from 0 to 100 percent", "100");
  }
  return {};
}

Result<void> read_handling(Reader& reader, Journey& journey) {
  TRY(handling, policies::read_handling(reader));
  journey.handling = handling;
  return {};
}

Result<void> read_names(Reader& reader, Journey& journey) {
  TRY(key, reader.key("key"));
  journey.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  journey.name = name.value_or(journey.key);
  return {};
}

void take_zone(WaitExpression& wait, const std::string& zone) {
  for (WaitPart& part : wait.parts) {
    if (part.zone.empty()) part.zone = zone;
  }
}

/// The journey's zone holds for every wait that names none.
Result<void> read_zone(Reader& reader, Journey& journey) {
  TRY(zone, reader.optional_text("timezone"));
  if (!zone) return {};
  if (!find_zone(*zone)) {
    return reader.refuse("unknown_time_zone", "timezone", "must be an IANA time zone");
  }
  for (Trigger& trigger : journey.triggers) {
    if (auto* date = std::get_if<DateTrigger>(&trigger)) take_zone(date->when, *zone);
    auto* schedule = std::get_if<ScheduleTrigger>(&trigger);
    if (schedule != nullptr && schedule->schedule.zone.empty()) schedule->schedule.zone = *zone;
  }
  for (Step& step : journey.steps) {
    if (auto* wait = std::get_if<Wait>(&step.action)) take_zone(wait->until, *zone);
    auto* wait_for = std::get_if<WaitFor>(&step.action);
    if (wait_for != nullptr && wait_for->at_most) take_zone(*wait_for->at_most, *zone);
  }
  return {};
}

/// The ways of a step with arms, each of which has a name and a next step.
template <typename Arm>
std::vector<Way> ways_of(const std::vector<Arm>& arms, Way otherwise) {
  std::vector<Way> ways;
  for (const Arm& arm : arms) ways.push_back({arm.next, arm.name});
  ways.push_back(std::move(otherwise));
  return ways;
}

struct WaysLister {
  const Step& step;
  std::vector<Way> operator()(const WaitFor& wait) const {
    const std::string label = wait.at_most ? "after " + describe(*wait.at_most) : "never";
    std::vector<Way> ways = ways_of(wait.arms, {wait.otherwise, label});
    if (wait.one_arm) ways.front().label = "it happened";
    // Without a longest time nothing leads there.
    if (!wait.at_most) ways.pop_back();
    return ways;
  }
  std::vector<Way> operator()(const Branch& branch) const {
    return ways_of(branch.arms, {branch.otherwise, "otherwise"});
  }
  std::vector<Way> operator()(const Split& split) const {
    return ways_of(split.arms, {split.otherwise, "otherwise"});
  }
  std::vector<Way> operator()(const CallWebhook& call) const {
    return {{call.then, "answered"}, {call.otherwise, "failed"}};
  }
  std::vector<Way> operator()(const GoToStep& go_to) const {
    return {{go_to.step, "again"}, {step.next, fmt::format("after {} times", go_to.at_most)}};
  }
  std::vector<Way> operator()(const Exit&) const { return {}; }
  template <typename Action>
  std::vector<Way> operator()(const Action&) const {
    return {{step.next, ""}};
  }
};

}  // namespace

const Step* Journey::find(std::string_view id) const {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : &steps[found->second];
}

Journey read_journey(const Value& value, definitions::Findings& findings) {
  Reader reader(value, "");
  reader.find("kind");
  Journey journey;
  findings.take(read_names(reader, journey));
  const Result<const Value*> trigger = reader.require("trigger");
  if (findings.take(trigger)) {
    journey.triggers = read_triggers(**trigger, "trigger", findings);
  }
  findings.take(read_condition(reader, "only_if", journey.only_if));
  findings.take(read_key_by(reader, journey));
  findings.take(read_holdout(reader, journey));
  findings.take(read_reentry(reader, journey));
  findings.take(read_goal(reader, journey));
  findings.take(read_condition(reader, "exit_when", journey.exit_when));
  findings.take(read_exit_events(reader, journey));
  findings.take(read_handling(reader, journey));
  const Result<const Value*> steps = reader.require("steps");
  if (findings.take(steps)) {
    journey.entry = read_step_list(**steps, "steps", journey, findings);
    const Value::List* list = (*steps)->as_list();
    if (list != nullptr && list->empty()) {
      findings.add(reader.refuse("missing_member", "steps", "must hold a step").value());
    }
  }
  findings.take(read_zone(reader, journey));
  reader.finish(findings);
  return journey;
}

Result<Journey> read_journey(const Value& value) {
  definitions::Findings findings;
  Journey journey = read_journey(value, findings);
  if (!findings.none()) return failure(findings.all().front());
  return journey;
}

void bind(Journey& journey, const absl::TimeZone& zone, const segments::Names& names) {
  const auto bind_one = [&](segments::Condition& condition) {
    segments::bind(condition, zone, names);
  };
  for (Trigger& trigger : journey.triggers) {
    if (auto* event = std::get_if<EventTrigger>(&trigger)) {
      segments::Condition condition{std::move(event->did)};
      bind_one(condition);
      event->did = std::get<segments::Did>(std::move(condition.node));
    }
    if (auto* membership = std::get_if<SegmentTrigger>(&trigger)) {
      membership->segment = names.segment(membership->segment).value_or(membership->segment);
    }
  }
  if (journey.only_if) bind_one(*journey.only_if);
  if (journey.goal && journey.goal->when) bind_one(*journey.goal->when);
  if (journey.exit_when) bind_one(*journey.exit_when);
  for (Step& step : journey.steps) {
    if (auto* branch = std::get_if<Branch>(&step.action)) {
      for (Branch::Arm& arm : branch->arms) bind_one(arm.when);
    }
    if (auto* wait = std::get_if<WaitFor>(&step.action)) {
      for (WaitFor::Arm& arm : wait->arms) {
        if (auto* when = std::get_if<segments::Condition>(&arm.awaited)) bind_one(*when);
      }
    }
  }
}

std::vector<Way> ways_on(const Step& step) {
  return std::visit(WaysLister{step}, step.action);
}

std::string describe(const Goal& goal) {
  std::string text = goal.event ? describe(*goal.event) : segments::describe(*goal.when);
  if (goal.within) text += fmt::format(" within {}", format_duration(*goal.within));
  return text;
}

bool is_held_out(const Journey& journey, const contacts::ContactId& contact) {
  if (journey.holdout_percent <= 0) return false;
  return segments::random_percent(contact, "holdout/" + journey.key) < journey.holdout_percent;
}

}  // namespace sojourn::journeys
