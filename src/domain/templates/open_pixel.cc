#include "domain/templates/open_pixel.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sojourn::templates {

std::string open_pixel(std::string_view url) {
  if (url.empty()) return {};
  return fmt::format(
      "<img src=\"{}\" width=\"1\" height=\"1\" alt=\"\" "
      "style=\"display:block;border:0;width:1px;height:1px\">",
      escape_html(url));
}

std::string without_open_pixel(std::string html, std::string_view url) {
  const std::string pixel = open_pixel(url);
  const std::size_t place = pixel.empty() ? std::string::npos : html.rfind(pixel);
  if (place != std::string::npos) html.erase(place, pixel.size());
  return html;
}

}  // namespace sojourn::templates
