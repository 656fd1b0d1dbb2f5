#include "base/log.h"

#include <atomic>
#include <cstdio>

namespace sojourn::log {
namespace {

void to_stderr(Level, std::string_view line) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

// STYLE 7 bans singletons for the product's parts; where lines go is the process's own business.
std::atomic<Sink> current_sink = to_stderr;
std::atomic<Level> current_level = Level::info;

constexpr std::string_view level_name(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "";
}

void append_quoted(std::string& line, std::string_view value) {
  const bool plain = !value.empty() && value.find_first_of(" \"=\n\r\t") == std::string_view::npos;
  if (plain) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  line += '"';
}

}  // namespace

void set_sink(Sink sink) {
  current_sink = sink;
}
void set_level(Level level) {
  current_level = level;
}

void write(Level level, std::string_view text, std::initializer_list<Field> fields) {
  if (level < current_level.load()) return;
  std::string line(level_name(level));
  line += ' ';
  line += text;
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_quoted(line, field.value);
  }
  current_sink.load()(level, line);
}

}  // namespace sojourn::log
