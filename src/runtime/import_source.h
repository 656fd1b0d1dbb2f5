#pragma once

/// The rows of an uploaded file, a page at a time.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/transfer/mapping.h"
#include "runtime/transfer_files.h"

namespace sojourn::runtime {

/// How a file is written, and where its rows begin.
struct SourceForm {
  transfer::FileFormat format = transfer::FileFormat::csv;
  char separator = ',';
  std::vector<std::string> headers;  ///< of CSV
  std::uint64_t data_begin = 0;      ///< bytes
  friend bool operator==(const SourceForm&, const SourceForm&) = default;
};

struct SourceRow {
  /// As a spreadsheet counts: the header of CSV is row 1. Of JSON the first object is row 1.
  std::uint64_t number = 0;
  /// The fields of CSV, the object of JSON, or why neither could be read.
  std::variant<std::vector<std::string>, Object, Error> content;
  std::string text;  ///< of a JSON row; for the file of bad rows
};

struct SourcePage {
  std::vector<SourceRow> rows;
  std::uint64_t end = 0;  ///< offset behind the last row
  std::uint64_t row = 0;  ///< number of the last row
  bool ends = false;      ///< nothing follows
};

/// Looks at the beginning of an upload. `format` and `separator` are found out where they are
/// absent. Errors: `unknown_upload`, `empty_file`, `not_utf8` for UTF-16 and others, and
/// `malformed_csv` for a header that cannot be read.
[[nodiscard]] Result<SourceForm> look_at_source(const TransferFiles& files, std::string_view upload,
                                                std::optional<transfer::FileFormat> format,
                                                std::optional<char> separator);

/// The rows from byte `offset` on, which follow row `row`: at most `rows_max`, and as many as half
/// a megabyte holds.
[[nodiscard]] Result<SourcePage> read_source(const TransferFiles& files, std::string_view upload,
                                             const SourceForm& form, std::uint64_t offset,
                                             std::uint64_t row, std::size_t rows_max);

}  // namespace sojourn::runtime
