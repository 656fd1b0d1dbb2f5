#pragma once

/// Names of internet domains in the one form that DNS and mail servers compare.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sojourn {

/// RFC 5321 §4.5.3.1.2, less the root.
inline constexpr std::size_t domain_name_bytes_max = 253;

/// A domain name in lower case A-labels (RFC 5890): `Müller.DE` -> `xn--mller-kva.de`. Absent where
/// the text is none. A single label is one.
[[nodiscard]] std::optional<std::string> ascii_domain(std::string_view name);

}  // namespace sojourn
