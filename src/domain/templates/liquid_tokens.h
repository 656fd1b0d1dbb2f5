#pragma once

/// A source cut into plain text, outputs and tags; the one place that knows their delimiters.

#include <string_view>
#include <vector>

#include "base/result.h"

namespace sojourn::templates {

struct Token {
  /// `raw` is the text between raw and endraw; `comment` a whole comment, doc or `{% # %}`, with
  /// its delimiters.
  enum class Kind { text, raw, output, tag, comment };
  Kind kind = Kind::text;
  /// In the source, delimiters included; white space that a neighbour's dash removes is included.
  std::size_t begin = 0;
  std::size_t end = 0;
  /// Of a text: what is printed. Of an output or tag: what is between the delimiters.
  std::string_view content;
  /// On which it begins, from 1.
  int line = 0;
};

/// All of the source, without gaps. Errors: `invalid_template` for what is not closed.
[[nodiscard]] Result<std::vector<Token>> tokenize(std::string_view source);

/// The first word of a tag's content and the rest, both trimmed.
struct TagParts {
  std::string_view name;
  std::string_view markup;
};
[[nodiscard]] TagParts split_tag(std::string_view content);

/// The error for a line of a template; `unit` is the partial's name, empty for the template.
[[nodiscard]] Error template_error(std::string_view unit, int line, std::string_view what);

}  // namespace sojourn::templates
