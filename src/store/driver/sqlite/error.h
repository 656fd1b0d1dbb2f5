#pragma once

/// SQLite's result codes as errors of the store. The only place that translates them.

#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;

namespace sojourn::store::driver::sqlite {

/// The error for an extended result code that is none of OK, ROW and DONE. `connection` adds
/// SQLite's own words and may be null. Out of memory and misuse end the process.
[[nodiscard]] Error to_error(int code, sqlite3* connection, std::string_view file);

}  // namespace sojourn::store::driver::sqlite
