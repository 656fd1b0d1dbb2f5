#include "domain/simulation/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "domain/simulation/expectations.h"
#include "domain/simulation/player.h"
#include "domain/simulation/scenario_text.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {
namespace {

class Run {
 public:
  Run(const Workspace& workspace, const StageMaker& make_stage, const StageVisitor& visit,
      ScenarioReport& report)
      : workspace_(workspace),
        make_stage_(make_stage),
        visit_(visit),
        report_(report),
        clock_(workspace.rules->policies().time_zone) {}

  void run(const std::vector<ScenarioLine>& lines) {
    for (const ScenarioLine& line : lines) {
      line_ = &line;
      if (const Expect* expect = std::get_if<Expect>(&line.command)) {
        check(*expect);
        continue;
      }
      const Result<void> done = play(std::get<Action>(line.command));
      if (!done) return fail(done.error().message);
      if (visit_) visit_(*stage_, line.line);
    }
  }

 private:
  Result<void> play(const Action& action) {
    if (stage_ == nullptr) TRY_VOID(begin(action));
    action_ = line_;
    expectations_->begin();
    return player_->play(action, line_->line);
  }

  Result<void> begin(const Action& first) {
    const MoveTo* move = std::get_if<MoveTo>(&first);
    TRY(start, clock_.read(move == nullptr ? When{std::string(scenario_start), ""} : move->when));
    TRY(stage, make_stage_(workspace_, start));
    stage_ = std::move(stage);
    player_.emplace(*stage_, clock_, workspace_.files);
    expectations_.emplace(*stage_, clock_);
    return {};
  }

  void check(const Expect& expect) {
    ++report_.expectations;
    if (stage_ == nullptr) return fail("an action must come before the first expectation");
    std::string unknown = unknown_reference(stage_->rules(), expect);
    if (!unknown.empty()) return fail(std::move(unknown));
    const Result<Verdict> verdict = expectations_->check(expect, line_->line);
    if (!verdict) return fail(verdict.error().message);
    if (verdict->met) return;
    ScenarioFailure failure = failure_here("this is not what happens");
    failure.expected = trimmed(line_->text.substr(std::string_view("expect").size()));
    failure.instead = verdict->instead;
    report_.failures.push_back(std::move(failure));
  }

  void fail(std::string message) { report_.failures.push_back(failure_here(std::move(message))); }

  [[nodiscard]] ScenarioFailure failure_here(std::string message) const {
    ScenarioFailure failure{line_->line, line_->column, std::move(message)};
    if (action_ == nullptr) return failure;
    failure.since = fmt::format("line {}: {}", action_->line, action_->text);
    failure.happened = expectations_->happened();
    failure.zone = clock_.zone();
    return failure;
  }

  const Workspace& workspace_;
  const StageMaker& make_stage_;
  const StageVisitor& visit_;
  ScenarioReport& report_;
  WallClock clock_;
  std::unique_ptr<Stage> stage_;
  std::optional<Player> player_;
  std::optional<Expectations> expectations_;
  const ScenarioLine* line_ = nullptr;    ///< that is being run
  const ScenarioLine* action_ = nullptr;  ///< the last one
};

/// What lines speak of must be defined now, or by a file that the scenario publishes.
void check_references(const Workspace& workspace, const ParsedScenario& scenario,
                      ScenarioReport& report) {
  const bool publishes =
      std::any_of(scenario.lines.begin(), scenario.lines.end(), [](const ScenarioLine& line) {
        const Action* action = std::get_if<Action>(&line.command);
        return action != nullptr && std::holds_alternative<PublishStep>(*action);
      });
  if (publishes) return;
  for (const ScenarioLine& line : scenario.lines) {
    const Expect* expect = std::get_if<Expect>(&line.command);
    if (expect == nullptr) continue;
    std::string problem = unknown_reference(*workspace.rules, *expect);
    if (problem.empty()) continue;
    report.failures.push_back({line.line, line.column, std::move(problem)});
  }
}

bool is_definition(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

void read_catalogs(const std::vector<ScenarioFile>& files, Workspace& workspace) {
  std::vector<catalogs::FolderFile> wanted;
  for (const ScenarioFile& file : files) {
    if (!file.path.ends_with(".scenario") && !is_change(file.path)) {
      wanted.push_back({file.path, file.text});
    }
  }
  Result<std::vector<catalogs::FolderCatalog>> read = catalogs::read_folder(wanted);
  if (read) {
    workspace.catalogs = std::move(*read);
  } else {
    workspace.problems.push_back(
        {.path = read.error().field, .code = read.error().code, .message = read.error().message});
  }
}

}  // namespace

bool is_change(std::string_view path) {
  std::vector<std::string_view> folders = split(path, '/');
  folders.pop_back();
  return std::find(folders.begin(), folders.end(), changes_folder) != folders.end();
}

Workspace read_workspace(const std::vector<ScenarioFile>& files) {
  Workspace workspace;
  for (const ScenarioFile& file : files) {
    workspace.files[file.path] = file.text;
    if (file.path.ends_with(".scenario")) workspace.scenarios.push_back(file);
    if (!is_definition(file.path) || is_change(file.path)) continue;
    const auto number = static_cast<std::uint32_t>(workspace.sources.size() + 1);
    workspace.sources.push_back({.path = file.path, .text = file.text, .number = number});
  }
  reaction::Rules::Compiled compiled = reaction::Rules::compile(workspace.sources);
  workspace.rules = std::move(compiled.rules);
  workspace.problems = std::move(compiled.problems);
  read_catalogs(files, workspace);
  return workspace;
}

Result<std::unique_ptr<Stage>> make_world(const Workspace& workspace, Timestamp start) {
  std::unique_ptr<Stage> world = std::make_unique<World>(
      workspace.rules,
      WorldSettings{.start = start,
                    .contact_key = contacts::contact_key(stage_master_key),
                    .sources = workspace.sources,
                    .keeps_log = true,
                    .catalogs = std::make_shared<catalogs::Table>(workspace.catalogs)});
  return world;
}

ScenarioReport run_scenario(const Workspace& workspace, std::string_view text,
                            const StageMaker& make_stage, const StageVisitor& visit) {
  ScenarioReport report;
  const ParsedScenario scenario = parse_scenario(text);
  for (const SyntaxError& error : scenario.errors) {
    report.failures.push_back({error.line, error.column, error.message});
  }
  check_references(workspace, scenario, report);
  if (!report.passed()) return report;
  Run(workspace, make_stage, visit, report).run(scenario.lines);
  return report;
}

bool ScenarioReports::passed() const {
  return problems.empty() && std::all_of(scenarios.begin(), scenarios.end(),
                                         [](const auto& each) { return each.passed(); });
}

ScenarioReports run_scenarios(const std::vector<ScenarioFile>& files) {
  Workspace workspace = read_workspace(files);
  ScenarioReports reports;
  reports.problems = std::move(workspace.problems);
  if (!reports.problems.empty()) return reports;
  for (const ScenarioFile& scenario : workspace.scenarios) {
    ScenarioReport report = run_scenario(workspace, scenario.text);
    report.path = scenario.path;
    reports.scenarios.push_back(std::move(report));
  }
  return reports;
}

}  // namespace sojourn::simulation
