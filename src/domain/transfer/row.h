#pragma once

/// One row of a file, read by a mapping: what it says of whom, or what is wrong with it.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/transfer/mapping.h"

namespace sojourn::transfer {

/// Bytes of all cells of a row that is taken: what one call of the ingestion API may have.
inline constexpr std::size_t row_bytes_max = 32 * 1024;
/// Bytes of a userId, an anonymousId and the name of an event, which are keys of indexes.
inline constexpr std::size_t row_key_bytes_max = 255;
/// Errors of one row that are told; a row of a wrong file would have one for each cell.
inline constexpr std::size_t row_errors_max = 20;

struct Row {
  std::string user_id = {};
  std::string anonymous_id = {};
  std::string email = {};  ///< normalised; also where the attribute `email` came by another way
  Object attributes = {};  ///< with `email` where the row has one; empty cells are not in it
  std::string event = {};
  std::optional<Timestamp> at = {};  ///< absent: the row does not say
  Object properties = {};
  friend bool operator==(const Row&, const Row&) = default;
};

/// What is wrong with a row; each error's `field` is the header of the cell, or empty.
using RowErrors = std::vector<Error>;

/// Reads rows; outlives none of its arguments.
class RowReader {
 public:
  /// `headers`: of a CSV file, in order; empty for JSON. `zone`: of local times.
  RowReader(Mapping mapping, const std::vector<std::string>& headers, std::string zone);

  /// Errors: those of convert(), `missing_identity`, `invalid_email`, `missing_event`,
  /// `reserved_event_name`, `too_long`, `control_character`, `not_utf8`, `not_an_object`,
  /// `wrong_field_count` for more or fewer fields than there are headers.
  [[nodiscard]] std::variant<Row, RowErrors> read(const std::vector<std::string>& fields) const;
  [[nodiscard]] std::variant<Row, RowErrors> read(const Object& object) const;

 private:
  class Draft;

  Mapping mapping_;
  std::size_t header_count_;
  std::vector<std::optional<std::size_t>> columns_;  ///< of each field; absent: ignored
  std::string zone_;
};

}  // namespace sojourn::transfer
