#pragma once

/// A prepared statement of PostgreSQL, and the rows that it answered with.

#include <libpq-fe.h>

#include <deque>
#include <memory>
#include <optional>

#include "store/driver/driver.h"

namespace sojourn::store::driver::postgres {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using OwnedResult = std::unique_ptr<PGresult, ClearResult>;

/// Asks a connection; implemented by it.
class Asks {
 public:
  virtual ~Asks() = default;
  virtual Result<OwnedResult> ask(const Sql& sql, std::span<const Parameter> parameters) = 0;
};

/// All rows are in memory once bind() has returned, so that other statements may run between.
class PostgresStatement final : public Statement {
 public:
  /// The connection outlives it.
  PostgresStatement(Asks& connection, const Sql& sql) : connection_(&connection), sql_(sql) {}
  /// Over rows that are here already.
  explicit PostgresStatement(OwnedResult result) : result_(std::move(result)) {}

  /// Sends it, and takes in what it answers with.
  Result<void> bind(std::span<const Parameter> parameters) override;
  Result<bool> step() override;
  void finish() override;

  [[nodiscard]] bool is_null(int column) const override;
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] std::string_view text(int column) const override;

 private:
  Asks* connection_ = nullptr;
  std::optional<Sql> sql_;
  OwnedResult result_;
  int row_ = -1;
  mutable std::deque<std::string> restored_;  ///< texts of the row that came with marks
};

}  // namespace sojourn::store::driver::postgres
