#pragma once

/// Addresses in plain text that an author wrote.

#include <string_view>
#include <vector>

#include "domain/templates/html_text.h"
#include "domain/templates/liquid_tokens.h"

namespace sojourn::templates {

struct FoundUrls {
  /// http and https addresses that are whole words, without the punctuation after them. Their label
  /// is the address as it is written.
  std::vector<TextLink> links;
  /// Lines with an address that a Liquid tag stands in, which therefore cannot be replaced.
  std::vector<int> broken_lines;
};

/// `masked` is the masked_source of `source`.
[[nodiscard]] FoundUrls find_urls(std::string_view source, std::string_view masked,
                                  const std::vector<Token>& tokens);

}  // namespace sojourn::templates
