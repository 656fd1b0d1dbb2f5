#pragma once

/// Bytes that nobody can guess: keys, session ids, message ids. Passed in, so that tests choose.

#include <functional>
#include <string>

namespace sojourn::api {

/// Gives so many bytes. Thread-safe.
using RandomBytes = std::function<std::string(std::size_t)>;

/// From the operating system.
[[nodiscard]] std::string system_random_bytes(std::size_t size);

}  // namespace sojourn::api
