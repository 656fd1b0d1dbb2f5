#pragma once

/// PostgreSQL's SQLSTATE codes as errors of the store. The only place that translates them.

#include <libpq-fe.h>

#include "base/result.h"

namespace sojourn::store::driver::postgres {

/// The error of a result that failed. A text of the server may quote a row: only its first line,
/// which does not, is kept.
[[nodiscard]] Error to_error(const PGresult* result);
/// The error of a connection that is lost or was never made.
[[nodiscard]] Error lost_error(PGconn* connection);

}  // namespace sojourn::store::driver::postgres
