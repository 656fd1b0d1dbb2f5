#pragma once

/// The objects of a JSON file one by one: one a line (JSON lines), or in one list.

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/transfer/csv.h"

namespace sojourn::transfer {

struct JsonRecord {
  std::string_view text;       ///< of the object; empty: nothing but white space was left
  std::size_t size_bytes = 0;  ///< with what stands before it: where to go on
  /// Set where no object begins (`malformed_json`), or none ends within `csv_record_bytes_max`;
  /// the next record begins at the next line.
  std::optional<Error> problem = {};
};

/// Finds the first object of `text`: its balanced braces, without judging what is between them.
/// White space, commas and the brackets of the list around the objects are passed over. Absent
/// where `text` holds no whole object and more follows.
[[nodiscard]] std::optional<JsonRecord> read_json_record(std::string_view text, MoreText more);

}  // namespace sojourn::transfer
