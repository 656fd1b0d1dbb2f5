#pragma once

/// Texts as JSON: nodes of ProseMirror, as TipTap names them, or short forms that people write.
///
/// A text is `{type: doc, content: [paragraph | heading | bulletList | orderedList]}`, or plain
/// text whose empty lines part paragraphs. A line is a list of `text`, `hardBreak` and `liquidVar`
/// nodes, or plain text. Marks are `bold`, `italic`, `underline`, `strike`, `code`, `link`
/// (`attrs.href`) and `textStyle` (`attrs.color`). Other attributes of nodes are left out.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/templates/blocks/rich_text.h"

namespace sojourn::templates::blocks {

/// Errors name the place below `path`: `wrong_type`, `missing_member`, `unknown_choice`,
/// `too_long`, `too_many`, `too_deep`, `invalid_template`.
[[nodiscard]] Result<RichText> read_rich_text(const Value& value, const std::string& path);
[[nodiscard]] Result<Line> read_line(const Value& value, const std::string& path);

[[nodiscard]] Value write_rich_text(const RichText& text);
/// Plain text where there is nothing else to tell.
[[nodiscard]] Value write_line(const Line& line);

/// `start`, `center`, `end`; `left` and `right` are read as the first and the last.
[[nodiscard]] std::optional<Align> parse_align(std::string_view text);
[[nodiscard]] std::string_view to_string(Align align);

}  // namespace sojourn::templates::blocks
