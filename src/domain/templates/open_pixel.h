#pragma once

/// The image that tells that a mail was opened, as it stands in rendered HTML.

#include <string>
#include <string_view>

namespace sojourn::templates {

/// Empty where `url` is.
[[nodiscard]] std::string open_pixel(std::string_view url);

/// `html` without the image of this address, which rendering puts there once.
[[nodiscard]] std::string without_open_pixel(std::string html, std::string_view url);

}  // namespace sojourn::templates
