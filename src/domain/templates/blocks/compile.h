#pragma once

/// From a document to an email as its author could have written it: HTML with Liquid in it.
///
/// Tables with role=presentation and inline styles, VML for the buttons of Outlook, a style sheet
/// for phones and dark mode. Links, counting, escaping and the text part are the business of
/// email_template.h, which compiles what this makes.

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/templates/blocks/document.h"
#include "domain/templates/blocks/kit.h"
#include "domain/templates/email_template.h"

namespace sojourn::templates::blocks {

/// Errors name the field below `path`: `unknown_brand`, `unknown_block`, `unknown_asset`, and
/// `page_among_blocks` for a raw block that is a whole page though it does not stand alone. A
/// function of its arguments; linear in the document.
[[nodiscard]] Result<EmailTemplate> compile_document(const Document& document, const Kit& kit,
                                                     const std::string& path = "");

}  // namespace sojourn::templates::blocks
