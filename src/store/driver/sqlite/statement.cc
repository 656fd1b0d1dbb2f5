#include "store/driver/sqlite/statement.h"

#include "base/ensure.h"
#include "store/driver/sqlite/error.h"

namespace sojourn::store::driver::sqlite {
namespace {

/// The bytes are not copied: they outlive the run of the statement (contract of Parameter), and
/// finish() or the next bind() comes before anybody looks at them again.
int bind_one(sqlite3_stmt* statement, int index, const Parameter& parameter) {
  // A null pointer would bind NULL where empty text is meant.
  const std::string_view text = parameter.text();
  const char* start = text.data() != nullptr ? text.data() : "";
  switch (parameter.kind()) {
    case Parameter::Kind::null:
      return sqlite3_bind_null(statement, index);
    case Parameter::Kind::integer:
      return sqlite3_bind_int64(statement, index, parameter.integer());
    case Parameter::Kind::text:
      return sqlite3_bind_text64(statement, index, start, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    case Parameter::Kind::bytes:
      return sqlite3_bind_blob64(statement, index, start, text.size(), SQLITE_STATIC);
  }
  return SQLITE_MISUSE;
}

}  // namespace

Result<void> SqliteStatement::bind(std::span<const Parameter> parameters) {
  ENSURE(sqlite3_stmt_busy(handle_) == 0);
  ENSURE(static_cast<std::size_t>(sqlite3_bind_parameter_count(handle_)) == parameters.size());
  int index = 0;
  for (const Parameter& parameter : parameters) {
    const int code = bind_one(handle_, ++index, parameter);
    // SQLITE_TOOBIG: a value above SQLite's limit of 10^9 bytes.
    if (code != SQLITE_OK) return failure(to_error(code, sqlite3_db_handle(handle_), file_));
  }
  return {};
}

Result<bool> SqliteStatement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure(to_error(code, sqlite3_db_handle(handle_), file_));
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view SqliteStatement::text(int column) const {
  const void* start = sqlite3_column_blob(handle_, column);
  if (start == nullptr) return {};
  return {static_cast<const char*>(start),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

}  // namespace sojourn::store::driver::sqlite
