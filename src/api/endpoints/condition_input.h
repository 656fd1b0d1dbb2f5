#pragma once

/// A condition as callers send it: the text of the language, or its JSON form.

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"
#include "net/http_message.h"

namespace sojourn::api {

/// The member `where`, bound by the rules in force. Errors: `missing_field`, those of the readers,
/// and `unknown_segment`, `unknown_list`, `unknown_score`, `unknown_grade`, `unknown_threshold` for
/// names that nothing has.
[[nodiscard]] Result<segments::Condition> read_where(const Object& body,
                                                     const reaction::Rules& rules);

/// The same of a condition that stands in an address: JSON where it begins with `{`, else text.
/// Error `too_long` besides.
[[nodiscard]] Result<segments::Condition> read_where_text(std::string_view where,
                                                          const reaction::Rules& rules);

/// Bytes of a condition in an address, which the head of a request must hold.
inline constexpr std::size_t where_bytes_max = 8 * 1024;

/// The problem of such an error: 422 `bad_condition` or its own code, with `line` and `column`
/// where the text could not be read.
[[nodiscard]] net::Response condition_problem(const Error& error);

}  // namespace sojourn::api
