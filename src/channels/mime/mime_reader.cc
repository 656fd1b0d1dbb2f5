#include <algorithm>
#include <optional>

#include "base/text.h"
#include "channels/mime/encoding.h"
#include "channels/mime/mime.h"

namespace sojourn::channels::mime {
namespace {

struct Split {
  std::string_view head;
  std::string_view body;
};

Split split_head(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return {.head = bytes, .body = {}};
  return {.head = bytes.substr(0, end + 2), .body = bytes.substr(end + 4)};
}

struct EncodedWord {
  std::string text;
  std::size_t size = 0;  // of the word in the source
};

// RFC 2047 §2, for UTF-8 and its subset only.
std::optional<EncodedWord> encoded_word_at(std::string_view source) {
  if (!source.starts_with("=?")) return std::nullopt;
  const std::size_t charset_end = source.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= source.size())
    return std::nullopt;
  const std::string charset = to_lower_ascii(source.substr(2, charset_end - 2));
  if (charset != "utf-8" && charset != "us-ascii") return std::nullopt;
  if (source[charset_end + 2] != '?') return std::nullopt;
  const std::size_t text_begin = charset_end + 3;
  const std::size_t text_end = source.find("?=", text_begin);
  if (text_end == std::string_view::npos) return std::nullopt;
  std::string encoded(source.substr(text_begin, text_end - text_begin));
  const char kind = source[charset_end + 1];
  if (kind == 'B' || kind == 'b') {
    std::optional<std::string> text = from_base64(encoded);
    if (!text) return std::nullopt;
    return EncodedWord{.text = std::move(*text), .size = text_end + 2};
  }
  if (kind != 'Q' && kind != 'q') return std::nullopt;
  std::ranges::replace(encoded, '_', ' ');
  return EncodedWord{.text = from_quoted_printable(encoded), .size = text_end + 2};
}

std::string decode_words(std::string_view value) {
  std::string out;
  std::size_t gap_begin = std::string::npos;  // where spaces begin that may lie between two words
  while (!value.empty()) {
    if (const auto word = encoded_word_at(value)) {
      if (gap_begin != std::string::npos) out.resize(gap_begin);  // RFC 2047 §6.2
      out.append(word->text);
      value.remove_prefix(word->size);
      gap_begin = out.size();
      continue;
    }
    if (value.front() != ' ') gap_begin = std::string::npos;
    out.push_back(value.front());
    value.remove_prefix(1);
  }
  return out;
}

// `name` of `; name=value` or `; name="value"`; empty where there is none.
std::string_view parameter(std::string_view value, std::string_view name) {
  std::size_t begin = value.find(std::string(name) + "=");
  if (begin == std::string_view::npos) return {};
  value.remove_prefix(begin + name.size() + 1);
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
  }
  return value.substr(0, value.find_first_of("; "));
}

std::string_view find(const std::vector<ReadMail::Header>& headers, std::string_view name) {
  for (const ReadMail::Header& header : headers) {
    if (equal_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

std::string decoded_body(const std::vector<ReadMail::Header>& headers, std::string_view body) {
  const std::string_view encoding = find(headers, "Content-Transfer-Encoding");
  std::string text(body);
  if (equal_ignoring_case(encoding, "base64")) {
    text = from_base64_lines(body).value_or(std::string());
  } else if (equal_ignoring_case(encoding, "quoted-printable")) {
    text = from_quoted_printable(body);
  }
  std::erase(text, '\r');
  return text;
}

void take_part(ReadMail& mail, const std::vector<ReadMail::Header>& headers,
               std::string_view body) {
  const std::string type = to_lower_ascii(find(headers, "Content-Type"));
  if (type.starts_with("text/html")) {
    mail.html = decoded_body(headers, body);
  } else if (type.empty() || type.starts_with("text/plain")) {
    mail.text = decoded_body(headers, body);
  }
}

}  // namespace

std::string_view ReadMail::header(std::string_view name) const {
  return find(headers, name);
}

std::vector<ReadMail::Header> read_headers(std::string_view bytes) {
  std::vector<ReadMail::Header> headers;
  std::string_view head = split_head(bytes).head;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (!headers.empty()) headers.back().value.append(" ").append(trimmed(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.push_back({.name = std::string(line.substr(0, colon)),
                       .value = std::string(trimmed(line.substr(colon + 1)))});
  }
  for (ReadMail::Header& header : headers) header.value = decode_words(header.value);
  return headers;
}

ReadMail read_mime(std::string_view bytes) {
  ReadMail mail;
  mail.headers = read_headers(bytes);
  std::string_view body = split_head(bytes).body;
  const std::string_view type = mail.header("Content-Type");
  if (!to_lower_ascii(type).starts_with("multipart/")) {
    take_part(mail, mail.headers, body);
    return mail;
  }
  const std::string delimiter = "--" + std::string(parameter(type, "boundary"));
  std::size_t begin = body.find(delimiter);
  while (begin != std::string_view::npos) {
    body.remove_prefix(begin + delimiter.size());
    if (body.starts_with("--")) break;
    const std::size_t line_end = body.find("\r\n");
    if (line_end == std::string_view::npos) break;
    body.remove_prefix(line_end + 2);
    begin = body.find("\r\n" + delimiter);
    const Split part = split_head(body.substr(0, begin));
    take_part(mail, read_headers(part.head), part.body);
    if (begin != std::string_view::npos) begin += 2;
  }
  return mail;
}

}  // namespace sojourn::channels::mime
