#include "channels/mime/address.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/domain_name.h"
#include "base/text.h"

namespace sojourn::channels::mime {
namespace {

bool is_ascii(char c) {
  return (c & 0x80) == 0;
}

bool is_control(char c) {
  return (c >= 0 && c < 0x20) || c == 0x7f;
}

// Also those of Unicode: U+0080 to U+009F, and the separators of lines and paragraphs.
bool has_control(std::string_view text) {
  if (std::ranges::any_of(text, is_control)) return true;
  for (std::size_t at = text.find('\xc2'); at != std::string_view::npos;
       at = text.find('\xc2', at + 1)) {
    if (static_cast<unsigned char>(text[at + 1]) < 0xa0) return true;
  }
  return text.find("\u2028") != std::string_view::npos ||
         text.find("\u2029") != std::string_view::npos;
}

// RFC 5322 §3.2.3, and RFC 6532 §3.2.
bool is_atom_character(char c) {
  if (!is_ascii(c)) return true;
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  for (const std::string_view atom : split(text, '.')) {
    if (atom.empty()) return false;
    if (!std::ranges::all_of(atom, is_atom_character)) return false;
  }
  return true;
}

// The local part with its quotes and escapes, where it has any, taken away.
std::string unquoted(std::string_view local) {
  if (local.size() < 2 || !local.starts_with('"') || !local.ends_with('"')) {
    return std::string(local);
  }
  std::string out;
  local = local.substr(1, local.size() - 2);
  for (std::size_t i = 0; i < local.size(); ++i) {
    if (local[i] == '\\' && i + 1 < local.size()) ++i;
    out.push_back(local[i]);
  }
  return out;
}

std::string quoted_where_needed(std::string_view local) {
  if (is_dot_atom(local)) return std::string(local);
  std::string out = "\"";
  for (const char c : local) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

}  // namespace

Result<WireAddress> WireAddress::create(std::string_view field, std::string_view address) {
  const auto refuse = [&](std::string_view code, std::string_view why, std::string limit = {}) {
    return failure({.code = std::string(code),
                    .message = fmt::format("{} {}", field, why),
                    .field = std::string(field),
                    .limit = std::move(limit)});
  };
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return refuse("address_malformed", "is not local@domain");
  if (!is_valid_utf8(address)) return refuse("address_malformed", "is not well-formed UTF-8");

  const std::string local = unquoted(address.substr(0, at));
  if (local.empty()) return refuse("address_malformed", "has nothing before the @");
  if (has_control(local)) return refuse("address_malformed", "holds a control character");
  if (local.size() > local_bytes_max) {
    return refuse(
        "address_too_long",
        fmt::format("has a local part of {} bytes, the limit is {}", local.size(), local_bytes_max),
        std::to_string(local_bytes_max));
  }

  const std::optional<std::string> domain = ascii_domain(address.substr(at + 1));
  if (!domain) return refuse("address_malformed", "has no valid domain after the @");
  return WireAddress(quoted_where_needed(local) + "@" + *domain);
}

bool WireAddress::is_ascii() const {
  return std::ranges::all_of(text_, mime::is_ascii);
}

std::optional<std::string> ascii_domain(std::string_view name) {
  return sojourn::ascii_domain(name);
}

}  // namespace sojourn::channels::mime
