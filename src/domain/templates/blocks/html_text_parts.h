#pragma once

/// Texts and lines of a document as HTML with Liquid in it.

#include <string>
#include <string_view>

#include "domain/templates/blocks/brand.h"
#include "domain/templates/blocks/rich_text.h"

namespace sojourn::templates::blocks {

/// What a text stands on. On a ground of its own colour nothing changes with the dark mode.
struct Ground {
  Palette palette;
  bool is_themed = true;

  /// ` class="s-text"`, or nothing where the theme does not reach.
  [[nodiscard]] std::string mark(std::string_view name) const;
};

struct TextStyle {
  const Look& look;
  const Ground& ground;
  bool is_right_to_left = false;
  int size = 16;
  Colour colour;
  bool is_heading = false;
  bool is_bold = false;
};

/// `font-family:…;font-size:…;line-height:…;color:…`
[[nodiscard]] std::string css_of(const TextStyle& style);
/// `left`, `center` or `right`.
[[nodiscard]] std::string_view css_align(Align align, bool is_right_to_left);
[[nodiscard]] std::string html_line(const Line& line, const TextStyle& style);
/// For an attribute: text and variables, no marks.
[[nodiscard]] std::string attribute_line(const Line& line);
[[nodiscard]] std::string html_rich_text(const RichText& text, const TextStyle& style);
/// An opening tag of a link.
[[nodiscard]] std::string link_tag(std::string_view href, const TextStyle& style);

}  // namespace sojourn::templates::blocks
