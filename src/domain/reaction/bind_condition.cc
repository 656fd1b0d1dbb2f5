#include "domain/reaction/bind_condition.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "domain/reaction/defined_names.h"
#include "domain/reaction/grade_names.h"

namespace sojourn::reaction {

Result<void> bind_condition(const Rules& rules, segments::Condition& condition) {
  segments::bind(condition, rules.zone(), DefinedNames(rules));
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  const auto check = [&](std::string_view kind, const std::vector<std::string>& keys,
                         auto is_known) -> Result<void> {
    for (const std::string& key : keys) {
      if (is_known(key)) continue;
      if (rules.set_aside(kind, key) != nullptr) {
        return failure({.code = "reads_set_aside",
                        .message = fmt::format("{} \"{}\" is set aside", kind, key),
                        .value = key});
      }
      return failure({.code = fmt::format("unknown_{}", kind),
                      .message = fmt::format("there is no {} \"{}\"", kind, key),
                      .value = key});
    }
    return {};
  };
  const auto is_segment = [&](std::string_view key) { return rules.segment(key) != nullptr; };
  const auto is_list = [&](std::string_view key) { return rules.list(key) != nullptr; };
  const auto is_score = [&](std::string_view key) { return rules.score(key) != nullptr; };
  const auto is_grade = [&](std::string_view key) { return rules.grade(key) != nullptr; };
  TRY_VOID(check("segment", reads.segments, is_segment));
  TRY_VOID(check("list", reads.lists, is_list));
  TRY_VOID(check("score", reads.scores, is_score));
  TRY_VOID(check("grade", reads.grades, is_grade));
  if (std::optional<Error> error = find_unknown_grade_name(condition, rules)) {
    return failure(std::move(*error));
  }
  return {};
}

}  // namespace sojourn::reaction
