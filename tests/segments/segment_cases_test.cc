// The tables of *.cases, and those in docs/reference/segments.md, run on the engine.
//
//   contact TRAITS          somebody new, with these traits from the beginning; nothing is defined
//   define DEFINITION       another definition, for this contact
//   event TIME NAME PROPS   something that the contact did; PROPS may be left out
//   at TIME                 when the lines below are asked
//   yes CONDITION           the contact is in a segment of this condition
//   no CONDITION            it is not
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "domain/simulation/segment_eval.h"

namespace sojourn::simulation {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The first word of a line, and the rest.
std::pair<std::string, std::string> command_of(const std::string& line) {
  const std::size_t end = line.find(' ');
  if (end == std::string::npos) return {line, ""};
  const std::size_t rest = line.find_first_not_of(' ', end);
  return {line.substr(0, end), rest == std::string::npos ? "" : line.substr(rest)};
}

class Table {
 public:
  explicit Table(std::string name) : name_(std::move(name)) {}

  void run(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    for (line_ = 1; std::getline(lines, line); ++line_) {
      if (line.empty() || line.front() == '#') continue;
      const auto [command, rest] = command_of(line);
      obey(command, rest);
    }
  }

  [[nodiscard]] int cases() const { return cases_; }

 private:
  void obey(const std::string& command, const std::string& rest) {
    if (command == "contact") return begin(rest);
    if (command == "define") return define(rest);
    if (command == "event") return happen(rest);
    if (command == "at") {
      at_ = parse_timestamp(rest).value();
    } else if (command == "yes" || command == "no") {
      ask(rest, command == "yes");
    } else {
      ADD_FAILURE() << place() << "unknown command " << command;
    }
  }

  void begin(const std::string& traits) {
    events_.clear();
    definitions_.clear();
    events::Event contact;
    contact.type = events::EventType::identify;
    contact.name = "Contact Identified";
    contact.user_id = "ana";
    contact.message_id = "contact";
    contact.traits = *json(traits).as_object();
    contact.at = contact.received_at = Timestamp{0};
    events_.push_back(std::move(contact));
  }

  void define(const std::string& definition) { definitions_.push_back(json(definition)); }

  void happen(const std::string& rest) {
    const auto [time, subject] = command_of(rest);
    const bool quoted = subject.front() == '"';
    const std::size_t end = quoted ? subject.find('"', 1) : subject.find(' ');
    events::Event event;
    event.name = quoted ? subject.substr(1, end - 1) : subject.substr(0, end);
    const std::size_t properties = subject.find('{');
    if (properties != std::string::npos) {
      event.properties = *json(subject.substr(properties)).as_object();
    }
    event.user_id = "ana";
    event.message_id = fmt::format("e{}", events_.size());
    event.at = event.received_at = parse_timestamp(time).value();
    events_.push_back(std::move(event));
  }

  void ask(const std::string& condition, bool expected) {
    ++cases_;
    Value::List file = definitions_;
    file.push_back(Object{{"key", "asked"}, {"where", condition}});
    const DefinitionFile definitions = read_definition_file(name_, to_json(file), "UTC");
    for (const reaction::Problem& problem : definitions.problems) {
      ADD_FAILURE() << place() << problem.message;
    }
    if (!definitions.problems.empty()) return;
    const auto members = members_at(definitions.rules, "asked", events_, at_);
    ASSERT_TRUE(members) << place() << members.error().message;
    EXPECT_EQ(!members->empty(), expected) << place() << condition;
  }

  Value json(const std::string& text) {
    Result<Value> value = parse_json(text);
    EXPECT_TRUE(value) << place() << text;
    return value ? std::move(*value) : Value(Object());
  }

  [[nodiscard]] std::string place() const {
    return fmt::format("{}:{} at {}: ", name_, line_, format_timestamp(at_));
  }

  const std::string name_;
  int line_ = 0;
  int cases_ = 0;
  Timestamp at_;
  Value::List definitions_;
  std::vector<events::Event> events_;
};

TEST(SegmentCases, EveryOperatorAnswersAsTheTablesSay) {
  int cases = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(SOJOURN_SEGMENT_CASES)) {
    if (entry.path().extension() != ".cases") continue;
    Table table(entry.path().filename().string());
    table.run(text_of(entry.path()));
    EXPECT_GT(table.cases(), 0) << entry.path();
    cases += table.cases();
  }
  EXPECT_GE(cases, 300);
}

TEST(SegmentCases, TheReferenceSaysWhatHappens) {
  const std::string page = text_of(fs::path(SOJOURN_DOCS) / "reference/segments.md");
  constexpr std::string_view begin = "```cases\n";
  int blocks = 0;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    const std::size_t end = page.find("```", at);
    Table table(fmt::format("segments.md, block {}", ++blocks));
    table.run(page.substr(at, end - at));
    EXPECT_GT(table.cases(), 0) << blocks;
  }
  EXPECT_GE(blocks, 7);
}

}  // namespace
}  // namespace sojourn::simulation
