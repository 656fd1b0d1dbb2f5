#pragma once

/// What an upload looks like before it is imported: its form, first rows, a guessed mapping, and
/// what is wrong with the first rows under it.

#include "domain/transfer/guess.h"
#include "domain/transfer/row.h"
#include "runtime/import_source.h"

namespace sojourn::runtime {

/// Rows that a guess looks at, and that a preview shows.
inline constexpr std::size_t rows_guessed_from = 200;
inline constexpr std::size_t rows_previewed = 10;

struct PreviewRow {
  std::uint64_t number = 0;
  std::vector<std::string> cells;  ///< by header; JSON values as JSON
};

struct PreviewProblem {
  std::uint64_t row = 0;
  Error error;  ///< `field` is the header
};

struct ImportPreview {
  SourceForm form;
  std::vector<std::string> headers;  ///< of JSON the names of the first objects' members
  std::vector<PreviewRow> rows;
  transfer::Mapping mapping;
  std::vector<transfer::GuessNote> notes;
  std::vector<PreviewProblem> problems;  ///< of the first `rows_guessed_from` rows
};

/// `subject`, `format` and `separator` are guessed where they are absent. Errors: those of
/// look_at_source().
[[nodiscard]] Result<ImportPreview> preview_import(const TransferFiles& files,
                                                   std::string_view upload,
                                                   std::optional<transfer::Subject> subject,
                                                   std::optional<transfer::FileFormat> format,
                                                   std::optional<char> separator,
                                                   const std::string& zone);

/// Error `unknown_column` where the mapping names a header that a CSV file does not have.
[[nodiscard]] Result<void> check_columns(const transfer::Mapping& mapping, const SourceForm& form);

}  // namespace sojourn::runtime
