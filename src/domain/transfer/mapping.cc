#include "domain/transfer/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "domain/definitions/reader.h"
#include "domain/transfer/csv.h"

namespace sojourn::transfer {
namespace {

using definitions::Reader;

/// Bytes of the name of an attribute or a property, and of a header.
constexpr std::size_t name_bytes_max = 255;

template <typename Choice>
using Words = std::pair<Choice, std::string_view>;

constexpr std::array<Words<Subject>, 2> subjects = {
    {{Subject::contacts, "contacts"}, {Subject::events, "events"}}};
constexpr std::array<Words<Role>, 10> roles = {{{Role::ignore, "ignore"},
                                                {Role::user_id, "userId"},
                                                {Role::anonymous_id, "anonymousId"},
                                                {Role::email, "email"},
                                                {Role::attribute, "attribute"},
                                                {Role::attributes, "attributes"},
                                                {Role::event, "event"},
                                                {Role::time, "time"},
                                                {Role::property, "property"},
                                                {Role::properties, "properties"}}};
constexpr std::array<Words<ValueType>, 6> types = {{{ValueType::text, "text"},
                                                    {ValueType::number, "number"},
                                                    {ValueType::boolean, "boolean"},
                                                    {ValueType::date, "date"},
                                                    {ValueType::list, "list"},
                                                    {ValueType::json, "json"}}};
constexpr std::array<Words<DateFormat>, 4> date_formats = {
    {{DateFormat::iso, "iso"},
     {DateFormat::day_month_year, "day/month/year"},
     {DateFormat::month_day_year, "month/day/year"},
     {DateFormat::unix_time, "unix"}}};
constexpr std::array<Words<DecimalSign>, 2> decimal_signs = {
    {{DecimalSign::point, "."}, {DecimalSign::comma, ","}}};

template <typename Choice, std::size_t count>
std::string_view word_of(const std::array<Words<Choice>, count>& words, Choice choice) {
  return std::find_if(words.begin(), words.end(),
                      [&](const auto& each) { return each.first == choice; })
      ->second;
}

template <typename Choice, std::size_t count>
Result<Choice> choice_of(const std::array<Words<Choice>, count>& words, std::string_view text,
                         std::string field) {
  std::string all;
  for (const auto& [choice, word] : words) {
    if (word == text) return choice;
    all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return failure(
      {.code = "unknown_value",
       .message = fmt::format("{} is \"{}\", allowed are {}", field, text.substr(0, 100), all),
       .field = std::move(field),
       .value = std::string(text.substr(0, 100)),
       .limit = all});
}

template <typename Choice, std::size_t count>
Result<void> read_choice(Reader& reader, std::string_view member,
                         const std::array<Words<Choice>, count>& words, Choice& choice) {
  TRY(text, reader.optional_text(member));
  if (!text) return {};
  TRY(chosen, choice_of(words, *text, reader.path_of(member)));
  choice = chosen;
  return {};
}

bool is_named(Role role) {
  return role == Role::attribute || role == Role::property;
}

Result<Column> read_column(const Value& value, std::string path) {
  Reader reader(value, std::move(path));
  Column column;
  TRY(header, reader.text("column"));
  column.header = std::move(header);
  TRY(role, reader.text("as"));
  TRY(chosen, choice_of(roles, role, reader.path_of("as")));
  column.role = chosen;
  TRY(name, reader.optional_text("name"));
  if (is_named(column.role)) column.name = name.value_or(column.header);
  TRY_VOID(read_choice(reader, "type", types, column.type));
  TRY_VOID(read_choice(reader, "date", date_formats, column.date));
  TRY_VOID(read_choice(reader, "decimal", decimal_signs, column.decimal));
  TRY_VOID(reader.finish());
  return column;
}

Value write_column(const Column& column) {
  Object object{{"column", column.header}, {"as", word_of(roles, column.role)}};
  if (is_named(column.role)) {
    object.set("name", column.name);
    object.set("type", word_of(types, column.type));
    if (column.type == ValueType::date) object.set("date", word_of(date_formats, column.date));
    if (column.type == ValueType::number) {
      object.set("decimal", word_of(decimal_signs, column.decimal));
    }
  }
  if (column.role == Role::time) object.set("date", word_of(date_formats, column.date));
  return object;
}

bool fits(Role role, Subject subject) {
  switch (role) {
    case Role::ignore:
    case Role::user_id:
    case Role::anonymous_id:
    case Role::email:
    case Role::attribute:
    case Role::attributes:
      return true;
    case Role::event:
    case Role::time:
    case Role::property:
    case Role::properties:
      return subject == Subject::events;
  }
  return false;
}

Error column_error(std::string_view code, const Column& column, std::string message) {
  return {.code = std::string(code),
          .message = std::move(message),
          .field = column.header,
          .value = column.name};
}

Result<void> check_column(const Column& column, Subject subject) {
  if (!fits(column.role, subject)) {
    return failure(
        column_error("wrong_role", column,
                     fmt::format("column \"{}\" is mapped to {}, which only a file of events has",
                                 column.header, to_string(column.role))));
  }
  const bool is_name =
      !column.name.empty() && column.name.size() <= name_bytes_max && is_valid_utf8(column.name);
  if (is_named(column.role) && !is_name) {
    return failure(column_error(
        "invalid_name", column,
        fmt::format("column \"{}\" needs the name of what it is, 1 to {} bytes of UTF-8",
                    column.header.substr(0, name_bytes_max), name_bytes_max)));
  }
  return {};
}

}  // namespace

Result<Mapping> read_mapping(const Value& value, std::string path) {
  Reader reader(value, std::move(path));
  Mapping mapping;
  TRY_VOID(read_choice(reader, "subject", subjects, mapping.subject));
  TRY(list, reader.optional_list("columns"));
  TRY_VOID(reader.finish());
  if (list != nullptr) {
    for (std::size_t index = 0; index < list->size(); ++index) {
      TRY(column,
          read_column((*list)[index], fmt::format("{}[{}]", reader.path_of("columns"), index)));
      mapping.columns.push_back(std::move(column));
    }
  }
  TRY_VOID(check(mapping));
  return mapping;
}

Value write_mapping(const Mapping& mapping) {
  Value::List columns;
  for (const Column& column : mapping.columns) columns.push_back(write_column(column));
  return Object{{"subject", word_of(subjects, mapping.subject)}, {"columns", std::move(columns)}};
}

Result<void> check(const Mapping& mapping) {
  if (mapping.columns.size() > csv_fields_max) {
    return failure({.code = "too_many_columns",
                    .message = fmt::format("the mapping has {} columns, the limit is {}",
                                           mapping.columns.size(), csv_fields_max),
                    .value = std::to_string(mapping.columns.size()),
                    .limit = std::to_string(csv_fields_max)});
  }
  std::set<std::pair<Role, std::string>> seen;
  bool has_identity = false;
  bool has_event = false;
  for (const Column& column : mapping.columns) {
    TRY_VOID(check_column(column, mapping.subject));
    if (column.role == Role::ignore) continue;
    if (!seen.emplace(column.role, column.name).second) {
      return failure(column_error(
          "mapped_twice", column,
          fmt::format("column \"{}\" is mapped to what another column is already: {} {}",
                      column.header, to_string(column.role), column.name)));
    }
    has_identity = has_identity || column.role == Role::user_id ||
                   column.role == Role::anonymous_id || column.role == Role::email;
    has_event = has_event || column.role == Role::event;
  }
  if (!has_identity) {
    return failure({.code = "unmapped_identity",
                    .message = "no column is mapped to userId, anonymousId or email",
                    .field = "columns"});
  }
  if (mapping.subject == Subject::events && !has_event) {
    return failure({.code = "unmapped_event",
                    .message = "no column is mapped to event, the name of what happened",
                    .field = "columns"});
  }
  return {};
}

Result<Column> read_column_text(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) {
    return failure({.code = "invalid_mapping",
                    .message = fmt::format("\"{}\" is no mapping such as Plan=attribute:plan:text",
                                           text.substr(0, 100)),
                    .value = std::string(text.substr(0, 100))});
  }
  Column column;
  column.header = text.substr(0, equals);
  const std::vector<std::string_view> parts = split(text.substr(equals + 1), ':');
  TRY(role, choice_of(roles, parts[0], column.header));
  column.role = role;
  std::size_t next = 1;
  const auto take = [&] { return next < parts.size() ? parts[next++] : std::string_view(); };
  if (is_named(role)) {
    const std::string_view name = take();
    column.name = name.empty() ? column.header : std::string(name);
    const std::string_view type = take();
    if (!type.empty()) {
      TRY(chosen, choice_of(types, type, column.header));
      column.type = chosen;
    }
  }
  const std::string_view detail = take();
  const bool has_date = role == Role::time || column.type == ValueType::date;
  if (!detail.empty() && has_date) {
    TRY(chosen, choice_of(date_formats, detail, column.header));
    column.date = chosen;
  } else if (!detail.empty()) {
    TRY(chosen, choice_of(decimal_signs, detail, column.header));
    column.decimal = chosen;
  }
  return column;
}

Result<Subject> read_subject(std::string_view text) {
  return choice_of(subjects, text, "subject");
}

std::string_view to_string(Subject subject) {
  return word_of(subjects, subject);
}
std::string_view to_string(Role role) {
  return word_of(roles, role);
}
std::string_view to_string(ValueType type) {
  return word_of(types, type);
}

}  // namespace sojourn::transfer
