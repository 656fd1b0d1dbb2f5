#pragma once

/// What the columns of a file probably mean, by their headers and first rows: where a mapping
/// begins before a person has looked at it.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "domain/transfer/mapping.h"

namespace sojourn::transfer {

/// Something that a person should look at before the file is imported.
struct GuessNote {
  std::string header;  ///< empty: of the whole file
  std::string code;    ///< `ambiguous_date`, `empty_header`, `repeated_header`, `no_identity`…
  std::string message;
};

struct Guess {
  Mapping mapping;  ///< may fail check(): then a note says what is missing
  std::vector<GuessNote> notes;
};

/// A column's header and what stands in the first rows below it.
struct SampleColumn {
  std::string header;
  std::vector<std::string> cells;
};

/// The first columns of a file of bad rows, which are no part of the rows: they are ignored.
inline constexpr std::array<std::string_view, 5> bad_row_headers = {"row", "column", "code",
                                                                    "message", "value"};

/// Headers are compared by their letters and digits alone: `E-Mail Address` is `emailaddress`.
/// A column that no word is known for becomes an attribute (of events a property) named as its
/// header. Its type is what every cell can be read as; a number with leading zeros is text, and a
/// day and month that could be either way round are text with the note `ambiguous_date`.
[[nodiscard]] Guess guess(Subject subject, const std::vector<SampleColumn>& columns);

/// The same for objects: values stay as JSON has them, `traits` are attributes and `properties`
/// properties, as in the calls of the ingestion API.
[[nodiscard]] Guess guess_json(Subject subject, const std::vector<std::string>& names);

/// Events where a header names an event, else contacts.
[[nodiscard]] Subject guess_subject(const std::vector<std::string>& headers);

}  // namespace sojourn::transfer
