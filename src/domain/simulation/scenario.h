#pragma once

/// Scenario tests: what users write to say how their journeys are to behave, run on the engine
/// itself with a time that stands still until the scenario moves it (PRODUCT 6).
///
/// The language is described in docs/reference/scenarios.md, its grammar is scenario_text.h.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/reaction/rules.h"

namespace sojourn::simulation {

/// Where a scenario without `at` begins, in the workspace's time zone: a Monday morning in winter.
inline constexpr std::string_view scenario_start = "2026-01-05T09:00";

struct ScenarioFailure {
  int line = 0;    ///< from 1
  int column = 0;  ///< from 1
  /// What was expected and did not happen, or what is wrong with the line.
  std::string message;
  /// What did happen since the last action, in the words of expectations, each with its instant.
  /// Empty for lines that were not run.
  std::vector<std::string> happened;
};

struct ScenarioReport {
  std::string path;
  int expectations = 0;  ///< that were checked
  std::vector<ScenarioFailure> failures;

  [[nodiscard]] bool passed() const { return failures.empty(); }
};

/// Runs one scenario. All expectations are checked; an action that cannot be done ends the run.
[[nodiscard]] ScenarioReport run_scenario(std::shared_ptr<const reaction::Rules> rules,
                                          std::string_view text);

struct ScenarioFile {
  std::string path;
  std::string text;
};

/// What became of a workspace's folder.
struct ScenarioReports {
  /// Of the definitions; where there are any, no scenario was run.
  std::vector<reaction::Problem> problems;
  std::vector<ScenarioReport> scenarios;  ///< in the order of the files

  [[nodiscard]] bool passed() const;
};

/// Compiles the definitions among the files (`.yaml`, `.yml`) together and runs every `.scenario`
/// on them, each in a world of its own. Other files are left alone.
[[nodiscard]] ScenarioReports run_scenarios(const std::vector<ScenarioFile>& files);

/// `pricing-page.scenario:12:8: expected: enter hot-leads` and what happened below it; one
/// paragraph a failure. Empty where the report has none.
[[nodiscard]] std::string describe_failures(const ScenarioReport& report);

}  // namespace sojourn::simulation
