#pragma once

/// Dates as texts, both ways, as Ruby and so Liquid know them.

#include <absl/time/time.h>

#include <functional>
#include <optional>
#include <string_view>

namespace sojourn::templates {

/// Receives the printed date piece by piece; false ends the printing.
using DateSink = std::function<bool(std::string_view piece)>;

/// The longest padding a directive may ask for (`%1024d`); more prints as this.
inline constexpr std::size_t padding_max = 1024;

/// Prints `time` in `zone` by Ruby's directives, with its flags (- _ 0 ^ # :) and widths. Names
/// of days and months are English. An unknown directive is printed as it is written. False where
/// the format ends within a directive.
bool print_date(absl::Time time, const absl::TimeZone& zone, std::string_view format,
                const DateSink& sink);

struct ReadDate {
  absl::Time time;
  /// Seconds east of UTC, where the text says so.
  std::optional<int> offset = {};
};

/// Reads RFC 3339, RFC 2822 and the forms that people write: `March 14, 2016`, `14 Mar 2016
/// 10:30 PM`, `2016/03/14 10:30`. What has no offset is local time in `zone`; what has no year is
/// of the year of `now`; what has no date is today. Absent where it is no date.
[[nodiscard]] std::optional<ReadDate> read_date(std::string_view text, const absl::TimeZone& zone,
                                                absl::Time now);

}  // namespace sojourn::templates
