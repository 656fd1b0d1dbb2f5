#include "cli/plan_text.h"

#include <fmt/format.h>

#include <string>

#include "cli/answer_fields.h"
#include "cli/inside_choices.h"

namespace sojourn::cli {
namespace {

/// Who changed the definition after the folder last met the server; null where nobody did.
const Value* meanwhile_of(const Value& change) {
  const Object* object = change.as_object();
  const Value* meanwhile = object == nullptr ? nullptr : object->find("meanwhile");
  return meanwhile == nullptr || meanwhile->is_null() ? nullptr : meanwhile;
}

std::string place_of(const Value& change) {
  return shown(change, "kind") + "/" + shown(change, "key");
}

void print_meanwhile(const Value& change, const PlannedFolder& folder) {
  const Value* meanwhile = meanwhile_of(change);
  if (meanwhile == nullptr) return;
  const std::string by = shown(*meanwhile, "by");
  fmt::print("         changed on the server by {} at {}, after this folder last met it\n",
             by.empty() ? "somebody" : by, shown(*meanwhile, "at"));
  if (folder.untouched.contains(place_of(change))) {
    fmt::print("         the folder has not changed it: export brings it here\n");
  }
}

/// Of a definition that no file of the folder holds.
void print_only_on_server(const Value& change, const PlannedFolder& folder) {
  const auto& known = folder.known.definitions;
  const auto found = known.find(place_of(change));
  const bool was_here = found != known.end() && !found->second.hash.empty();
  fmt::print("only on the server: {} {}{}\n", shown(change, "kind"), shown(change, "key"),
             was_here ? ", which is no longer in the folder" : "");
  print_meanwhile(change, folder);
}

void print_change(const Value& change, const std::string& kind, const PlannedFolder& folder) {
  const std::int64_t inside = number_member(change, "contactsInside");
  const std::string people = inside == 0 ? "" : fmt::format("  ({} contacts inside)", inside);
  fmt::print("{:<9} {} {}{}\n", kind, shown(change, "kind"), shown(change, "key"), people);
  for (const Value& difference : list_member(change, "differences")) {
    fmt::print("         {}\n", shown(difference, "text"));
  }
  // The same text as before comes back.
  if (kind == "changed" && list_member(change, "differences").empty()) {
    fmt::print("         {}\n", shown(change, "summary"));
  }
  print_inside(change);
  print_meanwhile(change, folder);
}

/// What the guard on apply looks at (docs/guides/backtest.md).
void print_reach(const Value& plan) {
  for (const Value& reach : list_member(plan, "reach")) {
    const std::int64_t busiest = number_member(reach, "busiestDay");
    const std::int64_t allowed = number_member(reach, "allowed");
    const std::string basis = is_true(reach, "estimated")
                                  ? "by the last 30 days"
                                  : "if everybody enters at once: the log is too long";
    fmt::print("reach: journey {} lets in at most {} people a day, {} in all, and sends {} ({})\n",
               shown(reach, "journey"), busiest, number_member(reach, "entered"),
               number_member(reach, "sent"), basis);
    if (busiest > allowed) {
      fmt::print("         {} need no second yes: apply asks, or takes --yes-reach {}\n", allowed,
                 busiest);
    }
  }
}

void print_problem(const Value& problem) {
  fmt::print("{}:{}: {} [{}]\n", shown(problem, "file"), number_member(problem, "line"),
             shown(problem, "message"), shown(problem, "code"));
}

void print_set_aside(const Value& plan) {
  for (const Value& aside : list_member(plan, "setAside")) {
    fmt::print("set aside: {} version {}, which the present rules refuse\n", place_of(aside),
               number_member(aside, "version"));
    for (const Value& problem : list_member(aside, "problems")) {
      fmt::print("         ");
      print_problem(problem);
    }
  }
}

}  // namespace

PlanOutcome print_plan(const Value& plan, const PlannedFolder& folder) {
  PlanOutcome outcome;
  bool is_silent = true;
  for (const Value& change : list_member(plan, "changes")) {
    const std::string kind = shown(change, "change");
    if (kind == "unchanged" && !touches_inside(change)) continue;
    is_silent = false;
    if (kind == "only_on_server") {
      print_only_on_server(change, folder);
    } else {
      ++outcome.changes;
      print_change(change, kind, folder);
    }
  }
  for (const Value& problem : list_member(plan, "problems")) {
    ++outcome.problems;
    print_problem(problem);
  }
  for (const Value& warning : list_member(plan, "warnings")) {
    fmt::print("look at ");
    print_problem(warning);
  }
  print_reach(plan);
  print_set_aside(plan);
  if (is_silent && outcome.problems == 0) fmt::print("nothing changes\n");
  return outcome;
}

}  // namespace sojourn::cli
