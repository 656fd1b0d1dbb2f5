#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "domain/templates/date_text.h"
#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"

namespace sojourn::templates {
namespace {

/// `now` and `today`, seconds since 1970, or a date as people write it; `zone` becomes that of a
/// date with an offset of its own where it is to keep it.
std::optional<absl::Time> time_of(const FilterInput& input, absl::TimeZone& zone) {
  Context& context = input.context;
  const absl::Time now = absl::FromUnixMillis(context.options().now.ms);
  if (const auto* seconds = input.value.as<std::int64_t>()) return absl::FromUnixSeconds(*seconds);
  const Text* text = input.value.as<Text>();
  if (text == nullptr || text->view.empty()) return std::nullopt;
  const std::string_view written = text->view;
  if (equal_ignoring_case(written, "now") || equal_ignoring_case(written, "today")) return now;
  if (std::ranges::all_of(written, [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    std::from_chars(written.data(), written.data() + written.size(), seconds);
    return absl::FromUnixSeconds(seconds);
  }
  std::optional<ReadDate> read = read_date(written, context.zone(), now);
  if (!read) return std::nullopt;
  const bool keeps = context.options().date_zone == DateZone::as_written && read->offset;
  // Ruby prefers the zone of the render where it says the same at that time.
  if (keeps && context.zone().At(read->time).offset != *read->offset) {
    zone = *read->offset == 0 ? absl::UTCTimeZone() : absl::FixedTimeZone(*read->offset);
  }
  return read->time;
}

/// What is no date comes through as it is, as Liquid has it.
Datum date(const FilterInput& input) {
  const std::string_view format = input.text_argument(0);
  if (format.empty()) return input.value;
  Context& context = input.context;
  absl::TimeZone zone = context.zone();
  const std::optional<absl::Time> time = time_of(input, zone);
  if (!time) return input.value;
  std::size_t size = 0;
  const std::size_t limit = context.options().limits.output_bytes;
  const bool is_whole = print_date(*time, zone, format, [&](std::string_view piece) {
    size += piece.size();
    return size <= limit && context.charge_steps(piece.size() > 64 ? 1 : 0);
  });
  if (!is_whole) {
    return context.refuse(fmt::format("invalid format: {}", format.substr(0, 100)));
  }
  if (!context.charge_reading(size)) return {};
  const std::span<char> memory = context.allocate(size);
  if (memory.empty()) return std::string_view();
  std::size_t written = 0;
  print_date(*time, zone, format, [&](std::string_view piece) {
    if (piece.size() > memory.size() - written) return false;
    written += piece.copy(memory.data() + written, piece.size());
    return true;
  });
  return std::string_view(memory.data(), written);
}

constexpr Filter filters[] = {{"date", date, 1, 1}};

}  // namespace

std::span<const Filter> date_filters() {
  return filters;
}

}  // namespace sojourn::templates
