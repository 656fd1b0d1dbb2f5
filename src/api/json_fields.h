#pragma once

/// Members of answers in the forms that openapi.yaml promises: absent is null, times are RFC 3339,
/// ids and numbers beyond 2^53 are strings.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace sojourn::api {

void text_field(JsonWriter& out, std::string_view name, std::string_view text);
/// Null where the text is empty.
void text_or_null_field(JsonWriter& out, std::string_view name, std::string_view text);
void count_field(JsonWriter& out, std::string_view name, std::uint64_t count);
void number_field(JsonWriter& out, std::string_view name, double number);
void boolean_field(JsonWriter& out, std::string_view name, bool value);
void null_field(JsonWriter& out, std::string_view name);
void time_field(JsonWriter& out, std::string_view name, Timestamp time);
/// Null where absent, and for never and the beginning of time.
void time_or_null_field(JsonWriter& out, std::string_view name, std::optional<Timestamp> time);

}  // namespace sojourn::api
