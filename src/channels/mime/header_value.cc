#include "channels/mime/header_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "channels/mime/encoding.h"

namespace sojourn::channels::mime {
namespace {

// RFC 5322 §2.1.1: the length that lines should keep to.
constexpr std::size_t line_bytes_aim = 78;
// RFC 2047 §2 allows 75 characters a word and 76 a line: 64 leave room for the field's name.
constexpr std::size_t encoded_word_characters_max = 64;
constexpr std::string_view encoded_word_start_b = "=?utf-8?B?";
constexpr std::string_view encoded_word_start_q = "=?utf-8?Q?";
constexpr std::size_t encoded_word_text_max =
    encoded_word_characters_max - encoded_word_start_b.size() - 2;
// The Base64 text of a word holds whole groups of three bytes.
constexpr std::size_t encoded_word_bytes_max_b = encoded_word_text_max / 4 * 3;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 2047 §5 (3): what stands for itself in the Q encoding of a phrase; narrow enough for all.
bool is_q_plain(char c) {
  return is_alphanumeric(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

std::size_t q_size(std::string_view text) {
  std::size_t size = 0;
  for (const char c : text) size += is_q_plain(c) || c == ' ' ? 1 : 3;
  return size;
}

std::string q_text(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_q_plain(c)) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('_');
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('=');
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
    }
  }
  return out;
}

// Where the character after the one at `begin` begins.
std::size_t next_character(std::string_view text, std::size_t begin) {
  std::size_t next = begin + 1;
  while (next < text.size() && is_continuation(text[next])) ++next;
  return next;
}

// What the first encoded word carries: whole characters (RFC 2047 §5).
std::string_view first_piece_q(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t next = next_character(text, end);
    if (q_size(text.substr(0, next)) > encoded_word_text_max) break;
    end = next;
  }
  return text.substr(0, end);
}

// Whole groups of three bytes where that is possible: some readers (GMime 3.2) join neighbouring
// words before they decode, and stop at the padding of an inner one.
std::string_view first_piece_b(std::string_view text) {
  if (text.size() <= encoded_word_bytes_max_b) return text;
  std::size_t end = 0;
  std::size_t end_of_group = 0;
  while (end < text.size()) {
    const std::size_t next = next_character(text, end);
    if (next > encoded_word_bytes_max_b) break;
    end = next;
    if (end % 3 == 0) end_of_group = end;
  }
  return text.substr(0, end_of_group > 0 ? end_of_group : end);
}

// Encoded words separated by spaces, which a reader drops again (RFC 2047 §6.2).
std::string encoded_words(std::string_view text) {
  const bool shorter_as_q = q_size(text) <= (text.size() + 2) / 3 * 4;
  std::string out;
  while (!text.empty()) {
    const std::string_view piece = shorter_as_q ? first_piece_q(text) : first_piece_b(text);
    if (!out.empty()) out.push_back(' ');
    if (shorter_as_q) {
      out.append(encoded_word_start_q).append(q_text(piece));
    } else {
      out.append(encoded_word_start_b).append(to_base64(piece));
    }
    out.append("?=");
    text.remove_prefix(piece.size());
  }
  return out;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string_view word : split(text, ' ')) longest = std::max(longest, word.size());
  return longest;
}

// True where folding at spaces and unfolding give back the same text and no reader takes a part
// of it for an encoded word.
bool can_stand_plain(const HeaderValue& value) {
  const std::string& text = value.text();
  if (!value.is_ascii() || text.find("=?") != std::string::npos) return false;
  if (text.starts_with(' ') || text.ends_with(' ')) return false;
  if (text.find("  ") != std::string::npos) return false;
  return longest_word(text) < line_bytes_aim;
}

std::string folded(std::string_view name, std::string_view value) {
  std::string out(name);
  out.append(":");
  std::size_t line = out.size();
  for (const std::string_view word : split(value, ' ')) {
    // A first word that is too long stays beside the name: a line of white space is obsolete.
    if (line + 1 + word.size() > line_bytes_aim && line > name.size() + 1) {
      out.append("\r\n");
      line = 0;
    }
    out.append(" ").append(word);
    line += 1 + word.size();
  }
  return out.append("\r\n");
}

}  // namespace

Result<HeaderValue> HeaderValue::create(std::string_view field, std::string_view text) {
  const auto refuse = [&](std::string_view code, std::string message, std::string limit = {}) {
    return failure({.code = std::string(code),
                    .message = std::move(message),
                    .field = std::string(field),
                    .limit = std::move(limit)});
  };
  if (text.size() > bytes_max) {
    return refuse("header_too_long",
                  fmt::format("{} is {} bytes, the limit is {}", field, text.size(), bytes_max),
                  std::to_string(bytes_max));
  }
  if (std::ranges::any_of(text, is_control)) {
    return refuse("header_control_character",
                  fmt::format("{} holds a line break or another control character", field));
  }
  if (!is_valid_utf8(text)) {
    return refuse("not_utf8", fmt::format("{} is not well-formed UTF-8", field));
  }
  const bool ascii = std::ranges::none_of(text, [](char c) { return (c & 0x80) != 0; });
  return HeaderValue(std::string(text), ascii);
}

std::string unstructured_field(std::string_view name, const HeaderValue& value) {
  if (can_stand_plain(value)) return folded(name, value.text());
  return folded(name, encoded_words(value.text()));
}

std::string structured_field(std::string_view name, const HeaderValue& value) {
  return folded(name, value.text());
}

std::string phrase(const HeaderValue& name) {
  if (name.text().empty()) return {};
  if (!can_stand_plain(name)) return encoded_words(name.text());
  const auto is_plain = [](char c) {
    return is_alphanumeric(c) ||
           std::string_view(" !#$%&'*+-/=?^_`{|}~").find(c) != std::string::npos;
  };
  if (std::ranges::all_of(name.text(), is_plain)) return name.text();
  std::string quoted = "\"";
  for (const char c : name.text()) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + '"';
}

}  // namespace sojourn::channels::mime
