#include "api/json_fields.h"

namespace sojourn::api {

void text_field(JsonWriter& out, std::string_view name, std::string_view text) {
  out.name(name).string(text);
}

void text_or_null_field(JsonWriter& out, std::string_view name, std::string_view text) {
  if (text.empty()) return null_field(out, name);
  text_field(out, name, text);
}

void count_field(JsonWriter& out, std::string_view name, std::uint64_t count) {
  out.name(name).number(static_cast<std::int64_t>(count));
}

void number_field(JsonWriter& out, std::string_view name, double number) {
  out.name(name).number(number);
}

void boolean_field(JsonWriter& out, std::string_view name, bool value) {
  out.name(name).boolean(value);
}

void null_field(JsonWriter& out, std::string_view name) {
  out.name(name).null();
}

void time_field(JsonWriter& out, std::string_view name, Timestamp time) {
  out.name(name).string(format_timestamp(time));
}

void time_or_null_field(JsonWriter& out, std::string_view name, std::optional<Timestamp> time) {
  if (!time || *time == Timestamp::never() || *time == Timestamp::beginning()) {
    return null_field(out, name);
  }
  time_field(out, name, *time);
}

}  // namespace sojourn::api
