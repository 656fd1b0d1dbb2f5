#pragma once

/// Members of what a server answered, as commands print them.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/value.h"

namespace sojourn::cli {

/// Null where there is no such text.
[[nodiscard]] const std::string* text_member(const Value& value, std::string_view name);
/// Empty where there is no such list.
[[nodiscard]] const Value::List& list_member(const Value& value, std::string_view name);
/// 0 where there is no such number.
[[nodiscard]] std::int64_t number_member(const Value& value, std::string_view name);
/// Empty where there is no such text.
[[nodiscard]] std::string shown(const Value& value, std::string_view name);
[[nodiscard]] bool is_true(const Value& value, std::string_view name);

}  // namespace sojourn::cli
