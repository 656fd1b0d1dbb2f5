#include "api/endpoints/condition_input.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/problem.h"
#include "base/json.h"
#include "domain/reaction/bind_condition.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::api {
namespace {

/// The first threshold in the condition that its score does not have.
std::optional<Error> find_unknown_threshold(const segments::Condition& condition,
                                            const reaction::Rules& rules) {
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  for (const segments::Reads::Threshold& read : reads.thresholds) {
    const auto& thresholds = rules.score(std::string_view(read.score))->score.thresholds;
    const bool known =
        std::any_of(thresholds.begin(), thresholds.end(),
                    [&](const scoring::Threshold& each) { return each.key == read.threshold; });
    if (known) continue;
    return Error{.code = "unknown_threshold",
                 .message = fmt::format("score {} has no threshold {}", read.score, read.threshold),
                 .field = "where",
                 .value = read.threshold};
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
  TRY_VOID(reaction::bind_condition(rules, condition));
  if (std::optional<Error> error = find_unknown_threshold(condition, rules)) {
    return failure(std::move(*error));
  }
  return condition;
}

Result<segments::Condition> read_where_text(std::string_view where, const reaction::Rules& rules) {
  if (where.size() > where_bytes_max) {
    return failure({.code = "too_long",
                    .message = fmt::format("where has {} bytes, the limit is {}", where.size(),
                                           where_bytes_max),
                    .field = "where",
                    .value = std::to_string(where.size()),
                    .limit = std::to_string(where_bytes_max)});
  }
  if (!where.starts_with('{')) return read_where(Object{{"where", Value(where)}}, rules);
  TRY(value, parse_json(where));
  return read_where(Object{{"where", std::move(value)}}, rules);
}

net::Response condition_problem(const Error& error) {
  // The readers have more codes than callers need to tell apart: `field` says where it is.
  Error shown = error;
  if (shown.code != "missing_field") shown.code = "bad_condition";
  if (shown.field.empty()) shown.field = "where";
  ProblemOptions options;
  const std::size_t colon = error.value.find(':');
  if (error.code == "bad_condition" && colon != std::string::npos) {
    options.members = fmt::format("\"line\":{},\"column\":{}", error.value.substr(0, colon),
                                  error.value.substr(colon + 1));
  }
  return problem(shown, options);
}

}  // namespace sojourn::api
