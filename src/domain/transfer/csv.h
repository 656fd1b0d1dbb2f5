#pragma once

/// CSV as spreadsheets write and read it: RFC 4180 in UTF-8, with any of `, ; tab` between fields.
///
/// Pure and without a buffer of its own: who reads a file gives what it has, and takes the place
/// from which to go on. So a file of any size needs the memory of one record.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sojourn::transfer {

/// Bytes of one record. A longer one is a quote that nobody closed.
inline constexpr std::size_t csv_record_bytes_max = 256 * 1024;
/// Fields of one record: twice what a contact has attributes.
inline constexpr std::size_t csv_fields_max = 1'000;

struct CsvRecord {
  std::vector<std::string> fields;
  std::size_t size_bytes = 0;  ///< with its line ending: where the next record begins
  bool is_blank = false;       ///< a line without a byte: no record at all
  /// Set where the record cannot be read (`malformed_csv`); the next one begins at the next line.
  std::optional<Error> problem = {};
};

enum class MoreText { follows, ends };

/// Reads the record at the beginning of `text`, which is not empty. Absent where `text` holds no
/// whole record and more follows. Lines end with LF, CR LF or CR; within quotes all three are part
/// of the value.
///
/// `malformed_csv`: text after a closing quote, a quote that is not closed within
/// `csv_record_bytes_max`, more than `csv_fields_max` fields.
[[nodiscard]] std::optional<CsvRecord> read_csv_record(std::string_view text, char separator,
                                                       MoreText more);

/// The separator of a file that begins with `text`: the one that gives each of its first records
/// the same number of fields, and the most. A comma where none does.
[[nodiscard]] char detect_separator(std::string_view text, MoreText more);

/// Appends a record and CR LF; what it writes, read_csv_record() reads. Fields that need it are
/// quoted, and a record of one empty field, which would be a blank line.
void append_csv_record(std::string& out, const std::vector<std::string>& fields, char separator);

/// A spreadsheet takes text that begins with `= + - @`, tab or CR for a formula, and a file that
/// strangers have filled could make it call out. Such text gets an apostrophe in front; so does
/// text that begins with apostrophes and then one of these, so that unguarded() gives back every
/// text.
[[nodiscard]] std::string guarded(std::string_view text);
[[nodiscard]] std::string_view unguarded(std::string_view text);

/// The length of a UTF-8 byte order mark at the beginning of a file; zero where there is none.
[[nodiscard]] std::size_t byte_order_mark_bytes(std::string_view text);

}  // namespace sojourn::transfer
