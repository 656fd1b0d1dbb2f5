#include "domain/journeys/steps/wait_for.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/definitions/reader.h"
#include "domain/journeys/run_view.h"
#include "domain/journeys/steps/wait.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::journeys {
namespace {

using definitions::Reader;

std::string words_of(const WaitFor::Arm& arm) {
  if (const auto* awaited = std::get_if<AwaitedEvent>(&arm.awaited)) return describe(*awaited);
  return segments::describe(std::get<segments::Condition>(arm.awaited));
}

/// Reads what one arm awaits; its steps are the journey's.
Result<WaitFor::Arm> read_arm(Reader& reader, const Value& value) {
  WaitFor::Arm arm;
  TRY(name, reader.optional_text("name"));
  if (const Value* when = reader.find("when")) {
    TRY(condition, segments::read_condition(*when, reader.path_of("when")));
    arm.awaited = std::move(condition);
  } else if (names_an_event(reader)) {
    TRY(awaited, read_awaited_event(reader, value));
    arm.awaited = std::move(awaited);
  } else {
    return reader.refuse("missing_member", "", "must hold event, clicked, opened, bounced or when");
  }
  arm.name = name.value_or(words_of(arm));
  return arm;
}

Result<void> read_arms(Reader& reader, WaitFor& wait) {
  TRY(arms, reader.optional_list("any"));
  if (arms->empty() || arms->size() > awaited_max) {
    return reader.refuse(
        "out_of_range", "any",
        fmt::format("has {} items, it must have 1 to {}", arms->size(), awaited_max));
  }
  for (std::size_t i = 0; i < arms->size(); ++i) {
    Reader inner((*arms)[i], fmt::format("{}[{}]", reader.path_of("any"), i));
    TRY(arm, read_arm(inner, (*arms)[i]));
    inner.find("steps");
    TRY_VOID(inner.finish());
    wait.arms.push_back(std::move(arm));
  }
  wait.one_arm = false;
  return {};
}

void write_arm(const WaitFor::Arm& arm, Object& object) {
  if (arm.name != words_of(arm)) object.set("name", arm.name);
  if (const auto* awaited = std::get_if<AwaitedEvent>(&arm.awaited)) {
    write_awaited_event(*awaited, object);
  } else {
    object.set("when", segments::write_condition(std::get<segments::Condition>(arm.awaited)));
  }
}

}  // namespace

Result<WaitFor> read_wait_for(const Value& value, const std::string& path) {
  Reader reader(value, path);
  WaitFor wait;
  if (reader.find("any") != nullptr) {
    TRY_VOID(read_arms(reader, wait));
  } else {
    TRY(arm, read_arm(reader, value));
    reader.find("then");
    wait.arms.push_back(std::move(arm));
  }
  if (const Value* at_most = reader.find("at_most")) {
    TRY(expression, read_wait_text(*at_most, reader.path_of("at_most")));
    wait.at_most = std::move(expression);
  }
  reader.find("otherwise");
  TRY_VOID(reader.finish());
  return wait;
}

Value write(const WaitFor& wait) {
  Object object;
  if (wait.one_arm) {
    write_arm(wait.arms.front(), object);
  } else {
    Value::List arms;
    for (const WaitFor::Arm& arm : wait.arms) {
      Object member;
      write_arm(arm, member);
      arms.push_back(std::move(member));
    }
    object.set("any", std::move(arms));
  }
  if (wait.at_most) object.set("at_most", describe(*wait.at_most));
  return object;
}

std::string describe(const WaitFor& wait) {
  std::string text = "wait for ";
  for (const WaitFor::Arm& arm : wait.arms) {
    if (&arm != &wait.arms.front()) text += " or ";
    text += words_of(arm);
  }
  if (wait.at_most) text += fmt::format(", at most {}", describe(*wait.at_most));
  return text;
}

StepOutcome enter(const WaitFor& wait, std::string_view, StepContext& context) {
  const RunView view(context.view.conditions(), context.run);
  const AwaitedCondition awaited = awaited_condition(wait, view, context.now);
  if (awaited.arm != nullptr) return GoTo{awaited.arm->next, awaited.arm->name};
  if (!wait.at_most) return Stay{};
  const WaitEnd end = end_of(*wait.at_most, context.now, ContactWaitView(view));
  if (end.at <= context.now) return GoTo{wait.otherwise, "otherwise"};
  return Stay{end.at};
}

const WaitFor::Arm* awaiting(const WaitFor& wait, const Run& run, const events::Event& event) {
  const auto found = std::find_if(wait.arms.begin(), wait.arms.end(), [&](const WaitFor::Arm& arm) {
    const auto* awaited = std::get_if<AwaitedEvent>(&arm.awaited);
    return awaited != nullptr && is_awaited(*awaited, run, event);
  });
  return found == wait.arms.end() ? nullptr : &*found;
}

AwaitedCondition awaited_condition(const WaitFor& wait, const segments::ConditionView& view,
                                   Timestamp now) {
  AwaitedCondition found;
  for (const WaitFor::Arm& arm : wait.arms) {
    const auto* condition = std::get_if<segments::Condition>(&arm.awaited);
    if (condition == nullptr) continue;
    const segments::Verdict verdict = segments::evaluate(*condition, view, now);
    if (verdict.value) return {.arm = &arm};
    found.recheck = std::min(found.recheck, verdict.recheck);
  }
  return found;
}

}  // namespace sojourn::journeys
