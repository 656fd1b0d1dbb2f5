#pragma once

/// Log lines for an operator: a constant text and typed fields. No personal data above debug.
///
///   log::warn("delivery deferred", {{"contact", id}, {"until", until}});

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace sojourn::log {

enum class Level { debug, info, warn, error };

struct Field {
  Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  Field(std::string_view field_name, const char* text) : name(field_name), value(text) {}
  Field(std::string_view field_name, const std::string& text) : name(field_name), value(text) {}
  template <typename Number>
  requires std::is_arithmetic_v<Number> Field(std::string_view field_name, Number number)
      : name(field_name), value(std::to_string(number)) {}

  std::string_view name;
  std::string value;
};

/// Where the lines go; one for the process, set by `main` before threads start. Default: stderr.
using Sink = void (*)(Level, std::string_view line);
void set_sink(Sink sink);
void set_level(Level level);

void write(Level level, std::string_view text, std::initializer_list<Field> fields);

inline void debug(std::string_view text, std::initializer_list<Field> fields = {}) {
  write(Level::debug, text, fields);
}
inline void info(std::string_view text, std::initializer_list<Field> fields = {}) {
  write(Level::info, text, fields);
}
inline void warn(std::string_view text, std::initializer_list<Field> fields = {}) {
  write(Level::warn, text, fields);
}
inline void error(std::string_view text, std::initializer_list<Field> fields = {}) {
  write(Level::error, text, fields);
}

}  // namespace sojourn::log
