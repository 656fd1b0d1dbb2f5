#include "store/driver/postgres/error.h"

#include <fmt/format.h>

#include <string_view>

namespace sojourn::store::driver::postgres {
namespace {

/// By the classes of PostgreSQL's appendix "Error Codes".
std::string_view code_of(std::string_view state) {
  if (state == "23505") return "duplicate_key";
  if (state == "53100") return "disk_full";
  // Not available: locks, serialisation, deadlocks; too many connections.
  const std::string_view kind = state.substr(0, 2);
  if (state == "55P03" || state == "53300" || kind == "40") return "busy";
  // Connections, resources, operator intervention, the system; a standby does not write; rights.
  for (const std::string_view failed : {"08", "53", "57", "58", "25", "28", "3D", "F0"}) {
    if (kind == failed) return "disk_failed";
  }
  if (state == "42501") return "disk_failed";
  // The statements are constants that the tests run, so what is left is a database that is not
  // what the migrations made of it.
  return "damaged";
}

std::string_view first_line(const char* text) {
  const std::string_view whole = text == nullptr ? "" : text;
  return whole.substr(0, whole.find('\n'));
}

}  // namespace

Error to_error(const PGresult* result) {
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* const words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  // Without a state it is libpq that speaks: of the connection.
  if (state == nullptr) {
    return {.code = "disk_failed",
            .message = fmt::format("PostgreSQL: {}", first_line(PQresultErrorMessage(result)))};
  }
  return {.code = std::string(code_of(state)),
          .message = fmt::format("PostgreSQL: {} (SQLSTATE {})", first_line(words), state)};
}

Error lost_error(PGconn* connection) {
  return {.code = "disk_failed",
          .message = fmt::format("PostgreSQL cannot be reached: {}",
                                 first_line(PQerrorMessage(connection)))};
}

}  // namespace sojourn::store::driver::postgres
