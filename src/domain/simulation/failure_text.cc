// Failures for people: what was expected beside what there is, and what led to it.
#include <fmt/format.h>

#include "domain/simulation/scenario.h"

namespace sojourn::simulation {
namespace {

/// ECMA-48 "select graphic rendition", as terminals know it.
struct Paint {
  std::string_view on;
  std::string_view off;
};
constexpr std::string_view reset = "\x1b[0m";

Paint paint(Colour colour, std::string_view code) {
  return colour == Colour::yes ? Paint{code, reset} : Paint{"", ""};
}

std::string describe(const ScenarioFailure& failure, Colour colour) {
  const Paint red = paint(colour, "\x1b[31m");
  const Paint green = paint(colour, "\x1b[32m");
  const Paint dim = paint(colour, "\x1b[2m");
  std::string text;
  if (!failure.expected.empty()) {
    text += fmt::format("  {}- {}{}\n", red.on, failure.expected, red.off);
    if (failure.instead.empty()) {
      text += fmt::format("  {}+ nothing of the kind{}\n", green.on, green.off);
    }
    for (const std::string& line : failure.instead) {
      text += fmt::format("  {}+ {}{}\n", green.on, line, green.off);
    }
  }
  if (failure.since.empty()) return text;
  text +=
      fmt::format("  {}since {} (times of {}){}\n", dim.on, failure.since, failure.zone, dim.off);
  if (failure.happened.empty()) text += fmt::format("    {}nothing{}\n", dim.on, dim.off);
  for (const std::string& line : failure.happened) {
    text += fmt::format("    {}{}{}\n", dim.on, line, dim.off);
  }
  return text;
}

}  // namespace

std::string describe_failures(const ScenarioReport& report, Colour colour) {
  const Paint bold = paint(colour, "\x1b[1m");
  std::string text;
  for (const ScenarioFailure& failure : report.failures) {
    text += fmt::format("{}{}:{}:{}: {}{}\n", bold.on, report.path, failure.line, failure.column,
                        failure.message, bold.off);
    text += describe(failure, colour);
  }
  return text;
}

}  // namespace sojourn::simulation
