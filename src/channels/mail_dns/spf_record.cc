#include "channels/mail_dns/spf_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace sojourn::channels::mail_dns {
namespace {

using Kind = SpfTerm::Kind;

constexpr std::size_t name_bytes_max = 253;

struct Named {
  std::string_view name;
  Kind kind;
};
constexpr std::array mechanisms = {Named{"all", Kind::all}, Named{"include", Kind::include},
                                   Named{"a", Kind::a},     Named{"mx", Kind::mx},
                                   Named{"ptr", Kind::ptr}, Named{"ip4", Kind::ip},
                                   Named{"ip6", Kind::ip},  Named{"exists", Kind::exists}};

tl::unexpected<Error> refuse(std::string_view term, std::string_view why) {
  return failure({.code = "invalid_spf",
                  .message = fmt::format("\"{}\" {}", term, why),
                  .value = std::string(term)});
}

std::optional<SpfResult> qualifier(char c) {
  switch (c) {
    case '+':
      return SpfResult::pass;
    case '-':
      return SpfResult::fail;
    case '~':
      return SpfResult::soft_fail;
    case '?':
      return SpfResult::neutral;
    default:
      return std::nullopt;
  }
}

std::optional<unsigned> number_up_to(std::string_view text, unsigned max) {
  unsigned value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || value > max) return std::nullopt;
  return value;
}

/// Takes `/24`, `//64` or `/24//64` off the end of `value`. False where they are no numbers.
bool take_prefixes(std::string_view& value, SpfTerm& term) {
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return true;
  std::string_view prefixes = value.substr(slash);
  value = value.substr(0, slash);
  if (const std::size_t six = prefixes.find("//"); six != std::string_view::npos) {
    const auto bits = number_up_to(prefixes.substr(six + 2), 128);
    if (!bits) return false;
    term.v6_bits = *bits;
    prefixes = prefixes.substr(0, six);
  }
  if (prefixes.empty()) return true;
  const auto bits = number_up_to(prefixes.substr(1), 32);
  if (!bits) return false;
  term.v4_bits = *bits;
  return true;
}

Result<SpfTerm> parse_mechanism(std::string_view text) {
  SpfTerm term;
  std::string_view rest = text;
  if (const auto result = qualifier(rest.front())) {
    term.result = *result;
    rest.remove_prefix(1);
  }
  const std::size_t end = rest.find_first_of(":/");
  const std::string name = to_lower_ascii(rest.substr(0, end));
  const auto* const known = std::find_if(mechanisms.begin(), mechanisms.end(),
                                         [&](const Named& m) { return m.name == name; });
  if (known == mechanisms.end()) return refuse(text, "is no mechanism of SPF");
  term.kind = known->kind;
  std::string_view value = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  const bool has_value = value.starts_with(':');
  if (has_value) value.remove_prefix(1);
  if (term.kind == Kind::ip) {
    const std::optional<net::AddressRange> range = net::parse_address_range(value);
    const bool v4 = value.find(':') == std::string_view::npos;
    if (!range || v4 != (name == "ip4")) return refuse(text, "names no address");
    term.range = *range;
    return term;
  }
  if (term.kind == Kind::a || term.kind == Kind::mx) {
    if (!take_prefixes(value, term)) return refuse(text, "has a prefix that is no number in range");
  } else if (value.find('/') != std::string_view::npos) {
    return refuse(text, "takes no prefix");
  }
  if (term.kind == Kind::all && has_value) return refuse(text, "takes no domain");
  const bool needs_domain = term.kind == Kind::include || term.kind == Kind::exists;
  if (value.empty() && (needs_domain || has_value)) return refuse(text, "names no domain");
  term.domain = value;
  return term;
}

std::string address_macro(const net::IpAddress& client) {
  if (net::is_mapped_v4(client)) {
    return fmt::format("{}.{}.{}.{}", client[12], client[13], client[14], client[15]);
  }
  std::string text;
  for (const std::uint8_t byte : client) {
    text += fmt::format("{}{:x}.{:x}", text.empty() ? "" : ".", byte >> 4, byte & 0xf);
  }
  return text;
}

std::optional<std::string> macro_value(char letter, const SpfMacros& macros) {
  switch (letter | 0x20) {
    case 's':
      return macros.sender_local + "@" + macros.sender_domain;
    case 'l':
      return macros.sender_local;
    case 'o':
    case 'h':  // we greet by the domain that we send for
      return macros.sender_domain;
    case 'd':
      return macros.domain;
    case 'p':
      return "unknown";  // RFC 7208 §7.2
    case 'i':
      if (!macros.client) return std::nullopt;
      return address_macro(*macros.client);
    case 'v':
      if (!macros.client) return std::nullopt;
      return net::is_mapped_v4(*macros.client) ? "in-addr" : "ip6";
    default:
      return std::nullopt;
  }
}

/// What stands between `%{` and `}`: a letter, how many parts to keep, `r`, delimiters.
std::optional<std::string> expand_one(std::string_view macro, const SpfMacros& macros) {
  if (macro.empty()) return std::nullopt;
  std::optional<std::string> value = macro_value(macro.front(), macros);
  if (!value) return std::nullopt;
  macro.remove_prefix(1);
  std::size_t keep = 0;
  const auto [rest, error] = std::from_chars(macro.data(), macro.data() + macro.size(), keep);
  const bool has_count = error == std::errc();
  if (has_count && keep == 0) return std::nullopt;
  if (has_count) macro.remove_prefix(static_cast<std::size_t>(rest - macro.data()));
  const bool reversed = macro.starts_with('r') || macro.starts_with('R');
  if (reversed) macro.remove_prefix(1);
  if (macro.find_first_not_of(".-+,/_=") != std::string_view::npos) return std::nullopt;
  const std::string_view delimiters = macro.empty() ? "." : macro;

  std::vector<std::string> parts(1);
  for (const char c : *value) {
    if (delimiters.find(c) == std::string_view::npos) {
      parts.back() += c;
    } else {
      parts.emplace_back();
    }
  }
  if (reversed) std::reverse(parts.begin(), parts.end());
  if (has_count && keep < parts.size()) {
    parts.erase(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(keep));
  }
  return fmt::format("{}", fmt::join(parts, "."));
}

}  // namespace

Result<SpfRecord> parse_spf_record(std::string_view text) {
  SpfRecord record;
  std::size_t redirects = 0;
  const std::vector<std::string_view> words = split(text, ' ');
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word.empty()) continue;
    // A modifier is a name and `=`; a mechanism has `:` or `/` first (RFC 7208 §4.6.1).
    const std::size_t mark = word.find_first_of("=:/");
    if (mark != std::string_view::npos && word[mark] == '=') {
      if (mark == 0) return refuse(word, "has no name");
      if (!equal_ignoring_case(word.substr(0, mark), "redirect")) continue;
      if (++redirects > 1) return refuse(word, "stands twice");
      record.redirect = word.substr(mark + 1);
      if (record.redirect.empty()) return refuse(word, "names no domain");
      continue;
    }
    TRY(term, parse_mechanism(word));
    record.terms.push_back(std::move(term));
  }
  return record;
}

std::optional<std::string> expand_spf_macros(std::string_view text, const SpfMacros& macros) {
  std::string expanded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      expanded += text[at];
      continue;
    }
    if (++at == text.size()) return std::nullopt;
    if (text[at] == '%') {
      expanded += '%';
    } else if (text[at] == '_') {
      expanded += ' ';
    } else if (text[at] == '-') {
      expanded += "%20";
    } else {
      const std::size_t end = text.find('}', at);
      if (text[at] != '{' || end == std::string_view::npos) return std::nullopt;
      const auto value = expand_one(text.substr(at + 1, end - at - 1), macros);
      if (!value) return std::nullopt;
      expanded += *value;
      at = end;
    }
  }
  // RFC 7208 §7.3: labels are dropped on the left until it fits.
  while (expanded.size() > name_bytes_max) {
    const std::size_t dot = expanded.find('.');
    if (dot == std::string::npos) return std::nullopt;
    expanded.erase(0, dot + 1);
  }
  return to_lower_ascii(expanded);
}

}  // namespace sojourn::channels::mail_dns
