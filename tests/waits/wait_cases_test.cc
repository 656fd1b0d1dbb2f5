// The examples of docs/reference/waits.md, run on the engine.
//
//   zone ZONE, contact ATTRIBUTES, from TIME   whose wait it is, and when it begins
//   TIME TEXT                                  the wait ends, or the schedule occurs next, then
//   past TEXT                                  its date has passed: it ends where it begins
//   never TEXT                                 the schedule does not occur any more
//   refused TEXT                               it is neither a wait nor a schedule
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/calendar.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/journeys/recurrence.h"
#include "domain/journeys/wait_expression.h"

namespace sojourn::journeys {
namespace {

class Examples final : public WaitView {
 public:
  explicit Examples(int block) : block_(block) {}

  void run(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    for (line_ = 1; std::getline(lines, line); ++line_) {
      const std::size_t space = std::min(line.find(' '), line.size());
      obey(line.substr(0, space), std::string(trimmed(std::string_view(line).substr(space))));
    }
  }

  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] absl::TimeZone zone() const override { return zone_; }
  [[nodiscard]] const Value* attribute(std::string_view path) const override {
    return find_path(attributes_, path);
  }

 private:
  void obey(const std::string& command, const std::string& rest) {
    if (command == "zone") {
      zone_ = find_zone(rest).value();
    } else if (command == "from") {
      from_ = parse_timestamp(rest).value();
    } else if (command == "contact") {
      attributes_ = *parse_json(rest).value().as_object();
    } else {
      ++asked_;
      EXPECT_EQ(answer_to(rest), command)
          << fmt::format("block {}, line {}: {}", block_, line_, rest);
    }
  }

  [[nodiscard]] std::string answer_to(const std::string& text) const {
    if (const Result<Recurrence> schedule = parse_recurrence(text)) {
      const std::optional<Timestamp> next = next_after(*schedule, from_, zone_);
      return next ? instant_text(*next) : "never";
    }
    const Result<WaitExpression> wait = parse_wait(text);
    if (!wait) return "refused";
    const WaitEnd end = end_of(*wait, from_, *this);
    EXPECT_TRUE(!end.past || end.at == from_) << text;
    return end.past ? "past" : instant_text(end.at);
  }

  static std::string instant_text(Timestamp at) {
    const std::string text = format_timestamp(at);
    constexpr std::string_view whole = ".000Z";
    return text.ends_with(whole) ? text.substr(0, text.size() - whole.size()) + "Z" : text;
  }

  const int block_;
  int line_ = 0;
  int asked_ = 0;
  absl::TimeZone zone_ = absl::UTCTimeZone();
  Timestamp from_;
  Object attributes_;
};

TEST(WaitCases, TheReferenceSaysWhatHappens) {
  std::ostringstream text;
  text << std::ifstream(std::filesystem::path(SOJOURN_DOCS) / "reference/waits.md").rdbuf();
  const std::string page = text.str();
  constexpr std::string_view begin = "```cases\n";
  int blocks = 0;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    Examples examples(++blocks);
    examples.run(page.substr(at, page.find("```", at) - at));
    EXPECT_GT(examples.asked(), 0) << blocks;
  }
  EXPECT_GE(blocks, 7);
}

}  // namespace
}  // namespace sojourn::journeys
