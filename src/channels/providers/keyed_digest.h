#pragma once

/// HMAC-SHA256 (RFC 2104), by which services sign what they send and are signed to.

#include <string>
#include <string_view>

namespace sojourn::channels::providers {

/// 32 bytes.
[[nodiscard]] std::string keyed_digest(std::string_view key, std::string_view text);

}  // namespace sojourn::channels::providers
