#pragma once

/// Documents as JSON: `{v: 1, theme, subject, preheader, lang, dir, rows: [{cols: [{w, blocks}],
/// bg, showIf, repeat, stack}]}`, each block an object with its `type` (docs/reference/blocks.md).

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/templates/blocks/document.h"

namespace sojourn::templates::blocks {

/// Errors name the field below `path`, its value and its limit: those of the definitions' reader
/// and of read_rich_text(). A document of another version is `unknown_value`.
[[nodiscard]] Result<Document> read_document(const Value& value, const std::string& path = "");
/// Reads back as the same document.
[[nodiscard]] Value write_document(const Document& document);

/// `{kind: block, key, name, blocks}`. Saved blocks hold no saved blocks.
[[nodiscard]] Result<SavedBlock> read_saved_block(const Value& value);

}  // namespace sojourn::templates::blocks
