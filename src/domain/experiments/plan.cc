#include "domain/experiments/plan.h"

#include <fmt/format.h>

#include <array>

#include "domain/definitions/reader.h"

namespace sojourn::experiments {
namespace {

using definitions::Reader;

constexpr std::array<std::string_view, measure_max + 1> measure_names = {"goal", "clicked",
                                                                         "opened"};

Result<void> read_if_unclear(Reader& reader, Decide& decide) {
  const Value* value = reader.find("if_unclear");
  if (value == nullptr) return {};
  if (value->as_object() != nullptr) {
    Reader inner(*value, reader.path_of("if_unclear"));
    TRY(arm, inner.text("arm"));
    TRY_VOID(inner.finish());
    decide.if_unclear = Decide::IfUnclear::arm;
    decide.arm = std::move(arm);
    return {};
  }
  TRY(choice, reader.choice("if_unclear", {"keep", "leading"}));
  decide.if_unclear = static_cast<Decide::IfUnclear>(choice);
  return {};
}

Result<Decide> read_decide(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Decide decide;
  TRY(after, reader.duration("after"));
  if (after > decide_after_max) {
    return reader.refuse("out_of_range", "after",
                         fmt::format("is {}, the limit is {}", format_duration(after),
                                     format_duration(decide_after_max)));
  }
  decide.after = after;
  TRY_VOID(reader.require("at_least"));
  TRY(at_least, reader.optional_integer("at_least", at_least_min, at_least_max));
  decide.at_least = at_least.value_or(at_least_min);
  TRY(confidence, reader.optional_number("confidence"));
  decide.confidence = confidence.value_or(decide.confidence);
  if (!(decide.confidence >= confidence_min && decide.confidence <= confidence_max)) {
    return reader.refuse("out_of_range", "confidence",
                         fmt::format("is {:g}, it must be from {:g} to {:g} percent",
                                     decide.confidence, confidence_min, confidence_max));
  }
  TRY_VOID(read_if_unclear(reader, decide));
  TRY_VOID(reader.finish());
  return decide;
}

Value write(const Decide& decide) {
  Object object{{"after", format_duration(decide.after)},
                {"at_least", decide.at_least},
                {"confidence", decide.confidence}};
  switch (decide.if_unclear) {
    case Decide::IfUnclear::keep:
      break;
    case Decide::IfUnclear::leading:
      object.set("if_unclear", "leading");
      break;
    case Decide::IfUnclear::arm:
      object.set("if_unclear", Object{{"arm", decide.arm}});
      break;
  }
  return object;
}

}  // namespace

std::string_view to_string(Measure measure) {
  return measure_names[static_cast<std::size_t>(measure)];
}

Result<Plan> read_plan(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Plan plan;
  TRY(measure, reader.choice("measure", {"goal", "clicked", "opened"}));
  plan.measure = static_cast<Measure>(measure);
  if (const Value* decide = reader.find("decide")) {
    TRY(found, read_decide(*decide, reader.path_of("decide")));
    plan.decide = std::move(found);
  }
  TRY_VOID(reader.finish());
  return plan;
}

Value write(const Plan& plan) {
  Object object{{"measure", to_string(plan.measure)}};
  if (plan.decide) object.set("decide", write(*plan.decide));
  return object;
}

std::string describe(const Plan& plan) {
  std::string text = fmt::format("measured by {}", to_string(plan.measure));
  if (plan.decide) {
    text += fmt::format(", decided after {} with {} in each arm",
                        format_duration(plan.decide->after), plan.decide->at_least);
  }
  return text;
}

}  // namespace sojourn::experiments
