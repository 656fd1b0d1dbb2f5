// Every workspace in the tree compiles, and its scenarios pass: in memory, on a fresh store of each
// kind, and on one whose process ends after every transaction. All of them tell the same story.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/log.h"
#include "domain/simulation/conservation.h"
#include "domain/simulation/outcome_text.h"
#include "domain/simulation/scenario.h"
#include "domain/simulation/scenario_text.h"
#include "scenarios/runtime_stage.h"

namespace sojourn::scenarios {
namespace {

namespace fs = std::filesystem;

using simulation::ScenarioFile;
using simulation::ScenarioReport;
using simulation::Stage;
using simulation::StageMaker;
using simulation::Workspace;

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

/// The pictures among the files: on a real store an asset is published after its picture.
std::vector<std::string> pictures_in(const std::vector<ScenarioFile>& files) {
  std::vector<std::string> pictures;
  for (const ScenarioFile& file : files) {
    const std::string ending = fs::path(file.path).extension().string();
    if (ending == ".png" || ending == ".jpg" || ending == ".gif" || ending == ".webp") {
      pictures.push_back(file.text);
    }
  }
  return pictures;
}

struct Manner {
  std::string_view name;
  std::optional<Crashes> crashes;  ///< absent: in memory
  Database database = Database::sqlite;
};

constexpr Manner in_memory = {"in memory", std::nullopt};
constexpr Manner on_the_store = {"on the store", Crashes::none};
constexpr Manner on_postgres = {"on PostgreSQL", Crashes::none, Database::postgres};
constexpr Manner crashing = {"with a crash after every transaction",
                             Crashes::after_each_transaction};
constexpr Manner crashing_on_postgres = {"on PostgreSQL with a crash after every transaction",
                                         Crashes::after_each_transaction, Database::postgres};

StageMaker maker_of(const Manner& manner, const std::vector<std::string>& pictures) {
  if (!manner.crashes) return simulation::make_world;
  if (*manner.crashes != Crashes::none) {
    // What a process complains of when its disk is taken away is no news.
    log::set_sink([](log::Level, std::string_view) {});
  }
  return [&pictures, manner](const Workspace& workspace, Timestamp start) {
    return RuntimeStage::create(workspace, pictures, start, *manner.crashes, manner.database);
  };
}

/// Everything that happened, without the order of what happened at one instant to several people.
std::vector<std::string> story_of(const Stage& stage) {
  const simulation::WallClock clock(stage.rules().policies().time_zone);
  std::vector<std::string> story;
  for (const simulation::Outcome& outcome : stage.outcomes()) {
    story.push_back(simulation::describe_happening(stage, outcome, clock));
  }
  std::sort(story.begin(), story.end());
  return story;
}

/// What the one has and the other has not, a line each.
std::string difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> only_a;
  std::vector<std::string> only_b;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only_a));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(only_b));
  std::string text;
  for (const std::string& line : only_a) text += fmt::format("  - {}\n", line);
  for (const std::string& line : only_b) text += fmt::format("  + {}\n", line);
  return text;
}

/// After every action: nobody is lost, and no mail arrived twice (invariants 8 and 11).
void check_step(const Stage& stage, const std::string& place) {
  for (const reaction::JourneyRule& rule : stage.rules().journeys()) {
    for (const std::string& gap : simulation::uncounted(stage, rule.journey.key)) {
      ADD_FAILURE() << place << ": counts do not add up: " << gap;
    }
  }
  for (const reaction::CampaignRule& rule : stage.rules().campaigns()) {
    for (const std::string& gap : simulation::uncounted_of_campaign(stage, rule.campaign.key)) {
      ADD_FAILURE() << place << ": " << rule.campaign.key << " does not add up: " << gap;
    }
  }
  const auto* real = dynamic_cast<const RuntimeStage*>(&stage);
  if (real == nullptr) return;
  for (const std::string& id : real->doubled()) {
    ADD_FAILURE() << place << ": the mail " << id << " arrived twice";
  }
}

struct Played {
  bool passed = false;
  std::vector<std::string> story;
};

Played play(const Workspace& workspace, const std::vector<std::string>& pictures,
            const ScenarioFile& scenario, const Manner& manner, const std::string& place) {
  const std::string here = fmt::format("{} ({})", place, manner.name);
  Played played;
  ScenarioReport report = simulation::run_scenario(
      workspace, scenario.text, maker_of(manner, pictures), [&](const Stage& stage, int line) {
        check_step(stage, fmt::format("{}, line {}", here, line));
        played.story = story_of(stage);
      });
  report.path = here;
  played.passed = report.passed();
  EXPECT_TRUE(report.passed()) << describe_failures(report);
  EXPECT_GT(report.expectations, 0) << here;
  return played;
}

/// In memory first, and then in this manner.
void play_in_both(const Workspace& workspace, const std::vector<std::string>& pictures,
                  const ScenarioFile& scenario, const Manner& manner, const std::string& place) {
  const Played first = play(workspace, pictures, scenario, in_memory, place);
  const Played second = play(workspace, pictures, scenario, manner, place);
  EXPECT_EQ(first.story, second.story) << place << " tells another story " << manner.name << ":\n"
                                       << difference(first.story, second.story);
}

void expect_passes(const fs::path& folder, const Manner& manner) {
  const std::vector<ScenarioFile> files = files_in(folder);
  const std::vector<std::string> pictures = pictures_in(files);
  const Workspace workspace = simulation::read_workspace(files);
  for (const reaction::Problem& problem : workspace.problems) {
    ADD_FAILURE() << folder.string() << "/" << problem.path << ":" << problem.line << ": "
                  << problem.code << ": " << problem.message;
  }
  if (!workspace.problems.empty()) return;
  for (const ScenarioFile& scenario : workspace.scenarios) {
    play_in_both(workspace, pictures, scenario, manner,
                 (folder.filename() / scenario.path).string());
  }
}

void expect_all_pass(std::string_view parent, const Manner& manner) {
  const auto folders = workspaces_in(fs::path(SOJOURN_SOURCE_FOLDER) / parent);
  ASSERT_FALSE(folders.empty());
  for (const fs::path& folder : folders) expect_passes(folder, manner);
}

TEST(Workspaces, EveryExampleDoesWhatItsScenariosSay) {
  expect_all_pass("examples", on_the_store);
}

TEST(Workspaces, EveryScenarioOfTheTestsPasses) {
  expect_all_pass("tests/scenarios", on_the_store);
}

TEST(Workspaces, ThoseOfTheEndToEndTestsCompile) {
  expect_all_pass("tests/e2e/workspaces", on_the_store);
}

TEST(OnPostgres, EveryExampleDoesWhatItsScenariosSay) {
  expect_all_pass("examples", on_postgres);
}

TEST(OnPostgres, EveryScenarioOfTheTestsPasses) {
  expect_all_pass("tests/scenarios", on_postgres);
}

TEST(OnPostgres, ThoseOfTheEndToEndTestsCompile) {
  expect_all_pass("tests/e2e/workspaces", on_postgres);
}

TEST(CrashOnPostgres, LosesAndDoublesNothingOfTheExamples) {
  expect_all_pass("examples", crashing_on_postgres);
}

TEST(CrashOnPostgres, LosesAndDoublesNothingOfTheTests) {
  expect_all_pass("tests/scenarios", crashing_on_postgres);
}

TEST(CrashAfterEveryTransaction, LosesAndDoublesNothingOfTheExamples) {
  expect_all_pass("examples", crashing);
}

TEST(CrashAfterEveryTransaction, LosesAndDoublesNothingOfTheTests) {
  expect_all_pass("tests/scenarios", crashing);
}

/// The examples of the language's reference: blocks marked `scenario`.
std::vector<ScenarioFile> examples_of_reference() {
  std::ostringstream text;
  text << std::ifstream(fs::path(SOJOURN_SOURCE_FOLDER) / "docs/reference/scenarios.md").rdbuf();
  const std::string page = text.str();
  constexpr std::string_view begin = "```scenario\n";
  std::vector<ScenarioFile> examples;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    const auto line =
        std::count(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    examples.push_back({fmt::format("scenarios.md, below line {}", line),
                        page.substr(at, page.find("```", at) - at)});
  }
  return examples;
}

/// The words that the parser lists where it knows none of a line.
std::vector<std::string> known_words(std::string_view line) {
  const std::string message = simulation::parse_scenario(line).errors.front().message;
  std::istringstream list(message.substr(message.find(": ") + 2));
  std::vector<std::string> words;
  for (std::string word; list >> word;) {
    if (word.ends_with(',')) word.pop_back();
    if (word != "or") words.push_back(word);
  }
  return words;
}

void expect_examples_pass(const Manner& manner) {
  const fs::path folder = fs::path(SOJOURN_SOURCE_FOLDER) / "tests/scenarios/reference";
  const Workspace workspace = simulation::read_workspace(files_in(folder));
  ASSERT_TRUE(workspace.problems.empty()) << workspace.problems.front().message;
  for (const ScenarioFile& example : examples_of_reference()) {
    play_in_both(workspace, {}, example, manner, example.path);
  }
}

TEST(Reference, ItsExamplesPass) {
  expect_examples_pass(on_the_store);
}

TEST(CrashAfterEveryTransaction, LosesAndDoublesNothingOfTheReference) {
  expect_examples_pass(crashing);
}

TEST(Reference, HasAnExampleOfEveryCommandAndExpectation) {
  std::string lines;
  for (const ScenarioFile& example : examples_of_reference()) {
    std::istringstream text(example.text);
    for (std::string word, line; std::getline(text, line);) {
      std::istringstream words(line);
      while (words >> word) lines += word + " ";
      lines += "\n";
    }
  }
  for (const std::string& word : known_words("jump")) {
    EXPECT_NE(("\n" + lines).find("\n" + word + " "), std::string::npos) << word;
  }
  for (const std::string& word : known_words("expect jump")) {
    EXPECT_NE(lines.find("expect " + word + " "), std::string::npos) << "expect " << word;
  }
}

}  // namespace
}  // namespace sojourn::scenarios
