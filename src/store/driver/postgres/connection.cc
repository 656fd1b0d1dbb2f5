#include "store/driver/postgres/connection.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

#include "base/ensure.h"
#include "base/log.h"
#include "store/driver/postgres/copy.h"
#include "store/driver/postgres/dialect.h"
#include "store/driver/postgres/error.h"

namespace sojourn::store::driver::postgres {
namespace {

/// Answers that may be on their way: bounds what the server's side of the socket has to hold.
constexpr std::size_t awaited_max = 512;
/// Between attempts to reach a database that went away: nothing tells that it is back. The thread
/// that sleeps is the writer's, which has nothing else to do until its commit is known.
constexpr auto reconnect_pause = std::chrono::milliseconds(200);

constexpr Sql begin_writing_sql = "BEGIN";
constexpr Sql begin_reading_sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr Sql commit_sql = "COMMIT";
constexpr Sql rollback_sql = "ROLLBACK";
// BEGIN alone takes no snapshot; the first read does.
constexpr Sql take_snapshot_sql = "SELECT 1";
constexpr Sql set_key_sql =
    "INSERT INTO commit_key (writer, key) VALUES (?1, ?2)"
    " ON CONFLICT (writer) DO UPDATE SET key = excluded.key";
constexpr Sql key_sql = "SELECT key FROM commit_key WHERE writer = ?1";

/// Values in the form in which libpq takes them. Numbers travel as text, which fits every width.
class Values {
 public:
  explicit Values(std::span<const Parameter> parameters) {
    owned_.reserve(parameters.size());
    for (const Parameter& parameter : parameters) add(parameter);
  }
  [[nodiscard]] int count() const { return static_cast<int>(starts_.size()); }
  [[nodiscard]] const char* const* starts() const { return starts_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void add(const Parameter& parameter) {
    switch (parameter.kind()) {
      case Parameter::Kind::null:
        starts_.push_back(nullptr);
        lengths_.push_back(0);
        formats_.push_back(0);
        return;
      case Parameter::Kind::integer:
        add_bytes(owned_.emplace_back(std::to_string(parameter.integer())), 0);
        return;
      case Parameter::Kind::text:
        if (is_storable(parameter.text())) return add_bytes(parameter.text(), 1);
        return add_bytes(owned_.emplace_back(to_stored(parameter.text())), 1);
      case Parameter::Kind::bytes:
        add_bytes(parameter.text(), 1);
        return;
    }
  }
  void add_bytes(std::string_view bytes, int format) {
    // A null pointer would bind NULL where empty text is meant.
    starts_.push_back(bytes.data() != nullptr ? bytes.data() : "");
    lengths_.push_back(static_cast<int>(bytes.size()));
    formats_.push_back(format);
  }

  std::vector<std::string> owned_;
  std::vector<const char*> starts_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

bool is_success(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::int64_t changed_rows(PGresult* result) {
  const char* const digits = PQcmdTuples(result);
  return *digits == '\0' ? 0 : std::strtoll(digits, nullptr, 10);
}

/// libpq counts bytes of a parameter in an int, PostgreSQL takes at most 1 GB.
bool is_too_large(const Parameter& parameter) {
  constexpr std::size_t bytes_max = 1'000'000'000;
  return parameter.text().size() > bytes_max;
}

}  // namespace

PostgresConnection::PostgresConnection(Options options, Session session)
    : options_(std::move(options)), session_(std::move(session)) {
  ENSURE(PQenterPipelineMode(session_.connection.get()) == 1);
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const Options& options) {
  TRY(session, begin_session(options.session, std::nullopt));
  return std::unique_ptr<PostgresConnection>(new PostgresConnection(options, std::move(session)));
}

PostgresConnection::Prepared& PostgresConnection::prepared(const Sql& sql) {
  std::unique_ptr<Prepared>& place = prepared_[sql.text()];
  if (place == nullptr) {
    place = std::make_unique<Prepared>();
    place->name = fmt::format("s{}", prepared_.size());
    place->text = with_dollar_parameters(sql.text());
    place->statement = std::make_unique<PostgresStatement>(static_cast<Asks&>(*this), sql);
  }
  return *place;
}

Result<Statement*> PostgresConnection::prepare(const Sql& sql) {
  return prepared(sql).statement.get();
}

// Sending and receiving

/// Queues a statement; its answer is awaited, and wanted where it has a group.
Result<void> PostgresConnection::send(const Sql& sql, std::span<const Parameter> parameters,
                                      std::optional<std::size_t> group) {
  if (is_lost()) return failure(forget_session());
  for (const Parameter& parameter : parameters) {
    if (is_too_large(parameter)) return failure("damaged", "a value is above 1 GB");
  }
  PGconn* const connection = session_.connection.get();
  Prepared& statement = prepared(sql);
  if (!statement.is_there) {
    if (PQsendPrepare(connection, statement.name.c_str(), statement.text.c_str(), 0, nullptr) !=
        1) {
      return failure(forget_session());
    }
    statement.is_there = true;
    awaited_.push_back({.preparing = &statement});
  }
  const Values values(parameters);
  if (PQsendQueryPrepared(connection, statement.name.c_str(), values.count(), values.starts(),
                          values.lengths(), values.formats(), 1) != 1) {
    return failure(forget_session());
  }
  awaited_.push_back({.group = group});
  return {};
}

/// Takes in every answer that is awaited; the first error is that of the whole.
Result<void> PostgresConnection::receive(const Take& take) {
  PGconn* const connection = session_.connection.get();
  if (is_lost() || PQpipelineSync(connection) != 1) return failure(forget_session());
  Result<void> outcome;
  for (const Awaited& awaited : awaited_) {
    OwnedResult result(PQgetResult(connection));
    if (is_lost() || result == nullptr) return failure(forget_session());
    if (awaited.preparing != nullptr) awaited.preparing->is_there = is_success(result.get());
    if (outcome && !is_success(result.get())) outcome = failure(to_error(result.get()));
    if (outcome && awaited.group) outcome = take(*awaited.group, std::move(result));
    if (outcome && awaited.visit) {
      PostgresStatement rows(std::move(result));
      outcome = visit_rows(rows, awaited.visit);
    }
    // A null stands after the results of each statement.
    while (OwnedResult more{PQgetResult(connection)}) {
      if (is_lost()) return failure(forget_session());
    }
  }
  awaited_.clear();
  const OwnedResult end(PQgetResult(connection));
  if (is_lost() || PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) {
    return failure(forget_session());
  }
  return outcome;
}

/// Carries out `work`, which outside of a transaction only reads: there it is repeated on a new
/// connection where the old one turns out to be lost.
template <typename Work>
Result<void> PostgresConnection::with_connection(const Work& work) {
  const bool may_repeat = !is_in_transaction_ && awaited_.empty();
  if (may_repeat && is_lost()) TRY_VOID(reconnect());
  Result<void> done = work();
  if (done || !may_repeat || !is_lost()) return done;
  TRY_VOID(reconnect());
  return work();
}

Result<OwnedResult> PostgresConnection::ask(const Sql& sql, std::span<const Parameter> parameters) {
  OwnedResult answer;
  const auto keep = [&](std::size_t, OwnedResult result) -> Result<void> {
    answer = std::move(result);
    return {};
  };
  const Result<void> asked = with_connection([&]() -> Result<void> {
    TRY_VOID(send(sql, parameters, 0));
    return receive(keep);
  });
  if (!asked) return failure(asked.error());
  return answer;
}

Result<std::int64_t> PostgresConnection::execute(const Sql& sql,
                                                 std::span<const Parameter> parameters) {
  TRY(result, ask(sql, parameters));
  return changed_rows(result.get());
}

/// A round trip; what was posted before is answered with it.
Result<void> PostgresConnection::ping() {
  return receive([](std::size_t, const OwnedResult&) -> Result<void> { return {}; });
}

Result<void> PostgresConnection::post(const Sql& sql, std::span<const Parameter> parameters) {
  TRY_VOID(send(sql, parameters, std::nullopt));
  return awaited_.size() < awaited_max ? Result<void>() : flush();
}

Result<void> PostgresConnection::post_query(const Sql& sql, std::span<const Parameter> parameters,
                                            std::function<void(Row&)> visit) {
  TRY_VOID(send(sql, parameters, std::nullopt));
  awaited_.back().visit = std::move(visit);
  return awaited_.size() < awaited_max ? Result<void>() : flush();
}

Result<void> PostgresConnection::flush() {
  return awaited_.empty() ? Result<void>() : ping();
}

Result<void> PostgresConnection::send_each(const Sql& sql, std::size_t columns,
                                           std::span<const Parameter> values, const Take& take) {
  ENSURE(columns > 0 && values.size() % columns == 0);
  for (std::size_t group = 0; group * columns < values.size(); ++group) {
    TRY_VOID(send(sql, values.subspan(group * columns, columns), group));
    if (awaited_.size() >= awaited_max) TRY_VOID(receive(take));
  }
  return receive(take);
}

Result<void> PostgresConnection::query_each(const Sql& sql, std::size_t columns,
                                            std::span<const Parameter> values,
                                            const std::function<void(std::size_t, Row&)>& visit) {
  // Outside of a transaction what was visited before the connection was lost would come again.
  if (!is_in_transaction_) TRY_VOID(with_connection([this] { return ping(); }));
  return send_each(sql, columns, values,
                   [&](std::size_t group, OwnedResult result) -> Result<void> {
                     PostgresStatement rows(std::move(result));
                     return visit_rows(rows, [&](Row& row) { visit(group, row); });
                   });
}

Result<std::int64_t> PostgresConnection::insert_rows(const Sql& insert, std::size_t columns,
                                                     std::span<const Parameter> values) {
  std::int64_t inserted = 0;
  TRY_VOID(send_each(insert, columns, values,
                     [&](std::size_t, const OwnedResult& result) -> Result<void> {
                       inserted += changed_rows(result.get());
                       return {};
                     }));
  return inserted;
}

/// Runs `work` where libpq is not in its pipeline mode, as scripts and COPY need.
template <typename Work>
Result<void> PostgresConnection::outside_pipeline(const Work& work) {
  if (is_lost()) return failure(forget_session());
  TRY_VOID(flush());
  PGconn* const connection = session_.connection.get();
  ENSURE(PQexitPipelineMode(connection) == 1);
  Result<void> worked = work(connection);
  if (is_lost()) return failure(forget_session());
  ENSURE(PQenterPipelineMode(connection) == 1);
  return worked;
}

Result<void> PostgresConnection::run_script(const std::string& script) {
  return outside_pipeline([&](PGconn* connection) -> Result<void> {
    const OwnedResult result(PQexec(connection, script.c_str()));
    return is_success(result.get()) ? Result<void>() : failure(to_error(result.get()));
  });
}

Result<void> PostgresConnection::copy_rows(const Sql& copy, ColumnBytes columns,
                                           std::span<const Parameter> values) {
  return outside_pipeline(
      [&](PGconn* connection) { return send_copy(connection, copy.text(), columns, values); });
}

// The session

/// Nothing of it can be used any more. The answer is why.
Error PostgresConnection::forget_session() {
  Error error = lost_error(session_.connection.get());
  awaited_.clear();
  for (auto& [text, statement] : prepared_) statement->is_there = false;
  // Where libpq refused a call on a connection that stands, the connection is of no use either.
  session_.connection.reset();
  return error;
}

Result<void> PostgresConnection::reconnect() {
  TRY(session, begin_session(options_.session, session_.backend));
  session_ = std::move(session);
  ENSURE(PQenterPipelineMode(session_.connection.get()) == 1);
  return {};
}

// Transactions

Result<void> PostgresConnection::begin() {
  ENSURE(!options_.session.writes.empty());
  ENSURE(!is_in_transaction_);
  if (is_lost()) TRY_VOID(reconnect());
  if (unresolved_) {
    TRY(committed, has_committed());
    unresolved_.reset();
    if (committed) {
      return failure("disk_failed",
                     "a commit whose answer was lost has turned out to have happened");
    }
  }
  TRY_VOID(send(begin_writing_sql, {}, std::nullopt));
  is_in_transaction_ = true;
  return {};
}

Result<void> PostgresConnection::begin_reading() {
  ENSURE(!is_in_transaction_);
  Result<void> begun = with_connection([this]() -> Result<void> {
    TRY_VOID(send(begin_reading_sql, {}, std::nullopt));
    TRY_VOID(ask(take_snapshot_sql, {}));
    return {};
  });
  is_in_transaction_ = !is_lost();
  if (!begun) rollback();
  return begun;
}

Result<void> PostgresConnection::commit() {
  ENSURE(is_in_transaction_);
  if (is_lost()) return failure("disk_failed", "the connection to PostgreSQL was lost");
  const std::string key = fmt::format("{}/{}", session_.nonce, ++commits_);
  const std::array key_values = {Parameter(options_.session.writes), Parameter(key)};
  TRY_VOID(send(set_key_sql, key_values, std::nullopt));
  const Result<OwnedResult> ended = ask(commit_sql, {});
  if (ended) {
    is_in_transaction_ = false;
    // After an error that was told before, PostgreSQL takes COMMIT for ROLLBACK.
    const bool is_committed = std::string_view(PQcmdStatus(ended->get())) == "COMMIT";
    return is_committed ? Result<void>() : failure("damaged", "the transaction had failed before");
  }
  if (!is_lost()) return failure(ended.error());
  is_in_transaction_ = false;
  unresolved_ = key;
  log::warn("the database was lost while a transaction was committed",
            {{"writer", options_.session.writes}, {"error", ended.error().message}});
  return resolve_commit();
}

Result<void> PostgresConnection::resolve_commit() {
  ENSURE(unresolved_.has_value());
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.patience.ms);
  while (true) {
    Result<void> connected = is_lost() ? reconnect() : Result<void>();
    const Result<bool> committed =
        connected ? has_committed() : Result<bool>(tl::unexpected(connected.error()));
    if (committed) {
      unresolved_.reset();
      log::info("the end of the lost transaction is known",
                {{"writer", options_.session.writes}, {"committed", *committed ? "yes" : "no"}});
      if (*committed) return {};
      return failure("disk_failed", "the database was lost before the transaction was committed");
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return failure("commit_unknown", committed.error().message);
    }
    std::this_thread::sleep_for(reconnect_pause);
  }
}

/// Whether the transaction of the unresolved key is in the database.
Result<bool> PostgresConnection::has_committed() {
  const std::array writer = {Parameter(options_.session.writes)};
  TRY(result, ask(key_sql, writer));
  PostgresStatement rows(std::move(result));
  bool is_ours = false;
  TRY_VOID(visit_rows(rows, [&](Row& row) { is_ours = row.view(0) == *unresolved_; }));
  return is_ours;
}

void PostgresConnection::rollback() {
  if (!is_in_transaction_) return;
  is_in_transaction_ = false;
  if (is_lost()) return;
  // Behind a statement that fails the server skips what was sent with it, ROLLBACK too. What
  // ROLLBACK itself may report changes nothing: a connection that is lost has rolled back.
  (void)flush();
  if (!is_lost()) (void)send(rollback_sql, {}, std::nullopt);
  if (!is_lost()) (void)flush();
}

}  // namespace sojourn::store::driver::postgres
