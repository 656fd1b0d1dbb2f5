#pragma once

/// COPY in PostgreSQL's binary form: rows on their way into a table.

#include <libpq-fe.h>

#include <span>

#include "base/result.h"
#include "store/driver/driver.h"

namespace sojourn::store::driver::postgres {

/// Sends rows of as many values as there are columns. `columns` says for each how many bytes an
/// integer has there, or zero for text and bytes. The connection must not be in pipeline mode.
[[nodiscard]] Result<void> send_copy(PGconn* connection, const char* copy,
                                     std::span<const int> columns,
                                     std::span<const Parameter> values);

}  // namespace sojourn::store::driver::postgres
