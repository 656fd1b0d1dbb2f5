#include "domain/policies/minute_of_day.h"

namespace sojourn::policies {

using definitions::Reader;

Result<int> read_minute(Reader& reader, std::string_view member) {
  TRY(text, reader.text(member));
  const bool shaped = text.size() == 5 && text[2] == ':' &&
                      text.find_first_not_of("0123456789:") == std::string::npos;
  if (shaped) {
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour < 24 && minute < 60) return hour * 60 + minute;
  }
  return reader.refuse("not_a_time", member, "must be a time of day such as \"21:00\"");
}

Result<std::optional<int>> optional_minute(Reader& reader, std::string_view member) {
  if (reader.find(member) == nullptr) return std::optional<int>();
  TRY(minute, read_minute(reader, member));
  return std::optional(minute);
}

}  // namespace sojourn::policies
