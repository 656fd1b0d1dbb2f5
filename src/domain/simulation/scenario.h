#pragma once

/// Scenario tests: what users write to say how their journeys are to behave, run on the engine
/// itself with a time that stands still until the scenario moves it (PRODUCT 6).
///
/// The language is described in docs/reference/scenarios.md, its grammar is scenario_text.h.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogs/table.h"
#include "domain/reaction/rules.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// Where a scenario without `at` begins, in the workspace's time zone: a Monday morning in winter.
inline constexpr std::string_view scenario_start = "2026-01-05T09:00";

/// Definitions in a folder of this name are not in force from the beginning: scenarios publish
/// them.
inline constexpr std::string_view changes_folder = "changes";
/// True for a file, relative to its workspace, in such a folder.
[[nodiscard]] bool is_change(std::string_view path);

struct ScenarioFailure {
  int line = 0;    ///< from 1
  int column = 0;  ///< from 1
  /// What is wrong: with the line, or with what came of it.
  std::string message;
  /// The expectation that is not met, without `expect`; empty where it is something else.
  std::string expected = {};
  /// What there is instead, in the words of expectations, the nearest first.
  std::vector<std::string> instead = {};
  /// The last action before it: `line 9: wait 3d`; empty where there was none.
  std::string since = {};
  /// What did happen since then, in these words, each behind its instant; empty: nothing.
  std::vector<std::string> happened = {};
  std::string zone = {};  ///< of these instants
};

struct ScenarioReport {
  std::string path;
  int expectations = 0;  ///< that were checked
  std::vector<ScenarioFailure> failures;

  [[nodiscard]] bool passed() const { return failures.empty(); }
};

struct ScenarioFile {
  std::string path;
  std::string text;
};

/// A workspace's folder, compiled.
struct Workspace {
  std::shared_ptr<const reaction::Rules> rules;
  std::vector<reaction::DefinitionSource> sources;  ///< of the rules
  std::map<std::string, std::string> files;         ///< every file by path, for `publish`
  std::vector<ScenarioFile> scenarios;              ///< in the order of the files
  std::vector<catalogs::FolderCatalog> catalogs;    ///< with the items that stand beside them
  /// Of the definitions; where there are any, the rules are not to be used.
  std::vector<reaction::Problem> problems;
};

/// Compiles the definitions among the files (`.yaml`, `.yml`) together, those in `changes` folders
/// aside, and finds every `.scenario`, and the items beside catalogs. Other files are left alone.
[[nodiscard]] Workspace read_workspace(const std::vector<ScenarioFile>& files);

/// Makes the stage for one scenario, at the time at which it begins.
using StageMaker =
    std::function<Result<std::unique_ptr<Stage>>(const Workspace& workspace, Timestamp start)>;
/// A world in memory.
[[nodiscard]] Result<std::unique_ptr<Stage>> make_world(const Workspace& workspace,
                                                        Timestamp start);

/// Called with the stage after every action that was done, with its line.
using StageVisitor = std::function<void(const Stage&, int line)>;

/// Runs one scenario. All expectations are checked; an action that cannot be done ends the run.
[[nodiscard]] ScenarioReport run_scenario(const Workspace& workspace, std::string_view text,
                                          const StageMaker& make_stage = make_world,
                                          const StageVisitor& visit = nullptr);

/// What became of a workspace's folder.
struct ScenarioReports {
  /// Of the definitions; where there are any, no scenario was run.
  std::vector<reaction::Problem> problems;
  std::vector<ScenarioReport> scenarios;  ///< in the order of the files

  [[nodiscard]] bool passed() const;
};

/// Reads the workspace and runs every scenario, each in a world of its own.
[[nodiscard]] ScenarioReports run_scenarios(const std::vector<ScenarioFile>& files);

enum class Colour { yes, no };

/// For each failure its place, what was expected beside what there is, and what led to it. Empty
/// where the report has none.
[[nodiscard]] std::string describe_failures(const ScenarioReport& report,
                                            Colour colour = Colour::no);

}  // namespace sojourn::simulation
