#include "channels/mime/encoding.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sojourn::channels::mime {
namespace {

// RFC 2045 §6.7 (5) and §6.8.
constexpr std::size_t line_characters_max = 76;
constexpr std::size_t base64_bytes_per_line = line_characters_max / 4 * 3;
constexpr std::string_view hex_digits = "0123456789ABCDEF";

constexpr std::array<bool, 256> plain_bytes() {
  std::array<bool, 256> plain{};
  for (std::size_t c = '!'; c <= '~'; ++c) plain[c] = c != '=';
  plain[' '] = true;
  return plain;
}

constexpr std::array<bool, 256> is_plain = plain_bytes();

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// How many bytes from here on are written as they are, `most` at most.
std::size_t plain_run(std::string_view text, std::size_t most) {
  std::size_t end = std::min(most, text.size());
  // RFC 2045 §6.7 (3): no white space ends a line.
  if (end == text.size() && text.ends_with(' ')) --end;
  std::size_t size = 0;
  while (size < end && is_plain[static_cast<unsigned char>(text[size])]) ++size;
  return size;
}

// Writes one line without its line end, with soft breaks.
void append_quoted_line(std::string& out, std::string_view line) {
  // The last column stays for the "=" of a soft break.
  constexpr std::size_t columns = line_characters_max - 1;
  constexpr std::size_t escaped_size = 3;
  std::size_t width = 0;
  const auto break_line = [&] {
    out.append("=\r\n");
    width = 0;
  };
  while (!line.empty()) {
    // What a mail server or a mailbox file might take for its own.
    const bool is_guarded = width == 0 && (line.front() == '.' || line.starts_with("From "));
    // OPTIMIZATION: plain bytes are most of a mail, and go as they are, many at once.
    const std::size_t run = is_guarded ? 0 : plain_run(line, columns - width);
    if (run > 0) {
      out.append(line.substr(0, run));
      width += run;
      line.remove_prefix(run);
      continue;
    }
    if (width == columns) {
      break_line();
      continue;
    }
    if (width + escaped_size > columns) break_line();
    const auto byte = static_cast<unsigned char>(line.front());
    out.push_back('=');
    out.push_back(hex_digits[byte >> 4]);
    out.push_back(hex_digits[byte & 15]);
    width += escaped_size;
    line.remove_prefix(1);
  }
}

std::size_t base64_size(std::size_t bytes) {
  const std::size_t characters = (bytes + 2) / 3 * 4;
  const std::size_t lines = (characters + line_characters_max - 1) / line_characters_max;
  return characters + 2 * lines;
}

}  // namespace

std::string_view name_of(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::quoted_printable:
      return "quoted-printable";
    case TransferEncoding::base64:
      return "base64";
  }
  return "";
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32 + 2);
  while (true) {
    std::size_t end = 0;
    while (end < text.size() && text[end] != '\r' && text[end] != '\n') ++end;
    if (end == text.size()) break;
    out.append(text.substr(0, end)).append("\r\n");
    const bool pair = text[end] == '\r' && text.substr(end + 1).starts_with('\n');
    text.remove_prefix(end + (pair ? 2 : 1));
  }
  return out.append(text);
}

std::string to_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8 + 64);
  const auto is_break = [](char c) { return c == '\r' || c == '\n'; };
  while (true) {
    const auto* const found = std::ranges::find_if(text, is_break);
    const std::size_t end = found == text.end() ? std::string_view::npos
                                                : static_cast<std::size_t>(found - text.begin());
    append_quoted_line(out, text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out.append("\r\n");
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

std::string to_base64_lines(std::string_view bytes) {
  std::string out;
  out.reserve(base64_size(bytes.size()));
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, base64_bytes_per_line);
    out.append(to_base64(line)).append("\r\n");
    bytes.remove_prefix(line.size());
  }
  return out;
}

std::string from_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out.push_back(text[i]);
      continue;
    }
    const std::string_view rest = text.substr(i + 1);
    const int high = !rest.empty() ? hex_digit(rest[0]) : -1;
    const int low = rest.size() > 1 ? hex_digit(rest[1]) : -1;
    if (high >= 0 && low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else if (rest.starts_with("\r\n")) {
      i += 2;
    } else if (rest.starts_with('\n')) {
      i += 1;
    } else {
      out.push_back('=');
    }
  }
  return out;
}

std::optional<std::string> from_base64_lines(std::string_view text) {
  std::string characters;
  characters.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(characters),
                       [](char c) { return c != '\r' && c != '\n' && c != ' ' && c != '\t'; });
  return from_base64(characters);
}

EncodedText encode_text(std::string_view text) {
  std::string quoted = to_quoted_printable(text);
  // OPTIMIZATION: most texts are shorter than this, and need not be copied to be counted.
  const bool is_short = quoted.size() <= base64_size(text.size());
  if (!is_short) {
    const std::string lines = with_crlf(text);
    if (quoted.size() > base64_size(lines.size())) {
      return {.encoding = TransferEncoding::base64, .lines = to_base64_lines(lines)};
    }
  }
  return {.encoding = TransferEncoding::quoted_printable, .lines = std::move(quoted)};
}

}  // namespace sojourn::channels::mime
