#include "cli/explain.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

/// The rows of a condition, each as deep as it stands.
void print_row(const Value& row, int depth) {
  const Object* object = row.as_object();
  const Value* value = object == nullptr ? nullptr : object->find("value");
  const bool measured = value != nullptr && !value->is_null();
  fmt::print("  {:{}}{} {}{}\n", "", 4 + 2 * depth, is_true(row, "ok") ? "ok" : "--",
             shown(row, "text"), measured ? ": " + to_json(*value) : std::string());
  for (const Value& part : list_member(row, "rows")) print_row(part, depth + 1);
}

void print_check(const Value& check) {
  const std::string at = shown(check, "at");
  fmt::print("  {} {:<18} {}{}\n", is_true(check, "ok") ? "ok" : "--", shown(check, "code"),
             shown(check, "evidence"), at.empty() ? "" : fmt::format("  [{}]", at));
  const Object* object = check.as_object();
  const Value* fix = object == nullptr ? nullptr : object->find("fix");
  if (fix != nullptr && !fix->is_null()) fmt::print("     fix: {}\n", shown(*fix, "text"));
  for (const Value& row : list_member(check, "rows")) print_row(row, 0);
}

void print_explanation(const Value& answer) {
  fmt::print("{}\n", shown(answer, "summary"));
  for (const Value& check : list_member(answer, "checks")) print_check(check);
  const Object* object = answer.as_object();
  const Value* others = object == nullptr ? nullptr : object->find("others");
  if (others != nullptr && !others->is_null()) {
    fmt::print("{} other times somebody stopped here for the same reason ({})\n",
               number_member(*others, "count"), shown(*others, "words"));
  }
  const std::string state = shown(answer, "state");
  if (state == "building") {
    fmt::print("the segment is being built: this is what is known so far\n");
  } else if (state == "incomplete") {
    fmt::print("the segment is incomplete: building it was cancelled\n");
  }
  if (!is_true(answer, "whole")) {
    fmt::print("the contact's history is longer than what was read\n");
  }
}

}  // namespace

int explain(const Server& server, const ExplainFlags& flags) {
  std::string path = fmt::format("/api/v1/contacts/{}/explain", percent_encoded(flags.contact));
  char separator = '?';
  for (const auto& [name, value] :
       {std::pair("journey", &flags.journey), std::pair("step", &flags.step),
        std::pair("segment", &flags.segment), std::pair("campaign", &flags.campaign),
        std::pair("message", &flags.message)}) {
    if (value->empty()) continue;
    path += fmt::format("{}{}={}", separator, name, percent_encoded(*value));
    separator = '&';
  }
  const Result<Value> answer = get(server, path);
  if (!answer) {
    fmt::print(stderr, "sojourn: {}\n", answer.error().message);
    return 1;
  }
  if (flags.json) {
    fmt::print("{}\n", to_json(*answer));
  } else {
    print_explanation(*answer);
  }
  return 0;
}

}  // namespace sojourn::cli
