#include "cli/experiment.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

std::string path_of(const std::string& journey) {
  return "/api/v1/journeys/" + percent_encoded(journey);
}

const Value* object_member(const Value& value, std::string_view name) {
  const Value* member = value.as_object() == nullptr ? nullptr : value.as_object()->find(name);
  return member == nullptr || member->as_object() == nullptr ? nullptr : member;
}

double real_member(const Value& value, std::string_view name) {
  const Value* member = value.as_object() == nullptr ? nullptr : value.as_object()->find(name);
  return member == nullptr || !member->is_number() ? 0 : member->number();
}

/// `  b   50 %   212 came   31 succeeded   14.6 % (10.5 to 20.0)`
std::string arm_text(const Value& arm, bool is_experiment, std::size_t width) {
  std::string text =
      fmt::format("  {:<{}}  {:>4.4g} %", shown(arm, "name"), width, real_member(arm, "percent"));
  if (!is_experiment) return text + fmt::format("  {:>7} took it\n", number_member(arm, "taken"));
  text += fmt::format("  {:>7} came  {:>7} succeeded", number_member(arm, "people"),
                      number_member(arm, "successes"));
  if (number_member(arm, "people") == 0) return text + "\n";
  return text + fmt::format("  {:>5.1f} % ({:.1f} to {:.1f})\n", 100 * real_member(arm, "rate"),
                            100 * real_member(arm, "low"), 100 * real_member(arm, "high"));
}

std::string verdict_text(const Value& experiment) {
  const Value* verdict = object_member(experiment, "verdict");
  if (verdict == nullptr) {
    const std::string after = shown(experiment, "decidesAfter");
    if (after.empty()) return "  no verdict: nothing is decided by itself\n";
    return fmt::format("  no verdict yet: it is looked for after {}, with {} in each arm\n", after,
                       number_member(experiment, "atLeast"));
  }
  const std::string kind = shown(*verdict, "kind");
  const std::string arm = shown(*verdict, "arm");
  const std::string words = kind == "winner"    ? arm + " is better"
                            : kind == "leading" ? arm + " leads, and chance may explain it"
                                                : "no arm leads";
  return fmt::format("  verdict of {}: {}; so much is {:.2g} % likely by chance alone\n",
                     shown(*verdict, "at"), words, 100 * real_member(*verdict, "chance"));
}

std::string experiment_text(const Value& experiment) {
  std::string text =
      fmt::format("  measured by {}, since {} (version {}), at {:g} % confidence\n",
                  shown(experiment, "measure"), shown(experiment, "since"),
                  number_member(experiment, "version"), real_member(experiment, "confidence"));
  text += verdict_text(experiment);
  if (const Value* winner = object_member(experiment, "winner")) {
    const std::string by = shown(*winner, "by");
    text += fmt::format("  everybody takes {} since {}{}\n", shown(*winner, "arm"),
                        shown(*winner, "at"), by.empty() ? "" : ", as declared by " + by);
  }
  return text;
}

}  // namespace

std::string results_text(const Value& journey) {
  std::string text;
  for (const Value& step : list_member(journey, "steps")) {
    const Value* split = object_member(step, "split");
    if (split == nullptr) continue;
    const Value* experiment = object_member(*split, "experiment");
    text += fmt::format("{}{}\n", shown(step, "id"), experiment == nullptr ? "" : ": experiment");
    std::size_t width = 0;
    for (const Value& arm : list_member(*split, "arms")) {
      width = std::max(width, shown(arm, "name").size());
    }
    for (const Value& arm : list_member(*split, "arms")) {
      text += arm_text(arm, experiment != nullptr, width);
    }
    if (experiment != nullptr) text += experiment_text(*experiment);
  }
  return text;
}

int results(const Server& server, const std::string& journey) {
  const Result<Value> answer = get(server, path_of(journey));
  if (!answer) return fail(answer.error());
  const std::string text = results_text(*answer);
  fmt::print("{}", text.empty() ? journey + " splits nobody\n" : text);
  return 0;
}

int winner(const Server& server, const WinnerFlags& flags) {
  if (flags.arm.empty() != flags.clears) {
    return fail({.code = "arm_or_clear", .message = "name an arm, or take it back with --clear"});
  }
  const std::string path =
      fmt::format("{}/steps/{}/winner", path_of(flags.journey), percent_encoded(flags.step));
  const Object request{{"arm", flags.clears ? Value() : Value(flags.arm)}};
  const Result<Value> answer = post(server, path, request);
  if (!answer) return fail(answer.error());
  if (flags.clears) {
    fmt::print("{} splits again at {}\n", flags.journey, flags.step);
  } else {
    fmt::print("everybody who comes to {} of {} from now on takes {}\n", flags.step, flags.journey,
               flags.arm);
  }
  return 0;
}

}  // namespace sojourn::cli
