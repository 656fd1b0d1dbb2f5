#include "channels/inbound/address_text.h"

#include <algorithm>

#include "base/text.h"

namespace sojourn::channels::inbound {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

bool is_local(char c) {
  constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~.";
  return is_alnum(c) || is_beyond_ascii(c) || others.find(c) != npos;
}

bool is_domain(char c) {
  return is_alnum(c) || is_beyond_ascii(c) || c == '-' || c == '.';
}

/// Where the local part that ends before `at` begins.
std::size_t local_begin(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  if (at > 0 && text[at - 1] == '"') {
    const std::size_t quote = at < 2 ? npos : text.rfind('"', at - 2);
    if (quote != npos && text.substr(quote, at - quote).find('\n') == npos) return quote;
  }
  while (begin > 0 && at - begin < address_bytes_max && is_local(text[begin - 1])) --begin;
  // Quotation marks and bullets are written right before an address.
  constexpr std::string_view marks = "'*`|/-.{";
  while (begin < at && marks.find(text[begin]) != npos) ++begin;
  // X.400 names carry one as a value: `dda:SMTP=ann@example.com`.
  constexpr std::string_view value_mark = "smtp=";
  if (to_lower_ascii(text.substr(begin, value_mark.size())) == value_mark) {
    begin += value_mark.size();
  }
  return begin;
}

std::size_t domain_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && end - begin < address_bytes_max && is_domain(text[end])) ++end;
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  return end;
}

bool is_address(std::string_view local, std::string_view domain, bool is_bracketed) {
  if (local.empty() || domain.empty()) return false;
  if (local.size() + domain.size() + 1 > address_bytes_max) return false;
  if (local.ends_with("...")) return false;
  if (domain.starts_with('.') || domain.starts_with('-')) return false;
  return is_bracketed || domain.find('.') != npos;
}

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What xtext must escape; anything else after a plus sign is a part of the address.
bool must_be_escaped(int byte) {
  return byte == '+' || byte == '=' || byte <= 0x20 || byte >= 0x7f;
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code >> 6)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | (code >> 18)));
    out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

/// RFC 6533 §3: `\x{E9}` is a character of Unicode.
std::string decode_embedded(std::string_view text) {
  constexpr std::string_view mark = "\\x{";
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.starts_with(mark) ? text.find('}') : npos;
    const bool is_escape = end != npos && end > mark.size() && end <= mark.size() + 6;
    unsigned code = 0;
    bool is_hex = is_escape;
    for (std::size_t i = mark.size(); is_hex && i < end; ++i) {
      const int digit = hex_of(text[i]);
      is_hex = digit >= 0;
      code = code * 16 + static_cast<unsigned>(std::max(digit, 0));
    }
    const bool is_character = code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (is_hex && is_character) {
      append_utf8(out, code);
      text.remove_prefix(end + 1);
    } else {
      out.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

std::vector<FoundAddress> find_addresses(std::string_view text) {
  std::vector<FoundAddress> found;
  std::size_t free_from = 0;  // an address begins behind the one before
  for (std::size_t at = text.find('@'); at != npos; at = text.find('@', at + 1)) {
    const std::size_t begin = std::max(local_begin(text, at), free_from);
    const std::size_t end = domain_end(text, at + 1);
    if (begin > at) continue;
    const bool is_bracketed =
        begin > 0 && text[begin - 1] == '<' && end < text.size() && text[end] == '>';
    const std::string_view local = text.substr(begin, at - begin);
    const std::string_view domain = text.substr(at + 1, end - at - 1);
    if (!is_address(local, domain, is_bracketed)) continue;
    found.push_back(
        {.begin = begin, .end = end, .address = std::string(local) + "@" + std::string(domain)});
    free_from = end;
  }
  return found;
}

std::string without_addresses(std::string_view text) {
  std::string out;
  std::size_t from = 0;
  for (const FoundAddress& each : find_addresses(text)) {
    out.append(text.substr(from, each.begin - from)).append("@");
    from = each.end;
  }
  return out.append(text.substr(from));
}

std::string decode_xtext(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && at + 2 < text.size()) {
      const int high = hex_of(text[at + 1]);
      const int low = hex_of(text[at + 2]);
      if (high >= 0 && low >= 0 && must_be_escaped(high * 16 + low)) {
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
        continue;
      }
    }
    out.push_back(text[at]);
  }
  return out;
}

std::optional<std::string> typed_address(std::string_view value) {
  value = trimmed(value);
  std::string type;
  const std::size_t semicolon = value.find(';');
  if (semicolon != npos && value.substr(0, semicolon).find('@') == npos) {
    type = to_lower_ascii(trimmed(value.substr(0, semicolon)));
    value = trimmed(value.substr(semicolon + 1));
  }
  if (type == "x400") return std::nullopt;
  const std::string text =
      type == "utf-8" ? decode_embedded(decode_xtext(value)) : decode_xtext(value);
  const bool is_broken = type == "utf-8" && text.find('\\') != npos;  // an escape of no character
  if (is_broken) return std::nullopt;
  const std::vector<FoundAddress> found = find_addresses(text);
  if (!found.empty()) return found.front().address;
  // A host without a dot is an address inside some network; spaces and brackets are none.
  std::string_view rest = trimmed(text);
  if (rest.starts_with('<')) rest.remove_prefix(1);
  rest = rest.substr(0, rest.find_first_of("> \t()"));
  const std::size_t at = rest.find('@');
  const bool is_whole = at != npos && at > 0 && at + 1 < rest.size() &&
                        !rest.substr(0, at).ends_with("...") && rest.size() <= address_bytes_max;
  if (!is_whole) return std::nullopt;
  return std::string(rest);
}

bool is_of_host(std::string_view address) {
  constexpr std::string_view names[] = {"mailer-daemon", "postmaster",  "mailerdaemon",
                                        "mdaemon",       "abuse",       "hostmaster",
                                        "root",          "mail-daemon", "mailadm"};
  const std::string local = to_lower_ascii(address.substr(0, address.find('@')));
  return std::ranges::find(names, local) != std::end(names);
}

}  // namespace sojourn::channels::inbound
