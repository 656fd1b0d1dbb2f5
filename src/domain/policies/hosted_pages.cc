#include "domain/policies/hosted_pages.h"

#include <algorithm>
#include <string_view>

#include "domain/definitions/reader.h"

namespace sojourn::policies {
namespace {

bool is_language(std::string_view text) {
  // RFC 5646 §4.4.1: no tag that is in use is longer.
  constexpr std::size_t bytes_max = 35;
  return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, [](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

Result<HostedPages> read_hosted_pages(const Value& workspace) {
  definitions::Reader reader(workspace, "");
  HostedPages pages;
  TRY(language, reader.optional_text("language"));
  if (language && !is_language(*language)) {
    return reader.refuse("unknown_value", "language", "must be a language tag such as \"de-AT\"");
  }
  pages.language = language.value_or("");
  TRY(kept, reader.optional_duration("unconfirmed_kept"));
  if (kept && (*kept < unconfirmed_kept_min || *kept > unconfirmed_kept_max)) {
    return reader.refuse("out_of_range", "unconfirmed_kept", "must be from 3d to 365d");
  }
  pages.unconfirmed_kept = kept.value_or(pages.unconfirmed_kept);
  return pages;
}

}  // namespace sojourn::policies
