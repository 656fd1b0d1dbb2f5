#include "api/endpoints/condition_input.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/problem.h"
#include "base/text.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::api {
namespace {

/// Segments and lists by key, else by the one name that fits in any case.
class DefinedNames final : public segments::Names {
 public:
  explicit DefinedNames(const reaction::Rules& rules) : rules_(rules) {}

  std::optional<std::string> segment(std::string_view reference) const override {
    if (rules_.segment(reference) != nullptr) return std::string(reference);
    std::optional<std::string> found;
    for (const reaction::SegmentRule& rule : rules_.segments()) {
      if (!is_name(rule.segment.name, reference)) continue;
      if (found) return std::nullopt;
      found = rule.segment.key;
    }
    return found;
  }
  std::optional<std::string> list(std::string_view reference) const override {
    if (rules_.list(reference) != nullptr) return std::string(reference);
    std::optional<std::string> found;
    for (const reaction::ListRule& rule : rules_.lists()) {
      if (!is_name(rule.list.name, reference)) continue;
      if (found) return std::nullopt;
      found = rule.list.key;
    }
    return found;
  }

 private:
  static bool is_name(std::string_view name, std::string_view reference) {
    return to_lower_ascii(name) == to_lower_ascii(reference);
  }
  const reaction::Rules& rules_;
};

Error unknown(std::string_view kind, std::string_view name) {
  return {.code = "bad_condition",
          .message = fmt::format("where names the {} {}, which there is not", kind, name),
          .field = "where",
          .value = std::string(name)};
}

/// The first name in the condition that nothing has.
std::optional<Error> find_unknown(const segments::Reads& reads, const reaction::Rules& rules) {
  for (const std::string& key : reads.segments) {
    if (rules.segment(std::string_view(key)) == nullptr) return unknown("segment", key);
  }
  for (const std::string& key : reads.lists) {
    if (rules.list(std::string_view(key)) == nullptr) return unknown("list", key);
  }
  for (const std::string& key : reads.scores) {
    if (rules.score(std::string_view(key)) == nullptr) return unknown("score", key);
  }
  for (const std::string& key : reads.grades) {
    if (rules.grade(key) == nullptr) return unknown("grade", key);
  }
  for (const segments::Reads::Threshold& read : reads.thresholds) {
    const auto& thresholds = rules.score(std::string_view(read.score))->score.thresholds;
    const bool known =
        std::any_of(thresholds.begin(), thresholds.end(),
                    [&](const scoring::Threshold& each) { return each.key == read.threshold; });
    if (!known) return unknown("threshold", read.threshold);
  }
  return std::nullopt;
}

}  // namespace

Result<segments::Condition> read_where(const Object& body, const reaction::Rules& rules) {
  const Value* where = body.find("where");
  if (where == nullptr || where->is_null()) {
    return failure({.code = "missing_field", .message = "where is missing", .field = "where"});
  }
  TRY(condition, segments::read_condition(*where, "where"));
  segments::bind(condition, rules.zone(), DefinedNames(rules));
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  if (std::optional<Error> error = find_unknown(reads, rules)) return failure(std::move(*error));
  return condition;
}

net::Response condition_problem(const Error& error) {
  // The readers have more codes than callers need to tell apart: `field` says where it is.
  Error shown = error;
  if (shown.code != "missing_field") shown.code = "bad_condition";
  ProblemOptions options;
  const std::size_t colon = error.value.find(':');
  if (error.code == "bad_condition" && colon != std::string::npos) {
    options.members = fmt::format("\"line\":{},\"column\":{}", error.value.substr(0, colon),
                                  error.value.substr(colon + 1));
  }
  return problem(shown, options);
}

}  // namespace sojourn::api
