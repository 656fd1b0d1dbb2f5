#include "api/endpoints/plan_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/definition_json.h"
#include "api/json_fields.h"

namespace sojourn::api {
namespace {

using runtime::Change;
using runtime::DefinitionChange;
using runtime::DefinitionPlan;

std::string_view to_text(Change change) {
  switch (change) {
    case Change::created:
      return "created";
    case Change::changed:
      return "changed";
    case Change::unchanged:
      return "unchanged";
    case Change::removed:
      return "removed";
    case Change::only_on_server:
      return "only_on_server";
  }
  return {};
}

std::string_view to_text(journeys::Fate::Kind fate) {
  switch (fate) {
    case journeys::Fate::Kind::stays:
      return "stays";
    case journeys::Fate::Kind::goes_on:
      return "goes_on";
    case journeys::Fate::Kind::ends:
      return "ends";
  }
  return {};
}

void write_inside(JsonWriter& out, const runtime::InsideForecast& inside) {
  out.name("inside").begin_object();
  text_field(out, "choice", journeys::to_string(inside.choice));
  count_field(out, "stay", inside.stay);
  count_field(out, "goOn", inside.go_on);
  count_field(out, "end", inside.end);
  out.name("steps").begin_list();
  for (const runtime::StepStanding& standing : inside.steps) {
    out.begin_object();
    text_field(out, "step", standing.step);
    count_field(out, "waiting", standing.waiting);
    text_field(out, "fate", to_text(standing.fate.kind));
    text_or_null_field(out, "to", standing.fate.step);
    out.end_object();
  }
  out.end_list();
  out.end_object();
}

void write_meanwhile(JsonWriter& out, const DefinitionChange& change) {
  if (!change.changed_meanwhile) return null_field(out, "meanwhile");
  out.name("meanwhile").begin_object();
  time_field(out, "at", change.changed_at);
  text_or_null_field(out, "by", change.changed_by);
  out.end_object();
}

void write_changes(JsonWriter& out, const DefinitionPlan& plan) {
  out.name("changes").begin_list();
  for (const DefinitionChange& change : plan.changes) {
    out.begin_object();
    text_field(out, "kind", change.kind);
    text_field(out, "key", change.key);
    text_field(out, "change", to_text(change.change));
    text_field(out, "summary", change.summary);
    count_field(out, "contactsInside", change.contacts_inside);
    if (change.inside) write_inside(out, *change.inside);
    out.name("differences").begin_list();
    for (const reaction::Difference& each : change.differences) write_difference(out, each);
    out.end_list();
    text_field(out, "rev", std::to_string(change.rev));
    write_meanwhile(out, change);
    out.end_object();
  }
  out.end_list();
}

void write_problems(JsonWriter& out, const std::vector<runtime::DefinitionProblem>& problems) {
  out.name("problems").begin_list();
  for (const runtime::DefinitionProblem& found : problems) write_problem(out, found);
  out.end_list();
}

void write_set_aside(JsonWriter& out, const DefinitionPlan& plan) {
  out.name("setAside").begin_list();
  for (const runtime::DefinitionSetAside& aside : plan.set_aside) {
    out.begin_object();
    text_field(out, "kind", aside.kind);
    text_field(out, "key", aside.key);
    out.name("version").number(std::int64_t{aside.version});
    write_problems(out, aside.problems);
    out.end_object();
  }
  out.end_list();
}

}  // namespace

void write_problem(JsonWriter& out, const runtime::DefinitionProblem& problem) {
  out.begin_object();
  text_field(out, "file", problem.file);
  count_field(out, "line", static_cast<std::uint64_t>(std::max(problem.line, 0)));
  text_field(out, "code", problem.code);
  text_field(out, "message", problem.message);
  out.end_object();
}

void write_plan(JsonWriter& out, const DefinitionPlan& plan) {
  write_changes(out, plan);
  write_problems(out, plan.problems);
  write_set_aside(out, plan);
}

std::string problems_in_words(const std::vector<runtime::DefinitionProblem>& problems) {
  const runtime::DefinitionProblem& first = problems.front();
  if (problems.size() == 1) {
    return fmt::format("the definitions have a problem: {}: {}", first.file, first.message);
  }
  return fmt::format("the definitions have {} problems; the first: {}: {}", problems.size(),
                     first.file, first.message);
}

}  // namespace sojourn::api
