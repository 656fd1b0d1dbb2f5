#pragma once

/// Content-Encoding: gzip of request bodies (RFC 1952).

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn::net {

/// Unpacks gzip, of one or several members, to at most `bytes_max` bytes.
/// Errors: `too_large`, whose limit is `bytes_max`, as soon as it is passed and without unpacking
/// more; `malformed_gzip` also for an end that is missing and for bytes that follow it.
[[nodiscard]] Result<std::string> inflate_gzip(std::string_view compressed, std::size_t bytes_max);

}  // namespace sojourn::net
