#pragma once

/// Where data and Liquid meet in a source that is generated: what is data stays data, and what may
/// be Liquid is checked by itself, so that an error names the place and not a line of the whole.

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/templates/blocks/document.h"
#include "domain/templates/blocks/rich_text.h"

namespace sojourn::templates::blocks {

/// Data as a piece of HTML, in text or in an attribute. A brace becomes a character reference, so
/// that neither the piece nor it and its neighbours are Liquid.
[[nodiscard]] std::string html_data(std::string_view text);

/// An address or a subject as a piece of HTML: its Liquid as it is, the rest as data.
[[nodiscard]] std::string html_source(std::string_view liquid);

/// The output of a variable, for HTML that is rendered with its outputs escaped.
[[nodiscard]] std::string html_output(const Variable& variable);

// Each answers the error at `path`: `too_long`, or `invalid_template` with what Liquid says.

/// What stands between `{{` and `}}`.
[[nodiscard]] Result<void> check_expression(const std::string& path, std::string_view expression);
/// What stands behind `if`.
[[nodiscard]] Result<void> check_condition(const std::string& path, std::string_view condition);
[[nodiscard]] Result<void> check_repeat(const std::string& path, const Repeat& repeat);
/// Outputs and text, no tags.
[[nodiscard]] Result<void> check_address(const std::string& path, std::string_view address);
/// Any Liquid that is whole by itself.
[[nodiscard]] Result<void> check_liquid(const std::string& path, std::string_view source,
                                        std::size_t bytes_max);

}  // namespace sojourn::templates::blocks
