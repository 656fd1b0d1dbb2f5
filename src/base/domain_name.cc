#include "base/domain_name.h"

#include <idn2.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace sojourn {
namespace {

bool is_ascii(char c) {
  return (c & 0x80) == 0;
}

bool is_domain_label(std::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_domain(std::string_view domain) {
  if (domain.size() > domain_name_bytes_max) return false;
  return std::ranges::all_of(split(domain, '.'), is_domain_label);
}

struct FreeIdn {
  void operator()(char* text) const { idn2_free(text); }
};

// IDNA 2008 without the mappings of 2003, but with lower case and NFC. Empty where it fails.
std::string to_a_labels(const std::string& domain) {
  char* converted = nullptr;
  const int status =
      idn2_to_ascii_8z(domain.c_str(), &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, FreeIdn> owned(converted);
  return status == IDN2_OK ? std::string(owned.get()) : std::string();
}

}  // namespace

std::optional<std::string> ascii_domain(std::string_view name) {
  std::string domain = to_lower_ascii(name);
  if (!std::ranges::all_of(domain, is_ascii)) domain = to_a_labels(domain);
  if (!is_domain(domain)) return std::nullopt;
  return domain;
}

}  // namespace sojourn
