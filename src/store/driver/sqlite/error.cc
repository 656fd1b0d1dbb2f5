#include "store/driver/sqlite/error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/ensure.h"

namespace sojourn::store::driver::sqlite {
namespace {

std::string_view code_of(int code) {
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
      code == SQLITE_CONSTRAINT_ROWID) {
    return "duplicate_key";
  }
  if (code == SQLITE_IOERR_CORRUPTFS) return "damaged";
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "disk_full";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "busy";
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL:
      return "disk_failed";
    default:
      // The statements are constants that the tests run, so what is left is a file that is not
      // what the migrations made of it: corrupt, no database, a missing table, a broken check.
      return "damaged";
  }
}

}  // namespace

Error to_error(int code, sqlite3* connection, std::string_view file) {
  ENSURE((code & 0xff) != SQLITE_NOMEM);
  ENSURE((code & 0xff) != SQLITE_MISUSE);
  ENSURE((code & 0xff) != SQLITE_RANGE);
  const char* words = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  return Error{.code = std::string(code_of(code)),
               .message = fmt::format("{}: {} (SQLite code {})", file, words, code)};
}

}  // namespace sojourn::store::driver::sqlite
