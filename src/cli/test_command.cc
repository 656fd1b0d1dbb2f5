#include "cli/test_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/catalog_files.h"
#include "cli/folder_watch.h"
#include "cli/workspace_folder.h"
#include "domain/simulation/scenario.h"

namespace sojourn::cli {
namespace {

namespace fs = std::filesystem;

using simulation::Colour;

bool is_terminal() {
  return isatty(STDOUT_FILENO) == 1;
}

/// Colour is for people who look at it and have not asked for none (no-color.org).
Colour colour_of_output() {
  const char* no_color = std::getenv("NO_COLOR");
  const bool unwanted = no_color != nullptr && *no_color != '\0';
  return is_terminal() && !unwanted ? Colour::yes : Colour::no;
}

/// The path within the folder: what was written, or, where no file of the folder is called so, that
/// of the same file seen from here or from the root.
std::string within(const fs::path& folder, const std::string& written) {
  std::error_code none;
  const fs::path path = fs::path(written).lexically_normal();
  const bool stays_inside = path.is_relative() && !path.empty() && *path.begin() != "..";
  if (stays_inside && fs::exists(folder / path, none)) return path.string();
  return fs::proximate(written, folder, none).string();
}

/// Leaves the scenarios that were asked for; false where one of them is not there.
bool choose(const TestFlags& flags, simulation::Workspace& workspace) {
  std::vector<simulation::ScenarioFile> chosen;
  for (const std::string& written : flags.files) {
    const std::string path = within(flags.folder, written);
    const auto found = std::find_if(workspace.scenarios.begin(), workspace.scenarios.end(),
                                    [&](const auto& each) { return each.path == path; });
    if (found == workspace.scenarios.end()) {
      fmt::print(stderr, "sojourn: there is no scenario {} in {}\n", written, flags.folder);
      return false;
    }
    chosen.push_back(*found);
  }
  if (!chosen.empty()) workspace.scenarios = std::move(chosen);
  return true;
}

int run_once(const TestFlags& flags) {
  const Result<std::vector<runtime::DefinitionFile>> files = read_workspace_folder(flags.folder);
  if (!files) {
    fmt::print(stderr, "sojourn: {}\n", files.error().message);
    return 1;
  }
  std::vector<simulation::ScenarioFile> inputs;
  for (const runtime::DefinitionFile& file : *files) inputs.push_back({file.path, file.text});
  Result<std::vector<catalogs::FolderFile>> items = item_files(flags.folder, *files);
  if (!items) {
    fmt::print(stderr, "sojourn: {}\n", items.error().message);
    return 1;
  }
  for (catalogs::FolderFile& file : *items) {
    inputs.push_back({std::move(file.path), std::move(file.text)});
  }
  simulation::Workspace workspace = simulation::read_workspace(inputs);
  for (const reaction::Problem& problem : workspace.problems) {
    fmt::print("{}:{}: {} [{}]\n", problem.path, problem.line, problem.message, problem.code);
  }
  if (!choose(flags, workspace)) return 1;
  std::size_t passed = 0;
  std::size_t failed = workspace.problems.size();
  if (failed == 0) {
    for (const simulation::ScenarioFile& scenario : workspace.scenarios) {
      simulation::ScenarioReport report = simulation::run_scenario(workspace, scenario.text);
      report.path = scenario.path;
      ++(report.passed() ? passed : failed);
      fmt::print("{}", simulation::describe_failures(report, colour_of_output()));
      if (flags.quiet || !report.passed()) continue;
      fmt::print("{}: {} expectations met\n", report.path, report.expectations);
    }
  }
  if (passed + failed == 0) fmt::print("there is no .scenario file in {}\n", flags.folder);
  fmt::print("{} passed, {} failed\n", passed, failed);
  std::fflush(stdout);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace

int test(const TestFlags& flags) {
  if (!flags.watch) return run_once(flags);
  while (true) {
    // From before the run: what changes meanwhile is run again.
    const Result<FolderWatch> watch = FolderWatch::create(flags.folder);
    if (!watch) {
      fmt::print(stderr, "sojourn: {}\n", watch.error().message);
      return 1;
    }
    // ECMA-48: erase the page, cursor to its beginning.
    if (is_terminal()) fmt::print("\x1b[2J\x1b[H");
    run_once(flags);
    if (const Result<void> changed = watch->wait(); !changed) {
      fmt::print(stderr, "sojourn: {}\n", changed.error().message);
      return 1;
    }
  }
}

}  // namespace sojourn::cli
