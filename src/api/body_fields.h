#pragma once

/// Reads the fields of a request's JSON body, with errors that name the field and its limit.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "net/http_message.h"

namespace sojourn::api {

/// The body as an object. Errors: `unsupported_content_type` for anything but application/json,
/// which also keeps forms of other sites from calling us; `malformed_json`, `not_an_object`.
[[nodiscard]] Result<Object> read_body_object(const net::Request& request);

/// In bytes.
struct TextLimits {
  std::size_t min = 0;
  std::size_t max = 0;
};

/// Errors: `missing_field`, `wrong_type`, `too_short`, `too_long`.
[[nodiscard]] Result<std::string> required_text(const Object& object, std::string_view field,
                                                TextLimits limits);
/// Empty where the field is absent or null.
[[nodiscard]] Result<std::string> optional_text(const Object& object, std::string_view field,
                                                TextLimits limits);
/// False where the field is absent or null.
[[nodiscard]] Result<bool> optional_boolean(const Object& object, std::string_view field);
/// Empty where the field is absent or null. Errors: `wrong_type`, and those of `check_depth`.
[[nodiscard]] Result<Object> optional_object(const Object& object, std::string_view field);

}  // namespace sojourn::api
