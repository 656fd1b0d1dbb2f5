#pragma once

/// A condition: a tree of questions about one contact. Segments are conditions with a name;
/// branches, waits and exit rules of journeys use the same tree.
///
/// One tree has three written forms: JSON/YAML (here), words for people (describe), and the text
/// language of segments.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/facts/fact.h"
#include "domain/facts/filter.h"

namespace sojourn::segments {

struct Condition;

/// True where all parts are; with no parts: true.
struct AllOf {
  std::vector<Condition> parts;
};
/// True where at least one part is; with no parts: false.
struct AnyOf {
  std::vector<Condition> parts;
};
struct Not {
  std::vector<Condition> part;  ///< exactly one
};

/// An attribute of the contact passes a filter.
struct AttributeIs {
  facts::Filter filter;
};

enum class Comparison : std::uint8_t { at_least, at_most, exactly };

/// The contact did something so many times, within the last `within` (absent: ever).
struct Did {
  facts::EventMatch match;
  Comparison comparison = Comparison::at_least;
  int times = 1;
  std::optional<Duration> within;
  facts::FactId fact;  ///< fact_id(match), kept because questions are asked often
};

struct InSegment {
  std::string segment;
};

/// A score's present value is at least `value`; or, with `threshold`, the threshold is crossed.
struct ScoreIs {
  std::string score;
  double at_least = 0;
  std::string threshold;  ///< empty: compare with `at_least`
};

struct Condition {
  using Node = std::variant<AllOf, AnyOf, Not, AttributeIs, Did, InSegment, ScoreIs>;
  Node node;
};

bool operator==(const Condition& a, const Condition& b);

/// Conditions nest at most so deep, and hold at most so many questions.
inline constexpr int condition_depth_max = 10;
inline constexpr int condition_parts_max = 200;

/// Forms: `{all: [...]}`, `{any: [...]}`, `{not: {...}}`, `{attribute: country, is: DE}`,
/// `{did: {event, where, at_least|at_most|exactly, within}}`, `{segment: key}`,
/// `{score: key, at_least: 50}` or `{score: key, threshold: hot}`.
[[nodiscard]] Result<Condition> read_condition(const Value& value, const std::string& path);
[[nodiscard]] Value write_condition(const Condition& condition);

/// In words: `viewed … at least 2 times in the last 7d and country is "DE"`.
[[nodiscard]] std::string describe(const Condition& condition);

/// What the condition reads; rules are indexed by it.
struct Reads {
  struct Threshold {
    std::string score;
    std::string threshold;
  };
  std::vector<std::string> attributes;  ///< first part of the path
  std::vector<facts::FactDefinition> facts;
  std::vector<std::string> segments;
  std::vector<std::string> scores;
  std::vector<Threshold> thresholds;  ///< their scores stand in `scores` too
};
void collect_reads(const Condition& condition, Reads& reads);

}  // namespace sojourn::segments
