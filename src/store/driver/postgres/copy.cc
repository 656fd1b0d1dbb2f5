#include "store/driver/postgres/copy.h"

#include <string>

#include "base/ensure.h"
#include "store/driver/postgres/dialect.h"
#include "store/driver/postgres/error.h"
#include "store/driver/postgres/statement.h"

namespace sojourn::store::driver::postgres {
namespace {

/// Rows are handed to libpq in pieces of about this size.
constexpr std::size_t piece_bytes = 64 << 10;
/// The signature, no flags, no extension (PostgreSQL's documentation of COPY, "Binary Format").
constexpr std::string_view header("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view trailer("\xff\xff", 2);

void append_integer(std::string& out, std::int64_t number, int bytes) {
  for (int index = bytes - 1; index >= 0; --index) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * index)));
  }
}

void append_field(std::string& out, const Parameter& value, int integer_bytes) {
  constexpr int length_bytes = 4;
  switch (value.kind()) {
    case Parameter::Kind::null:
      return append_integer(out, -1, length_bytes);
    case Parameter::Kind::integer:
      ENSURE(integer_bytes > 0);
      append_integer(out, integer_bytes, length_bytes);
      return append_integer(out, value.integer(), integer_bytes);
    case Parameter::Kind::text: {
      const std::string stored = is_storable(value.text()) ? "" : to_stored(value.text());
      const std::string_view text = stored.empty() ? value.text() : std::string_view(stored);
      append_integer(out, static_cast<std::int64_t>(text.size()), length_bytes);
      out += text;
      return;
    }
    case Parameter::Kind::bytes:
      append_integer(out, static_cast<std::int64_t>(value.text().size()), length_bytes);
      out += value.text();
      return;
  }
}

/// False: the connection is lost.
bool put(PGconn* connection, std::string& piece) {
  const int sent = PQputCopyData(connection, piece.data(), static_cast<int>(piece.size()));
  piece.clear();
  return sent == 1;
}

bool put_rows(PGconn* connection, std::span<const int> columns, std::span<const Parameter> values) {
  std::string piece(header);
  for (; !values.empty(); values = values.subspan(columns.size())) {
    append_integer(piece, std::ssize(columns), 2);
    for (std::size_t column = 0; column < columns.size(); ++column) {
      append_field(piece, values[column], columns[column]);
    }
    if (piece.size() >= piece_bytes && !put(connection, piece)) return false;
  }
  piece += trailer;
  return put(connection, piece);
}

}  // namespace

Result<void> send_copy(PGconn* connection, const char* copy, std::span<const int> columns,
                       std::span<const Parameter> values) {
  ENSURE(!columns.empty() && values.size() % columns.size() == 0);
  const OwnedResult begun(PQexec(connection, copy));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return failure(to_error(begun.get()));
  const bool is_sent =
      put_rows(connection, columns, values) && PQputCopyEnd(connection, nullptr) == 1;
  Result<void> outcome;
  if (!is_sent) outcome = failure(lost_error(connection));
  while (const OwnedResult result{PQgetResult(connection)}) {
    if (PQstatus(connection) == CONNECTION_BAD) return failure(lost_error(connection));
    const bool is_success = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    if (outcome && !is_success) outcome = failure(to_error(result.get()));
  }
  return outcome;
}

}  // namespace sojourn::store::driver::postgres
