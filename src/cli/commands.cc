#include "cli/commands.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "cli/answer_fields.h"
#include "cli/workspace_folder.h"
#include "domain/simulation/scenario.h"

namespace sojourn::cli {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

struct Outcome {
  int changes = 0;
  int problems = 0;
};

/// Prints what a plan or an apply answered.
Outcome print_plan(const Value& plan) {
  Outcome outcome;
  for (const Value& change : list_member(plan, "changes")) {
    const std::string kind = shown(change, "change");
    if (kind == "unchanged" && !touches_inside(change)) continue;
    ++outcome.changes;
    const std::int64_t inside = number_member(change, "contactsInside");
    const std::string people = inside == 0 ? "" : fmt::format("  ({} contacts inside)", inside);
    fmt::print("{:<9} {} {}{}\n", kind, shown(change, "kind"), shown(change, "key"), people);
    print_inside(change);
  }
  for (const Value& problem : list_member(plan, "problems")) {
    ++outcome.problems;
    fmt::print("{}:{}: {} [{}]\n", shown(problem, "file"), number_member(problem, "line"),
               shown(problem, "message"), shown(problem, "code"));
  }
  if (outcome.changes == 0 && outcome.problems == 0) fmt::print("nothing changes\n");
  return outcome;
}

/// Says which of the changed segments and scores are being built; waits for them where asked to.
Result<void> show_building(const Server& server, const Value& applied, Wait wait) {
  constexpr std::chrono::milliseconds pause{200};
  for (const Value& change : list_member(applied, "changes")) {
    const std::string kind = shown(change, "kind");
    const bool is_built = kind == "segment" || kind == "score";
    const std::string changed = shown(change, "change");
    if (!is_built || changed == "unchanged" || changed == "archived") continue;
    const std::string key = shown(change, "key");
    const auto begun = std::chrono::steady_clock::now();
    bool was_building = false;
    std::string state;
    while (true) {
      TRY(definition, get(server, fmt::format("/api/v1/{}s/{}", kind, key)));
      state = shown(definition, "state");
      if (state != "building") break;
      if (!was_building) fmt::print("{} {} is being built\n", kind, key);
      was_building = true;
      if (wait == Wait::no) break;
      std::this_thread::sleep_for(pause);
    }
    if (state == "incomplete") fmt::print("{} {} is incomplete: that was cancelled\n", kind, key);
    if (!was_building || state != "ready") continue;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    fmt::print("{} {} is ready after {:.1f} s\n", kind, key, taken.count());
  }
  return {};
}

Result<Object> request_of(const std::string& folder, const InsideFlags& flags) {
  TRY(files, read_workspace_folder(folder));
  Value::List list;
  for (const runtime::DefinitionFile& file : files) {
    // Scenarios, and what they publish, are for `sojourn test`.
    if (file.path.ends_with(".scenario") || simulation::is_change(file.path)) continue;
    list.push_back(Object{{"path", file.path}, {"text", file.text}});
  }
  TRY(inside, inside_of(flags));
  Object request{{"files", std::move(list)}};
  if (!inside.empty()) request.set("inside", std::move(inside));
  return request;
}

}  // namespace

int plan(const Server& server, const std::string& folder, const InsideFlags& inside) {
  const Result<Object> request = request_of(folder, inside);
  if (!request) return fail(request.error());
  const Result<Value> answer = post(server, "/api/v1/definitions/plan", *request);
  if (!answer) return fail(answer.error());
  const Outcome outcome = print_plan(*answer);
  if (outcome.problems > 0) return 1;
  return outcome.changes > 0 ? 2 : 0;
}

int apply(const Server& server, const std::string& folder, const InsideFlags& inside,
          Confirm confirm, Wait wait, std::optional<std::int64_t> reach) {
  Result<Object> request = request_of(folder, inside);
  if (!request) return fail(request.error());
  if (confirm == Confirm::ask) {
    const Result<Value> planned = post(server, "/api/v1/definitions/plan", *request);
    if (!planned) return fail(planned.error());
    const Outcome outcome = print_plan(*planned);
    if (outcome.problems > 0) return 1;
    if (outcome.changes == 0) return 0;
    fmt::print("Make it so? [y/N] ");
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "y" && answer != "yes") return 1;
  }
  request->set("yes", true);
  if (reach) request->set("confirm", Object{{"reach", *reach}});
  Result<Value> applied = post(server, "/api/v1/definitions/apply", *request);
  const bool goes_far = !applied && applied.error().code == "blast_radius";
  if (goes_far && confirm == Confirm::yes) {
    fmt::print(stderr, "sojourn: {}\nWith --yes-reach {} it is published.\n",
               applied.error().message, applied.error().value);
    return 1;
  }
  if (goes_far) {
    fmt::print("{}\nType the number to publish it all the same: ", applied.error().message);
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != applied.error().value) return 1;
    request->set("confirm", Object{{"reach", static_cast<std::int64_t>(std::stoll(answer))}});
    applied = post(server, "/api/v1/definitions/apply", *request);
  }
  if (!applied) return fail(applied.error());
  if (print_plan(*applied).problems > 0) return 1;
  const Result<void> built = show_building(server, *applied, wait);
  return built ? 0 : fail(built.error());
}

int backup(const Server& server, const std::string& folder) {
  const std::string absolute = std::filesystem::absolute(folder).lexically_normal().string();
  const Result<Value> answer = post(server, "/api/v1/backup", Object{{"folder", absolute}});
  if (!answer) return fail(answer.error());
  fmt::print("backed up to {}\n", absolute);
  return 0;
}

}  // namespace sojourn::cli
