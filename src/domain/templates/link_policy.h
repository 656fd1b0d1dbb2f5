#pragma once

/// Which addresses of a message are replaced by a click address, kept, or taken out.

#include <string>
#include <string_view>
#include <vector>

namespace sojourn::templates {

enum class LinkTreatment {
  track,   // http and https
  keep,    // mailto, tel, sms, a fragment, nothing
  refuse,  // javascript, data, relative addresses and whatever else no message should hold
};

/// Judges a rendered address, as a browser would read it.
[[nodiscard]] LinkTreatment treatment_of(std::string_view url);

/// The address that an attribute's value means: character references decoded (HTML living standard
/// §13.2.5.72: numeric ones, and the named ones that occur in addresses), without the white space
/// around it and the line breaks and tabs in it (URL standard §4.4). Everything else byte for byte.
[[nodiscard]] std::string url_of_attribute(std::string_view value);

/// Text with its character references decoded; unknown ones stay as they are.
[[nodiscard]] std::string decode_entities(std::string_view text);

/// The scheme that an address begins with, in lower case; empty where it has none.
[[nodiscard]] std::string scheme_of(std::string_view url);

}  // namespace sojourn::templates
