#pragma once

/// The codes of problems that definitions may have, with what causes each and what cures it.
/// docs/reference/problems.md shows the same list.

#include <span>
#include <string_view>

namespace sojourn::reaction {

struct ProblemCode {
  std::string_view code;
  std::string_view cause;
  std::string_view cure;
};

/// Sorted by code.
[[nodiscard]] std::span<const ProblemCode> problem_codes();

}  // namespace sojourn::reaction
