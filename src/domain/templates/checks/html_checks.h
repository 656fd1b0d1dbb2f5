#pragma once

/// What a mail's HTML lacks: alternative texts, and letters that can be told from what is behind.

#include <string_view>
#include <vector>

#include "domain/templates/checks/check.h"

namespace sojourn::templates::checks {

/// Of HTML without Liquid, or of a source as masked_source() has it: what Liquid stood in says
/// nothing then, since nobody knows what it will be.
enum class HtmlForm { rendered, masked };

/// image_without_alt, image_not_https, low_contrast; link_empty, link_not_https, link_refused and
/// link_text_differs of rendered HTML alone.
[[nodiscard]] std::vector<Check> check_html(std::string_view html, HtmlForm form);

}  // namespace sojourn::templates::checks
