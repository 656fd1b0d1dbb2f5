#include "store/driver/postgres/dialect.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace sojourn::store::driver::postgres {
namespace {

constexpr char mark = '\x1a';
/// OID of the type `text`, which no version changes.
constexpr std::uint32_t text_oid = 25;

void append_number(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

/// Bytes of the character that begins here; 0 where no well-formed one does.
std::size_t character_bytes(std::string_view text) {
  constexpr std::size_t bytes_max = 4;
  for (std::size_t size = 1; size <= std::min(bytes_max, text.size()); ++size) {
    if (is_valid_utf8(text.substr(0, size))) return size;
  }
  return 0;
}

void append_marked(std::string& out, char byte) {
  out.push_back(mark);
  out += to_hex(std::string_view(&byte, 1));
}

}  // namespace

std::string with_dollar_parameters(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  bool is_quoted = false;
  for (std::size_t index = 0; index < sql.size(); ++index) {
    const char character = sql[index];
    if (character == '\'') is_quoted = !is_quoted;
    const bool is_parameter =
        !is_quoted && character == '?' && index + 1 < sql.size() && is_digit(sql[index + 1]);
    out.push_back(is_parameter ? '$' : character);
  }
  return out;
}

bool is_storable(std::string_view text) {
  return text.find('\0') == std::string_view::npos && !has_mark(text) && is_valid_utf8(text);
}

std::string to_stored(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  while (!text.empty()) {
    const std::size_t size = character_bytes(text);
    const bool stands = size > 0 && text.front() != '\0' && text.front() != mark;
    if (stands) {
      out += text.substr(0, size);
    } else {
      append_marked(out, text.front());
    }
    text.remove_prefix(stands ? size : 1);
  }
  return out;
}

std::string from_stored(std::string_view stored) {
  std::string out;
  out.reserve(stored.size());
  while (!stored.empty()) {
    const auto byte = stored.front() == mark ? from_hex(stored.substr(1, 2)) : std::nullopt;
    const bool is_marked = byte && byte->size() == 1;
    out.push_back(is_marked ? byte->front() : stored.front());
    stored.remove_prefix(is_marked ? 3 : 1);
  }
  return out;
}

bool has_mark(std::string_view stored) {
  return stored.find(mark) != std::string_view::npos;
}

std::string text_array(std::span<const std::string> elements) {
  std::string out;
  append_number(out, elements.empty() ? 0 : 1);  // dimensions
  append_number(out, 0);                         // has no nulls
  append_number(out, text_oid);
  if (elements.empty()) return out;
  append_number(out, static_cast<std::uint32_t>(elements.size()));
  append_number(out, 1);  // lower bound
  for (const std::string& element : elements) {
    const std::string stored = to_stored(element);
    append_number(out, static_cast<std::uint32_t>(stored.size()));
    out += stored;
  }
  return out;
}

}  // namespace sojourn::store::driver::postgres
