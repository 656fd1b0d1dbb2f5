#include "domain/templates/link_policy.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates {
namespace {

struct Entity {
  std::string_view name;
  std::string_view text;
};

// Those that people write in messages; gumbo knows the others but decodes no text of ours.
constexpr Entity entities[] = {
    {"amp", "&"},         {"lt", "<"},          {"gt", ">"},          {"quot", "\""},
    {"apos", "'"},        {"nbsp", "\u00a0"},   {"copy", "\u00a9"},   {"reg", "\u00ae"},
    {"trade", "\u2122"},  {"hellip", "\u2026"}, {"ndash", "\u2013"},  {"mdash", "\u2014"},
    {"lsquo", "\u2018"},  {"rsquo", "\u2019"},  {"ldquo", "\u201c"},  {"rdquo", "\u201d"},
    {"laquo", "\u00ab"},  {"raquo", "\u00bb"},  {"bull", "\u2022"},   {"middot", "\u00b7"},
    {"euro", "\u20ac"},   {"pound", "\u00a3"},  {"yen", "\u00a5"},    {"cent", "\u00a2"},
    {"sect", "\u00a7"},   {"deg", "\u00b0"},    {"times", "\u00d7"},  {"rarr", "\u2192"},
    {"larr", "\u2190"},   {"zwnj", "\u200c"},   {"zwj", "\u200d"},    {"shy", "\u00ad"},
    {"auml", "\u00e4"},   {"ouml", "\u00f6"},   {"uuml", "\u00fc"},   {"Auml", "\u00c4"},
    {"Ouml", "\u00d6"},   {"Uuml", "\u00dc"},   {"szlig", "\u00df"},  {"eacute", "\u00e9"},
    {"egrave", "\u00e8"}, {"agrave", "\u00e0"}, {"ccedil", "\u00e7"}, {"ntilde", "\u00f1"},
};

// `&thetasym;` is among the longest that people know; a reference ends within this many bytes.
constexpr std::size_t entity_bytes_max = 16;

std::optional<std::string> numeric_entity(std::string_view digits) {
  const bool is_hex = digits.starts_with('x') || digits.starts_with('X');
  if (is_hex) digits.remove_prefix(1);
  unsigned value = 0;
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value == 0 || value > 0x10ffff || is_surrogate) value = 0xfffd;
  char text[4];
  return std::string(text, write_utf8(value, text));
}

std::optional<std::string> entity(std::string_view name) {
  if (name.starts_with('#')) return numeric_entity(name.substr(1));
  const auto* const known = std::ranges::find(entities, name, &Entity::name);
  if (known == std::end(entities)) return std::nullopt;
  return std::string(known->text);
}

}  // namespace

std::string decode_entities(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (true) {
    const std::size_t start = text.find('&');
    decoded += text.substr(0, start);
    if (start == std::string_view::npos) return decoded;
    text.remove_prefix(start + 1);
    const std::size_t end = text.substr(0, entity_bytes_max).find(';');
    const std::optional<std::string> meaning =
        end == std::string_view::npos ? std::nullopt : entity(text.substr(0, end));
    if (meaning) {
      decoded += *meaning;
      text.remove_prefix(end + 1);
    } else {
      decoded += '&';
    }
  }
}

std::string url_of_attribute(std::string_view value) {
  std::string url = decode_entities(value);
  std::erase_if(url, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  const auto is_outside = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!url.empty() && is_outside(url.back())) url.pop_back();
  const auto first = std::ranges::find_if_not(url, is_outside);
  url.erase(url.begin(), first);
  return url;
}

std::string scheme_of(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string scheme = to_lower_ascii(url.substr(0, colon));
  const bool is_scheme =
      scheme.front() >= 'a' && scheme.front() <= 'z' && std::ranges::all_of(scheme, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      });
  return is_scheme ? scheme : std::string();
}

LinkTreatment treatment_of(std::string_view url) {
  if (url.empty() || url.front() == '#') return LinkTreatment::keep;
  const std::string scheme = scheme_of(url);
  if (scheme == "http" || scheme == "https") return LinkTreatment::track;
  if (scheme == "mailto" || scheme == "tel" || scheme == "sms") return LinkTreatment::keep;
  return LinkTreatment::refuse;
}

}  // namespace sojourn::templates
