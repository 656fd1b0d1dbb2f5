#include "store/driver/postgres/statement.h"

#include "base/ensure.h"
#include "store/driver/postgres/dialect.h"

namespace sojourn::store::driver::postgres {
namespace {

// OIDs of built-in types, which no version changes.
constexpr Oid bool_oid = 16;
constexpr Oid bytea_oid = 17;
constexpr Oid int8_oid = 20;
constexpr Oid int2_oid = 21;
constexpr Oid int4_oid = 23;

bool is_integer(Oid type) {
  return type == int8_oid || type == int4_oid || type == int2_oid || type == bool_oid;
}

/// A number in network order, with its sign.
std::int64_t decode(std::string_view bytes) {
  std::int64_t number = !bytes.empty() && (bytes.front() & '\x80') != 0 ? -1 : 0;
  for (const char byte : bytes) {
    number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << 8 |
                                       static_cast<unsigned char>(byte));
  }
  return number;
}

}  // namespace

Result<void> PostgresStatement::bind(std::span<const Parameter> parameters) {
  ENSURE(result_ == nullptr);
  ENSURE(sql_.has_value());
  TRY(result, connection_->ask(*sql_, parameters));
  result_ = std::move(result);
  row_ = -1;
  return {};
}

Result<bool> PostgresStatement::step() {
  ENSURE(result_ != nullptr);
  restored_.clear();
  return ++row_ < PQntuples(result_.get());
}

void PostgresStatement::finish() {
  result_.reset();
  restored_.clear();
  row_ = -1;
}

bool PostgresStatement::is_null(int column) const {
  return PQgetisnull(result_.get(), row_, column) != 0;
}

std::int64_t PostgresStatement::integer(int column) const {
  ENSURE(is_integer(PQftype(result_.get(), column)));
  return decode({PQgetvalue(result_.get(), row_, column),
                 static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))});
}

std::string_view PostgresStatement::text(int column) const {
  const Oid type = PQftype(result_.get(), column);
  ENSURE(!is_integer(type));
  const std::string_view stored(PQgetvalue(result_.get(), row_, column),
                                static_cast<std::size_t>(PQgetlength(result_.get(), row_, column)));
  if (type == bytea_oid || !has_mark(stored)) return stored;
  return restored_.emplace_back(from_stored(stored));
}

}  // namespace sojourn::store::driver::postgres
