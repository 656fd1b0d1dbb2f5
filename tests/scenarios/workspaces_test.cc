// Every workspace in the tree compiles, and its scenarios pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "domain/simulation/scenario.h"

namespace sojourn::simulation {
namespace {

namespace fs = std::filesystem;

std::vector<ScenarioFile> files_in(const fs::path& folder) {
  std::vector<ScenarioFile> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    files.push_back({fs::relative(entry.path(), folder).string(), text.str()});
  }
  std::sort(files.begin(), files.end(),
            [](const ScenarioFile& a, const ScenarioFile& b) { return a.path < b.path; });
  return files;
}

/// The folders below `parent` that hold a workspace each.
std::vector<fs::path> workspaces_in(const fs::path& parent) {
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

void expect_passes(const fs::path& folder) {
  const ScenarioReports reports = run_scenarios(files_in(folder));
  for (const reaction::Problem& problem : reports.problems) {
    ADD_FAILURE() << folder.string() << "/" << problem.path << ":" << problem.line << ": "
                  << problem.code << ": " << problem.message;
  }
  for (const ScenarioReport& report : reports.scenarios) {
    EXPECT_TRUE(report.passed()) << folder.string() << "/" << describe_failures(report);
  }
}

TEST(Workspaces, EveryExampleDoesWhatItsScenariosSay) {
  const auto folders = workspaces_in(fs::path(SOJOURN_SOURCE_FOLDER) / "examples");
  ASSERT_FALSE(folders.empty());
  for (const fs::path& folder : folders) expect_passes(folder);
}

TEST(Workspaces, EveryScenarioOfTheTestsPasses) {
  const auto folders = workspaces_in(fs::path(SOJOURN_SOURCE_FOLDER) / "tests/scenarios");
  ASSERT_FALSE(folders.empty());
  for (const fs::path& folder : folders) expect_passes(folder);
}

TEST(Workspaces, ThoseOfTheEndToEndTestsCompile) {
  const auto folders = workspaces_in(fs::path(SOJOURN_SOURCE_FOLDER) / "tests/e2e/workspaces");
  ASSERT_FALSE(folders.empty());
  for (const fs::path& folder : folders) expect_passes(folder);
}

TEST(Workspaces, TheStoryIsTheSameEveryTime) {
  const auto files = files_in(fs::path(SOJOURN_SOURCE_FOLDER) / "examples/pricing-page");
  const ScenarioReports first = run_scenarios(files);
  const ScenarioReports second = run_scenarios(files);
  ASSERT_EQ(first.scenarios.size(), second.scenarios.size());
  for (std::size_t i = 0; i < first.scenarios.size(); ++i) {
    EXPECT_GT(first.scenarios[i].expectations, 0) << first.scenarios[i].path;
    EXPECT_EQ(describe_failures(first.scenarios[i]), describe_failures(second.scenarios[i]));
  }
}

}  // namespace
}  // namespace sojourn::simulation
