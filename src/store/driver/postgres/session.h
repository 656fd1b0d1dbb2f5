#pragma once

/// How a connection to PostgreSQL begins: connected, set up, and with its right to write.

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace sojourn::store::driver::postgres {

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using OwnedConnection = std::unique_ptr<PGconn, CloseConnection>;

/// The server's process behind a connection. Numbers of processes come again; with the time of
/// their beginning they do not.
struct Backend {
  std::string process;
  std::string began_at;
};

struct SessionOptions {
  std::string url;  ///< `postgresql://…`, as libpq reads it
  /// What this connection alone may write, `log` or `state`: a lock in the database that lasts as
  /// long as the connection. Empty: it only reads.
  std::string writes = {};
};

struct Session {
  OwnedConnection connection;
  Backend backend;
  std::string nonce;  ///< unlike that of every other session
};

/// Connects and, for a writer, takes the lock of what it writes. `former` is the backend of the
/// connection that this one follows: what may be left of it is ended, so that it lets the lock go.
///
/// Errors: `busy` where another process writes to this workspace, `disk_failed` where the database
/// cannot be reached, `unsupported_database` where it is older than version 15 or not in UTF-8.
[[nodiscard]] Result<Session> begin_session(const SessionOptions& options,
                                            const std::optional<Backend>& former);

}  // namespace sojourn::store::driver::postgres
