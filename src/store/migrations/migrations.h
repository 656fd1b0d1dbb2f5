#pragma once

/// The schema of each database as numbered steps, embedded from the *.sql files of this folder.
/// A published file is never edited: a change of the schema is the next number.

#include <span>
#include <string_view>

namespace sojourn::store::migrations {

struct Migration {
  int number;             ///< ascending from 1
  std::string_view name;  ///< file name without `.sql`
  std::string_view sql;
};

/// Of SQLite's two files.
[[nodiscard]] std::span<const Migration> of_log();
[[nodiscard]] std::span<const Migration> of_state();
/// Of PostgreSQL, where both are one database.
[[nodiscard]] std::span<const Migration> of_postgres();

}  // namespace sojourn::store::migrations
