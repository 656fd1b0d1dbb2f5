/// Any text is read to its end, record by record, however it is cut; and what was read is written
/// as what reads the same.

#include "domain/transfer/csv.h"
#include "domain/transfer/json_records.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {
namespace {

using transfer::MoreText;

void read_objects(std::string_view text) {
  while (!text.empty()) {
    const auto record = transfer::read_json_record(text, MoreText::ends);
    ENSURE(record.has_value());
    ENSURE(record->size_bytes > 0 && record->size_bytes <= text.size());
    text.remove_prefix(record->size_bytes);
  }
}

}  // namespace

void run(std::string_view input) {
  constexpr char separators[] = {',', ';', '\t'};
  const char separator = separators[take_byte(input) % 3];
  static_cast<void>(transfer::detect_separator(input, MoreText::follows));
  read_objects(input);
  while (!input.empty()) {
    const auto early = transfer::read_csv_record(input, separator, MoreText::follows);
    const auto record = transfer::read_csv_record(input, separator, MoreText::ends);
    ENSURE(record.has_value());
    ENSURE(record->size_bytes > 0 && record->size_bytes <= input.size());
    if (early) ENSURE(early->size_bytes == record->size_bytes);
    input.remove_prefix(record->size_bytes);
    if (record->problem || record->is_blank) continue;
    std::string text;
    transfer::append_csv_record(text, record->fields, separator);
    const auto again = transfer::read_csv_record(text, separator, MoreText::ends);
    ENSURE(again.has_value());
    // A record of many quotes is longer when it is written.
    if (again->problem) continue;
    ENSURE(again->fields == record->fields);
    for (const std::string& field : record->fields) {
      ENSURE(transfer::unguarded(transfer::guarded(field)) == field);
    }
  }
}

}  // namespace sojourn::fuzz
