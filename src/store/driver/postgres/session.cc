#include "store/driver/postgres/session.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <thread>
#include <vector>

#include "store/driver/postgres/error.h"
#include "store/driver/postgres/statement.h"

namespace sojourn::store::driver::postgres {
namespace {

constexpr int version_min = 150'000;
/// How long a writer waits for the one before it: the server needs a moment to notice that a
/// process was killed. Another process that lives holds on for longer.
constexpr auto lock_wait = std::chrono::seconds(3);
/// The lock is asked for anew rather than waited for in the server, where an open question would
/// outlive `lock_wait`. Only at a start and after a lost connection.
constexpr auto lock_pause = std::chrono::milliseconds(50);

constexpr const char* backend_sql =
    "SELECT pid::text, backend_start::text, gen_random_uuid()::text FROM pg_stat_activity"
    " WHERE pid = pg_backend_pid()";
constexpr const char* end_backend_sql =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid::text = $1 AND backend_start::text = $2";
// A database may hold several workspaces, a schema each.
constexpr const char* lock_sql =
    "SELECT pg_try_advisory_lock(hashtextextended('sojourn ' || current_schema() || ' ' || $1, 0))";
// A database that was told to acknowledge before its disk has the data would break promise 1 of
// ARCHITECTURE 7. Settings that wait for standbys, too, are left as they are.
constexpr const char* durable_sql =
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'";
/// The driver's own table: which commit of a writer was its last; see connection.h.
constexpr const char* commit_key_sql =
    "CREATE TABLE IF NOT EXISTS commit_key ("
    "writer text COLLATE \"C\" NOT NULL PRIMARY KEY, key text COLLATE \"C\" NOT NULL)";

void ignore_notice(void*, const char*) {}

Result<OwnedResult> ask(PGconn* connection, const char* sql,
                        const std::vector<const char*>& parameters) {
  OwnedResult result(PQexecParams(connection, sql, static_cast<int>(parameters.size()), nullptr,
                                  parameters.data(), nullptr, nullptr, 0));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  if (PQstatus(connection) == CONNECTION_BAD) return failure(lost_error(connection));
  return failure(to_error(result.get()));
}

std::string field(const OwnedResult& result, int column) {
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, column) : "";
}

Result<OwnedConnection> connect(const std::string& url) {
  // What stands before `dbname` may be set otherwise by the URL, what stands after it may not. A
  // peer that has vanished is noticed within half a minute; with several hosts the primary is
  // taken.
  constexpr std::array keywords = {"connect_timeout",
                                   "keepalives_idle",
                                   "keepalives_interval",
                                   "keepalives_count",
                                   "tcp_user_timeout",
                                   "application_name",
                                   "dbname",
                                   "client_encoding",
                                   "target_session_attrs",
                                   static_cast<const char*>(nullptr)};
  const std::array values = {
      "5",       "10",        "5",    "3",          "20000",
      "sojourn", url.c_str(), "UTF8", "read-write", static_cast<const char*>(nullptr)};
  OwnedConnection connection(PQconnectdbParams(keywords.data(), values.data(), 1));
  if (PQstatus(connection.get()) != CONNECTION_OK) return failure(lost_error(connection.get()));
  PQsetNoticeProcessor(connection.get(), &ignore_notice, nullptr);
  return connection;
}

Result<void> check_server(PGconn* connection) {
  const int version = PQserverVersion(connection);
  if (version < version_min) {
    return failure({.code = "unsupported_database",
                    .message = fmt::format("the database is PostgreSQL {}, 15 or newer is needed",
                                           version / 10'000),
                    .value = std::to_string(version / 10'000),
                    .limit = "15"});
  }
  const char* const encoding = PQparameterStatus(connection, "server_encoding");
  const std::string_view found = encoding == nullptr ? "" : encoding;
  if (found == "UTF8") return {};
  return failure({.code = "unsupported_database",
                  .message = fmt::format("the database is encoded in {}, UTF8 is needed", found),
                  .value = std::string(found),
                  .limit = "UTF8"});
}

Result<void> take_lock(PGconn* connection, const std::string& writes) {
  const auto deadline = std::chrono::steady_clock::now() + lock_wait;
  while (true) {
    TRY(answer, ask(connection, lock_sql, {writes.c_str()}));
    if (field(answer, 0) == "t") return {};
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(lock_pause);
  }
  return failure("busy", "the workspace in this database is in use by another process of Sojourn");
}

}  // namespace

Result<Session> begin_session(const SessionOptions& options, const std::optional<Backend>& former) {
  TRY(connection, connect(options.url));
  TRY_VOID(check_server(connection.get()));
  TRY(backend, ask(connection.get(), backend_sql, {}));
  Session session{.connection = nullptr,
                  .backend = {.process = field(backend, 0), .began_at = field(backend, 1)},
                  .nonce = field(backend, 2)};
  if (!options.writes.empty()) {
    if (former) {
      TRY_VOID(ask(connection.get(), end_backend_sql,
                   {former->process.c_str(), former->began_at.c_str()}));
    }
    TRY_VOID(take_lock(connection.get(), options.writes));
    TRY_VOID(ask(connection.get(), durable_sql, {}));
    TRY_VOID(ask(connection.get(), commit_key_sql, {}));
  }
  session.connection = std::move(connection);
  return session;
}

}  // namespace sojourn::store::driver::postgres
