#include "domain/transfer/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace sojourn::transfer {
namespace {

/// Of a cell within an error.
constexpr std::size_t shown_bytes_max = 100;
/// Unix times from here on are milliseconds.
constexpr std::int64_t first_unix_ms = 100'000'000'000;

tl::unexpected<Error> refuse(std::string_view code, std::string_view cell, std::string_view wanted,
                             std::string limit = {}) {
  return failure(
      {.code = std::string(code),
       .message = fmt::format("\"{}\" is not {}", cell.substr(0, shown_bytes_max), wanted),
       .value = std::string(cell.substr(0, shown_bytes_max)),
       .limit = std::move(limit)});
}

template <typename Number>
std::optional<Number> whole(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, status] = std::from_chars(text.data(), end, number);
  if (text.empty() || status != std::errc() || stopped != end) return std::nullopt;
  return number;
}

Result<Value> to_number(std::string_view cell, DecimalSign decimal) {
  std::string text(trimmed(cell));
  if (decimal == DecimalSign::comma) {
    if (text.find('.') != std::string::npos) {
      return refuse("not_a_number", cell, "a number with a decimal comma");
    }
    std::replace(text.begin(), text.end(), ',', '.');
  }
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.starts_with('+') || digits.find_first_of("0123456789") == std::string_view::npos) {
    return refuse("not_a_number", cell, "a number");
  }
  if (const auto integer = whole<std::int64_t>(digits)) return Value(*integer);
  const auto real = whole<double>(digits);
  if (!real || !std::isfinite(*real)) return refuse("not_a_number", cell, "a number");
  return Value(*real);
}

Result<Value> to_boolean(std::string_view cell) {
  static constexpr std::array<std::string_view, 6> yes = {"true", "yes", "on", "y", "t", "1"};
  static constexpr std::array<std::string_view, 6> no = {"false", "no", "off", "n", "f", "0"};
  const std::string_view word = trimmed(cell);
  const auto is_word = [&](std::string_view known) { return equal_ignoring_case(known, word); };
  if (std::any_of(yes.begin(), yes.end(), is_word)) return Value(true);
  if (std::any_of(no.begin(), no.end(), is_word)) return Value(false);
  return refuse("not_a_boolean", cell, "yes or no", "true, false, yes, no, on, off, 1, 0");
}

/// A day as `2026-03-01`, or an instant.
using DateCell = std::variant<std::string, Timestamp>;

std::optional<DateCell> read_iso(std::string text, std::string_view zone) {
  constexpr std::size_t day_size = std::string_view("2026-03-01").size();
  if (text.size() > day_size && text[day_size] == ' ') text[day_size] = 'T';
  const Result<Timestamp> instant = parse_timestamp(text);
  if (text.size() == day_size) {
    if (!instant) return std::nullopt;
    return DateCell(std::move(text));
  }
  // An offset stands behind the time; without one the time is local.
  const bool has_offset = text.find_first_of("Zz+", day_size) != std::string::npos ||
                          text.find('-', day_size) != std::string::npos;
  if (has_offset) return instant ? std::optional(DateCell(*instant)) : std::nullopt;
  if (!instant) return std::nullopt;
  const std::size_t fraction = text.find('.');
  const Result<Timestamp> local = parse_local_time(text.substr(0, fraction), zone);
  if (!local) return std::nullopt;
  const std::int64_t fraction_ms = fraction == std::string::npos ? 0 : instant->ms % 1000;
  return DateCell(*local + Duration::milliseconds(fraction_ms));
}

/// `1/3/2026`, `01.03.2026 21:50`: numbers between / . or -, the year with four digits.
std::optional<DateCell> read_numeric(std::string_view cell, bool day_first, std::string_view zone) {
  const std::size_t space = cell.find_first_of(" T");
  const std::string_view date = cell.substr(0, space);
  const std::size_t sign = date.find_first_of("/.-");
  if (sign == std::string_view::npos) return std::nullopt;
  const std::vector<std::string_view> parts = split(date, date[sign]);
  if (parts.size() != 3 || parts[2].size() != 4) return std::nullopt;
  const auto day = whole<unsigned>(parts[day_first ? 0 : 1]);
  const auto month = whole<unsigned>(parts[day_first ? 1 : 0]);
  const auto year = whole<unsigned>(parts[2]);
  if (!day || !month || !year || *day > 31 || *month > 12) return std::nullopt;
  std::string iso = fmt::format("{:04}-{:02}-{:02}", *year, *month, *day);
  if (space != std::string_view::npos) iso += "T" + std::string(trimmed(cell.substr(space + 1)));
  return read_iso(std::move(iso), zone);
}

std::optional<DateCell> read_unix(std::string_view cell) {
  const auto number = whole<std::int64_t>(cell);
  constexpr std::int64_t year_10000_ms = 253'402'300'800'000;
  if (!number || *number < 0 || *number >= year_10000_ms) return std::nullopt;
  return DateCell(Timestamp{*number < first_unix_ms ? *number * 1000 : *number});
}

Result<DateCell> read_date(std::string_view cell, DateFormat format, std::string_view zone) {
  const std::string_view text = trimmed(cell);
  std::optional<DateCell> date;
  std::string_view wanted;
  switch (format) {
    case DateFormat::iso:
      date = read_iso(std::string(text), zone);
      wanted = "a date such as 2026-03-01 or 2026-03-01T21:50:00Z";
      break;
    case DateFormat::day_month_year:
      date = read_numeric(text, true, zone);
      wanted = "a date of day, month and year such as 31/12/2026";
      break;
    case DateFormat::month_day_year:
      date = read_numeric(text, false, zone);
      wanted = "a date of month, day and year such as 12/31/2026";
      break;
    case DateFormat::unix_time:
      date = read_unix(text);
      wanted = "a number of seconds since 1970";
      break;
  }
  if (!date) return refuse("not_a_date", cell, wanted);
  return std::move(*date);
}

Result<Value> to_date(std::string_view cell, DateFormat format, std::string_view zone) {
  TRY(date, read_date(cell, format, zone));
  if (const std::string* day = std::get_if<std::string>(&date)) return Value(*day);
  return Value(format_timestamp(std::get<Timestamp>(date)));
}

Result<Value> to_list(std::string_view cell) {
  const std::string_view text = trimmed(cell);
  if (text.starts_with('[')) {
    Result<Value> value = parse_json(text);
    if (!value || value->as_list() == nullptr) return refuse("not_a_list", cell, "a JSON list");
    return value;
  }
  Value::List list;
  for (const std::string_view part : split(text, ';')) {
    const std::string_view item = trimmed(part);
    if (!item.empty()) list.emplace_back(item);
  }
  return Value(std::move(list));
}

}  // namespace

Result<Value> convert(std::string_view cell, const Column& column, std::string_view zone) {
  switch (column.type) {
    case ValueType::text:
      return Value(cell);
    case ValueType::number:
      return to_number(cell, column.decimal);
    case ValueType::boolean:
      return to_boolean(cell);
    case ValueType::date:
      return to_date(cell, column.date, zone);
    case ValueType::list:
      return to_list(cell);
    case ValueType::json: {
      Result<Value> value = parse_json(cell);
      if (!value) return refuse("not_json", cell, "JSON");
      return value;
    }
  }
  return Value();
}

Result<Value> convert(const Value& value, const Column& column, std::string_view zone) {
  if (column.type == ValueType::json) return value;
  if (const std::string* text = value.as_string()) {
    return convert(std::string_view(*text), column, zone);
  }
  if (column.type == ValueType::text && value.as_list() == nullptr &&
      value.as_object() == nullptr) {
    return Value(to_json(value));
  }
  const bool stays = (column.type == ValueType::number && value.is_number()) ||
                     (column.type == ValueType::boolean && value.as_bool() != nullptr) ||
                     (column.type == ValueType::list && value.as_list() != nullptr);
  if (stays) return value;
  const std::string json = to_json(value);
  return convert(std::string_view(json), column, zone);
}

Result<Timestamp> convert_time(std::string_view cell, DateFormat format, std::string_view zone) {
  TRY(date, read_date(cell, format, zone));
  if (const Timestamp* instant = std::get_if<Timestamp>(&date)) return *instant;
  return parse_local_time(std::get<std::string>(date) + "T00:00", zone);
}

std::string to_cell(const Value& value) {
  if (const std::string* text = value.as_string()) return *text;
  return value.is_null() ? std::string() : to_json(value);
}

ValueType type_of(const Value& value) {
  if (value.as_string() != nullptr) return ValueType::text;
  if (value.is_number()) return ValueType::number;
  if (value.as_bool() != nullptr) return ValueType::boolean;
  return value.as_list() != nullptr ? ValueType::list : ValueType::json;
}

}  // namespace sojourn::transfer
