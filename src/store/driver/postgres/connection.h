#pragma once

/// A connection to a PostgreSQL database, always in libpq's pipeline mode.
///
/// Statements are prepared when first used. post() only queues: what is queued travels with the
/// next call that asks for an answer.
///
/// A commit whose answer is lost with the connection may have happened or not. Each transaction
/// that writes leaves its key in the table `commit_key`; after reconnecting the key tells. Until
/// then nobody else can have written: the lock of the session (session.h) is taken again first, and
/// that waits for the end of what was left of the old one.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/result.h"
#include "base/time.h"
#include "store/driver/driver.h"
#include "store/driver/postgres/session.h"
#include "store/driver/postgres/statement.h"

namespace sojourn::store::driver::postgres {

/// A column of a COPY: bytes of an integer, or zero for text and bytes.
using ColumnBytes = std::span<const int>;

class PostgresConnection final : public Connection, private Asks {
 public:
  struct Options {
    SessionOptions session;
    /// How long a commit waits for a database that went away while it answered.
    Duration patience = Duration::seconds(60);
  };

  /// Errors as begin_session() has them.
  static Result<std::unique_ptr<PostgresConnection>> open(const Options& options);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  [[nodiscard]] Dialect dialect() const override { return Dialect::postgresql; }
  Result<Statement*> prepare(const Sql& sql) override;
  Result<void> run_script(const std::string& script) override;
  Result<std::int64_t> execute(const Sql& sql, std::span<const Parameter> parameters) override;
  Result<void> post(const Sql& sql, std::span<const Parameter> parameters) override;
  Result<void> post_query(const Sql& sql, std::span<const Parameter> parameters,
                          std::function<void(Row&)> visit) override;
  Result<void> flush() override;
  Result<void> query_each(const Sql& sql, std::size_t columns, std::span<const Parameter> values,
                          const std::function<void(std::size_t, Row&)>& visit) override;
  Result<std::int64_t> insert_rows(const Sql& insert, std::size_t columns,
                                   std::span<const Parameter> values) override;
  /// Connects again where the connection was lost. Error `disk_failed`, besides the usual, where a
  /// commit that was answered with `commit_unknown` turns out to have happened: what the caller
  /// has in memory is older than the database.
  Result<void> begin() override;
  Result<void> begin_reading() override;
  Result<void> commit() override;
  void rollback() override;

  /// After `commit_unknown`: waits as commit() did. Its answer is what commit() would have said.
  Result<void> resolve_commit();
  /// Sends rows by COPY in binary form. `copy` is a `COPY … FROM STDIN (FORMAT binary)`.
  Result<void> copy_rows(const Sql& copy, ColumnBytes columns, std::span<const Parameter> values);

 private:
  struct Prepared {
    std::string name;
    std::string text;
    bool is_there = false;  ///< in this session
    std::unique_ptr<PostgresStatement> statement;
  };
  /// An answer that is still to come.
  struct Awaited {
    Prepared* preparing = nullptr;          ///< it is that of preparing this
    std::optional<std::size_t> group = {};  ///< who calls receive() wants it
    std::function<void(Row&)> visit = {};   ///< who posted it wants it
  };
  using Take = std::function<Result<void>(std::size_t group, OwnedResult result)>;

  PostgresConnection(Options options, Session session);
  [[nodiscard]] bool is_lost() const {
    return PQstatus(session_.connection.get()) != CONNECTION_OK;
  }
  Prepared& prepared(const Sql& sql);
  Result<OwnedResult> ask(const Sql& sql, std::span<const Parameter> parameters) override;
  Result<void> send(const Sql& sql, std::span<const Parameter> parameters,
                    std::optional<std::size_t> group);
  Result<void> receive(const Take& take);
  Result<void> ping();
  template <typename Work>
  Result<void> with_connection(const Work& work);
  Result<void> send_each(const Sql& sql, std::size_t columns, std::span<const Parameter> values,
                         const Take& take);
  Error forget_session();
  Result<void> reconnect();
  Result<bool> has_committed();
  template <typename Work>
  Result<void> outside_pipeline(const Work& work);

  const Options options_;
  Session session_;
  absl::flat_hash_map<const char*, std::unique_ptr<Prepared>> prepared_;  ///< by address
  std::vector<Awaited> awaited_;
  bool is_in_transaction_ = false;
  std::uint64_t commits_ = 0;
  std::optional<std::string> unresolved_;  ///< key of a commit that nobody knows the end of
};

}  // namespace sojourn::store::driver::postgres
