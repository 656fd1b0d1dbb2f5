#pragma once

/// What all services need to read JSON answers and reports, and to take an endpoint apart.

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace sojourn::channels::providers {

/// Empty where the text is no JSON object.
[[nodiscard]] Object json_object(std::string_view text);
/// The text at a path of members; a number as it is written; empty for anything else.
[[nodiscard]] std::string text_at(const Object& object, std::string_view path);
/// The object at a path of members; empty where there is none.
[[nodiscard]] Object object_at(const Object& object, std::string_view path);
/// The objects of the list at a path of members.
[[nodiscard]] std::vector<Object> objects_at(const Object& object, std::string_view path);

struct EndpointParts {
  std::string host;  ///< as a client writes it into Host: without the scheme's own port
  std::string path;  ///< without a slash at the end; empty where the endpoint has none
};
[[nodiscard]] EndpointParts parts_of(std::string_view endpoint);

}  // namespace sojourn::channels::providers
