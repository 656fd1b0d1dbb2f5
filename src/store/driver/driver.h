#pragma once

/// What the SQL of store/sql asks of a database: statements with bound parameters, rows, and
/// transactions. There are two drivers: SQLite, and PostgreSQL, which pipelines.
///
/// A connection belongs to one thread at a time. Errors of every function: `disk_full`,
/// `disk_failed` (also: the database cannot be reached), `busy` (somebody else holds the
/// database), `duplicate_key`, `damaged`. After an error inside a transaction only rollback() is
/// left.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"

namespace sojourn::store::driver {

/// Whose SQL it is, where one text cannot serve both.
enum class Dialect { sqlite, postgresql };

/// SQL text that is a constant of the program: its address identifies the prepared statement.
/// Portable: what SQLite and PostgreSQL both read, parameters as ?1, ?2…
class Sql {
 public:
  consteval Sql(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] const char* text() const { return text_; }

 private:
  const char* text_;
};

/// Text that is stored as bytes, not as characters.
struct Bytes {
  std::string_view bytes;
};

/// One bound value. Borrows text: what it was made from must outlive the call it is passed to.
class Parameter {
 public:
  enum class Kind : std::uint8_t { null, integer, text, bytes };

  Parameter(std::int64_t number) : kind_(Kind::integer), integer_(number) {}
  Parameter(int number) : Parameter(std::int64_t{number}) {}
  Parameter(std::uint32_t number) : Parameter(static_cast<std::int64_t>(number)) {}
  /// Numbers of the product stay below 2^63; a larger one is stored as its negative twin.
  Parameter(std::uint64_t number) : Parameter(static_cast<std::int64_t>(number)) {}
  Parameter(Timestamp time) : Parameter(time.ms) {}
  Parameter(std::string_view text) : kind_(Kind::text), text_(text) {}
  Parameter(const std::string& text) : Parameter(std::string_view(text)) {}
  Parameter(Bytes bytes) : kind_(Kind::bytes), text_(bytes.bytes) {}
  Parameter(const Hash128& hash) : kind_(Kind::bytes), text_(hash.view()) {}
  Parameter(Hash128&&) = delete;
  Parameter(std::nullopt_t) {}
  Parameter(const std::optional<Timestamp>& time) {
    if (time) *this = Parameter(*time);
  }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::int64_t integer() const { return integer_; }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  std::string_view text_;
};

/// A prepared statement, lent by its connection.
class Statement {
 public:
  virtual ~Statement() = default;
  /// Binds all parameters; the statement must be at rest (fresh, or after finish()).
  virtual Result<void> bind(std::span<const Parameter> parameters) = 0;
  /// True: there is a row. False: the statement has run to its end.
  virtual Result<bool> step() = 0;
  /// Brings the statement to rest; what was bound is forgotten.
  virtual void finish() = 0;

  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  /// Text or bytes; valid until the next step() or finish().
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

class Row;

class Connection {
 public:
  virtual ~Connection() = default;

  [[nodiscard]] virtual Dialect dialect() const = 0;
  /// The statement of this constant, prepared once for each connection and at rest.
  virtual Result<Statement*> prepare(const Sql& sql) = 0;
  /// Runs several statements without parameters: migrations.
  virtual Result<void> run_script(const std::string& script) = 0;
  /// Runs a statement that returns no rows; the answer is the number of rows it changed.
  virtual Result<std::int64_t> execute(const Sql& sql, std::span<const Parameter> parameters) = 0;
  /// Runs a statement whose count nobody asks for. A driver may send it together with what comes
  /// after it: its error is then that of a later call, at the latest of commit().
  virtual Result<void> post(const Sql& sql, std::span<const Parameter> parameters) = 0;
  /// Asks something whose answer can wait: `visit` is called with each row, at the latest by
  /// flush(), rollback() or commit(). It must not use the connection, and outlive that.
  virtual Result<void> post_query(const Sql& sql, std::span<const Parameter> parameters,
                                  std::function<void(Row& row)> visit) = 0;
  /// Waits for the answers to what was posted.
  virtual Result<void> flush() = 0;
  /// Runs a query once for each group of `columns` values, and visits each row with the number of
  /// its group, in order. `visit` must not use the connection.
  virtual Result<void> query_each(
      const Sql& sql, std::size_t columns, std::span<const Parameter> values,
      const std::function<void(std::size_t group, Row& row)>& visit) = 0;
  /// Runs an insert once for each row of `columns` values. The answer is the number of rows that
  /// were inserted.
  virtual Result<std::int64_t> insert_rows(const Sql& insert, std::size_t columns,
                                           std::span<const Parameter> values) = 0;

  /// Begins a transaction that writes. It holds the only right to write until it ends.
  virtual Result<void> begin() = 0;
  /// Begins a transaction that reads one state of the database, the present one.
  virtual Result<void> begin_reading() = 0;
  /// Durable when it returns without error; after an error nothing of it is, but for
  /// `commit_unknown`: the database was lost while it answered, and could not be asked since.
  virtual Result<void> commit() = 0;
  /// Ends the transaction without effect; does nothing where none is open.
  virtual void rollback() = 0;
};

/// The present row of a query. Numbers and text are what the schema says they are; a hash of
/// another length than 16 bytes makes the query end in `damaged`.
class Row {
 public:
  explicit Row(Statement& statement) : statement_(statement) {}

  [[nodiscard]] std::int64_t integer(int column) const { return statement_.integer(column); }
  template <typename Number>
  [[nodiscard]] Number number(int column) const {
    return static_cast<Number>(statement_.integer(column));
  }
  [[nodiscard]] std::string_view view(int column) const { return statement_.text(column); }
  [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }
  [[nodiscard]] bool is_null(int column) const { return statement_.is_null(column); }
  [[nodiscard]] Timestamp time(int column) const { return {statement_.integer(column)}; }
  [[nodiscard]] std::optional<Timestamp> optional_time(int column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
  }
  [[nodiscard]] Hash128 hash(int column) {
    const std::optional<Hash128> hash = Hash128::from_bytes(view(column));
    if (!hash) mark_damaged();
    return hash.value_or(Hash128{});
  }
  /// For values that only a damaged row can hold.
  void mark_damaged() { is_damaged_ = true; }
  [[nodiscard]] bool is_damaged() const { return is_damaged_; }

 private:
  Statement& statement_;
  bool is_damaged_ = false;
};

/// Visits the rows of a statement whose parameters are bound, and brings it to rest.
template <typename Visit>
Result<void> visit_rows(Statement& statement, Visit&& visit) {
  struct Finish {
    Statement& statement;
    ~Finish() { statement.finish(); }
  } finish{statement};
  Row row(statement);
  while (true) {
    TRY(has_row, statement.step());
    if (!has_row) return {};
    bool go_on = true;
    if constexpr (std::is_void_v<decltype(visit(row))>) {
      visit(row);
    } else {
      go_on = visit(row);
    }
    if (row.is_damaged()) return failure("damaged", "a row of the store is damaged");
    if (!go_on) return {};
  }
}

/// Calls `visit(Row&)` for each row, to the end, or until it answers false where it answers bool.
/// `visit` must not run the same statement again.
template <typename Visit>
Result<void> query(Connection& connection, const Sql& sql,
                   std::initializer_list<Parameter> parameters, Visit&& visit) {
  TRY(statement, connection.prepare(sql));
  TRY_VOID(statement->bind({parameters.begin(), parameters.size()}));
  return visit_rows(*statement, visit);
}

/// Runs a statement that returns no rows; the answer is the number of rows it changed.
inline Result<std::int64_t> execute(Connection& connection, const Sql& sql,
                                    std::initializer_list<Parameter> parameters) {
  return connection.execute(sql, {parameters.begin(), parameters.size()});
}

/// Runs a statement whose count nobody asks for; see Connection::post().
inline Result<void> post(Connection& connection, const Sql& sql,
                         std::initializer_list<Parameter> parameters) {
  return connection.post(sql, {parameters.begin(), parameters.size()});
}

}  // namespace sojourn::store::driver
