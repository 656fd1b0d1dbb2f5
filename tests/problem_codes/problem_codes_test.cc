#include "domain/reaction/problem_codes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "domain/templates/checks/check.h"

namespace sojourn::reaction {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

const fs::path root = SOJOURN_ROOT;

TEST(ProblemCodes, AreSortedAndStandOnce) {
  const auto codes = problem_codes();
  for (std::size_t i = 1; i < codes.size(); ++i) EXPECT_LT(codes[i - 1].code, codes[i].code);
}

TEST(ProblemCodes, AreThoseOfTheirDocument) {
  std::string table;
  for (const ProblemCode& each : problem_codes()) {
    table += fmt::format("| `{}` | {} | {} |\n", each.code, each.cause, each.cure);
  }
  // Prettier pads tables: only the words count.
  const auto words = [](std::string text) {
    text = std::regex_replace(text, std::regex(" +"), " ");
    return text;
  };
  const std::string document = words(text_of(root / "docs/reference/problems.md"));
  std::string rest = document.substr(document.find("| `"));
  EXPECT_EQ(rest, words(table));
}

TEST(CheckCodes, AreThoseOfTheirDocument) {
  namespace checks = templates::checks;
  std::string table;
  for (const checks::CodeFacts& each : checks::codes()) {
    table += fmt::format("| `{}` | {} | {} | {} |\n", each.name,
                         each.level == checks::Level::error ? "error" : "warning", each.cause,
                         each.cure);
  }
  const auto words = [](std::string text) {
    return std::regex_replace(text, std::regex(" +"), " ");
  };
  const std::string document = words(text_of(root / "docs/reference/checks.md"));
  EXPECT_EQ(document.substr(document.find("| `")), words(table));
}

/// Codes that the readers of definitions use for what is no problem of a definition.
const std::set<std::string> others = {"already_winner",      "damaged_contact", "damaged_timeline",
                                      "missing_field",       "no_experiment",   "no_winner",
                                      "not_a_number",        "not_an_option",   "not_utf8",
                                      "wrong_campaign_state"};

TEST(ProblemCodes, CoverEveryCodeThatReadersOfDefinitionsGive) {
  std::set<std::string> known = others;
  for (const ProblemCode& each : problem_codes()) known.emplace(each.code);
  const std::regex use(R"re((?:refuse|failure|report|report_here)\(\s*"([a-z]+_[a-z_]+)")re"
                       R"re(|code = "([a-z]+_[a-z_]+)")re");
  std::size_t uses = 0;
  for (const char* folder : {"definitions", "facts", "segments", "scoring", "templates", "policies",
                             "campaigns", "forms", "journeys", "reaction"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / "src/domain" / folder)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".cc") || name.ends_with("_test.cc")) continue;
      const std::string text = text_of(entry.path());
      for (std::sregex_iterator match(text.begin(), text.end(), use), end; match != end; ++match) {
        const std::string code = (*match)[1].matched ? (*match)[1] : (*match)[2];
        EXPECT_TRUE(known.contains(code)) << name << " gives " << code;
        ++uses;
      }
    }
  }
  EXPECT_GT(uses, 50u);
}

}  // namespace
}  // namespace sojourn::reaction
