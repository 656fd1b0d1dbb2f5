#pragma once

/// What the HTML around the Liquid is: found once, when a template is compiled.
///
/// Gumbo parses a mask of the source, in which Liquid is replaced by harmless characters of the
/// same length; every place it finds is a place in the source.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/templates/liquid_tokens.h"

namespace sojourn::templates {

/// Elements in elements that are not closed; the parser recurses and copies open formatting.
inline constexpr int html_nesting_max = 1000;
inline constexpr int html_open_formatting_max = 32;

/// Outputs as `x`, tags and comments as spaces: positions stay, and no Liquid looks like HTML.
[[nodiscard]] std::string masked_source(std::string_view source, const std::vector<Token>& tokens);

/// Refuses what would take a parser of HTML unreasonable time or memory: `template_too_deep`.
[[nodiscard]] Result<void> check_html_nesting(std::string_view masked);

struct HtmlAttribute {
  /// In lower case.
  std::string name;
  /// The value's place, without quotes; empty at the end of the name where there is none.
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The attributes of the start tag that fills [begin, end) of `masked`, repeated ones included.
[[nodiscard]] std::vector<HtmlAttribute> attributes_of(std::string_view masked, std::size_t begin,
                                                       std::size_t end);

/// One `href` of an `a` or `area`.
struct LinkSite {
  /// The place of the address in the source.
  std::size_t begin = 0;
  std::size_t end = 0;
  int line = 0;
  /// False with `data-no-track`: checked, but not replaced.
  bool is_tracked = true;
  /// The text of the link as the template has it, or the `alt` of its image; may be empty.
  std::string label;
};

struct HtmlScan {
  /// In the order of the source, without overlap.
  std::vector<LinkSite> links;
  /// Where what comes first, and what comes last, in the body goes.
  std::size_t body_begin = 0;
  std::size_t body_end = 0;
};

[[nodiscard]] HtmlScan scan_html(std::string_view source, std::string_view masked,
                                 const std::vector<Token>& tokens);

}  // namespace sojourn::templates
