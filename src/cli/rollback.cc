#include "cli/rollback.h"

#include <fmt/format.h>

#include "cli/answer_fields.h"
#include "cli/history.h"
#include "cli/plan_text.h"

namespace sojourn::cli {
namespace {

/// Answers the process's exit code.
Result<int> carry_out(const Server& server, const std::string& text, int version,
                      const InsideFlags& flags, const PublishAnswers& answers) {
  TRY(place, read_place(text));
  TRY(inside, inside_of(flags));
  TRY(latest, get(server, place.path()));
  TRY(earlier, get(server, fmt::format("{}?version={}", place.path(), version)));
  Object file{{"path", shown(latest, "path")}, {"text", shown(earlier, "text")}};
  Object planned{{"files", Value::List{std::move(file)}}};
  Object request{{"version", version}};
  if (!inside.empty()) {
    planned.set("inside", inside);
    request.set("inside", std::move(inside));
  }
  TRY(plan, post(server, "/api/v1/definitions/plan", planned));
  const PlanOutcome outcome = print_plan(plan, {});
  if (outcome.problems > 0) return 1;
  if (outcome.changes == 0) return 0;
  if (answers.confirm == Confirm::ask && !ask_person()) return 1;
  TRY(published, publish(server, place.path() + "/rollback", std::move(request), answers,
                         {{"If-Match", fmt::format("\"{}\"", shown(latest, "rev"))}}));
  for (const Value& change : list_member(published, "changes")) {
    fmt::print("{}\n", shown(change, "summary"));
  }
  return 0;
}

}  // namespace

int rollback(const Server& server, const std::string& place, int version, const InsideFlags& inside,
             const PublishAnswers& answers) {
  const Result<int> done = carry_out(server, place, version, inside, answers);
  if (done) return *done;
  fmt::print(stderr, "sojourn: {}\n", done.error().message);
  return 1;
}

}  // namespace sojourn::cli
