#pragma once

/// Searching in time linear in both texts: std::string_view::find takes their product at worst,
/// which a template could use to stall a render.

#include <string_view>

namespace sojourn::templates {

/// The first place at or after `from`; npos where there is none. An empty `wanted` is found at
/// `from`.
[[nodiscard]] std::size_t find_text(std::string_view text, std::string_view wanted,
                                    std::size_t from = 0);

}  // namespace sojourn::templates
