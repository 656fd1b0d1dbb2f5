#pragma once

/// The text part of a message, made from its HTML: once as a template, then laid out per message.

#include <string>
#include <string_view>
#include <vector>

#include "domain/templates/html_scan.h"
#include "domain/templates/liquid_tokens.h"

namespace sojourn::templates {

/// A link's address in a derived text.
struct TextLink {
  /// The place of the address in the derived source.
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_tracked = true;
  std::string label;
};

struct DerivedText {
  /// A Liquid template: the visible text with its outputs, and every tag that decides what is
  /// printed. Breaks stand in it as the characters that lay_out knows.
  std::string source;
  /// In the order of the source.
  std::vector<TextLink> links;
};

/// `scan` is of the same source. Invisible parts (head, style, script, `display:none`,
/// `aria-hidden`) are left out, links keep their address behind their text, table rows become
/// lines.
[[nodiscard]] DerivedText derive_text(std::string_view source, std::string_view masked,
                                      const std::vector<Token>& tokens, const HtmlScan& scan);

/// Breaks between pieces of text; of several in a row the largest counts, but line breaks add up.
/// Control characters, which no text of a message holds and no white space control removes.
inline constexpr char line_break = '\x1c';
inline constexpr char soft_space = '\x1d';
inline constexpr char line_end = '\x1e';
inline constexpr char paragraph_end = '\x1f';

/// A rendered derived text as it is read: breaks resolved, at most one empty line in a row, no
/// white space at either end of the text or at the end of a line, no other control characters.
[[nodiscard]] std::string lay_out(std::string_view rendered);

}  // namespace sojourn::templates
