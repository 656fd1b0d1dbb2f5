#pragma once

/// A prepared statement of SQLite.

#include <sqlite3.h>

#include "store/driver/driver.h"

namespace sojourn::store::driver::sqlite {

class SqliteStatement final : public Statement {
 public:
  /// Takes the handle over. `file` is named in errors and must outlive the statement.
  SqliteStatement(sqlite3_stmt* handle, const std::string& file) : handle_(handle), file_(file) {}
  ~SqliteStatement() override { sqlite3_finalize(handle_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  Result<void> bind(std::span<const Parameter> parameters) override;
  Result<bool> step() override;
  void finish() override { sqlite3_reset(handle_); }

  [[nodiscard]] bool is_null(int column) const override;
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] std::string_view text(int column) const override;

 private:
  sqlite3_stmt* handle_;
  const std::string& file_;
};

}  // namespace sojourn::store::driver::sqlite
