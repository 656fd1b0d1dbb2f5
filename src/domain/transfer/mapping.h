#pragma once

/// What the columns of an imported file mean.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::transfer {

/// What one row of a file is.
enum class Subject : std::uint8_t { contacts, events };

enum class FileFormat : std::uint8_t {
  csv,
  json_lines,  ///< one object a line; also what is in one list of objects
};

/// What a column is for. `attributes` and `properties` are objects of which each member is one.
enum class Role : std::uint8_t {
  ignore,
  user_id,
  anonymous_id,
  email,
  attribute,
  attributes,
  event,
  time,
  property,
  properties,
};

/// What a cell is read as. `json` takes the value as JSON has it; of CSV it reads the cell as JSON.
enum class ValueType : std::uint8_t { text, number, boolean, date, list, json };

/// How a date is written. `iso` is RFC 3339, a date alone, or either with a space for the T.
enum class DateFormat : std::uint8_t { iso, day_month_year, month_day_year, unix_time };

/// The sign before the decimals of a number.
enum class DecimalSign : std::uint8_t { point, comma };

struct Column {
  std::string header = {};  ///< its name in the file; of JSON the member's name
  Role role = Role::ignore;
  std::string name = {};  ///< of the attribute or property
  ValueType type = ValueType::text;
  DateFormat date = DateFormat::iso;
  DecimalSign decimal = DecimalSign::point;
  friend bool operator==(const Column&, const Column&) = default;
};

struct Mapping {
  Subject subject = Subject::contacts;
  std::vector<Column> columns;  ///< those that it does not name are ignored
  friend bool operator==(const Mapping&, const Mapping&) = default;
};

/// `{subject, columns: [{column, as, name, type, date, decimal}]}`. Errors: those of
/// definitions::Reader, and of check().
[[nodiscard]] Result<Mapping> read_mapping(const Value& value, std::string path);
[[nodiscard]] Value write_mapping(const Mapping& mapping);

/// Whether rows can be read by it. Errors: `unmapped_identity` without userId, anonymousId or
/// email; `unmapped_event` for events without a name; `mapped_twice` where two columns write one
/// thing; `invalid_name`, `too_many_columns`, and `wrong_role` for a role of the other subject.
[[nodiscard]] Result<void> check(const Mapping& mapping);

/// One column as the command line has it: `E-mail=email`, `Plan=attribute:plan:text`,
/// `Born=attribute:birthday:date:day/month/year`, `Price=property:price:number:,`, `Notes=ignore`.
[[nodiscard]] Result<Column> read_column_text(std::string_view text);

/// `contacts`, `events`. Error `unknown_value`.
[[nodiscard]] Result<Subject> read_subject(std::string_view text);

/// The words of the JSON and text forms.
[[nodiscard]] std::string_view to_string(Subject subject);
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::string_view to_string(ValueType type);

}  // namespace sojourn::transfer
