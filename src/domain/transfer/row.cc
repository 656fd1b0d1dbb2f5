#include "domain/transfer/row.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"
#include "domain/transfer/convert.h"
#include "domain/transfer/csv.h"

namespace sojourn::transfer {
namespace {

constexpr std::size_t shown_bytes_max = 100;

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

Error cell_error(std::string_view code, std::string message, std::string_view value,
                 std::size_t limit = 0) {
  return {.code = std::string(code),
          .message = std::move(message),
          .value = std::string(value.substr(0, shown_bytes_max)),
          .limit = limit == 0 ? std::string() : std::to_string(limit)};
}

}  // namespace

/// A row while its cells come in.
class RowReader::Draft {
 public:
  Draft(const Mapping& mapping, std::string_view zone) : mapping_(mapping), zone_(zone) {}

  void take(const Column& column, std::string_view cell) {
    size_bytes_ += cell.size();
    if (!is_valid_utf8(cell)) {
      return refuse(column, cell_error("not_utf8", "the cell is not UTF-8", ""));
    }
    const std::string_view plain = unguarded(cell);
    if (is_empty(plain, column)) return;
    note(column, [&]() -> Result<void> {
      TRY(value, value_of(plain, column));
      return take_value(column, std::move(value));
    }());
  }

  void take(const Column& column, const Value& value) {
    if (value.is_null()) return;
    size_bytes_ += value.as_string() != nullptr ? value.as_string()->size() : to_json(value).size();
    note(column, [&]() -> Result<void> {
      const bool converts = column.role == Role::attribute || column.role == Role::property;
      if (!converts) return take_value(column, value);
      const std::string* text = value.as_string();
      if (text != nullptr && is_empty(*text, column)) return {};
      TRY(converted, convert(value, column, zone_));
      return take_value(column, std::move(converted));
    }());
  }

  void refuse(const Column& column, Error error) {
    error.field = column.header;
    refuse(std::move(error));
  }
  void refuse(Error error) {
    if (errors_.size() < row_errors_max) errors_.push_back(std::move(error));
  }

  std::variant<Row, RowErrors> finish() {
    if (size_bytes_ > row_bytes_max) {
      refuse(cell_error(
          "too_long",
          fmt::format("the row is {} bytes long, the limit is {}", size_bytes_, row_bytes_max),
          std::to_string(size_bytes_), row_bytes_max));
    }
    take_email_of_attributes();
    const bool has_identity =
        !row_.user_id.empty() || !row_.anonymous_id.empty() || !row_.email.empty();
    if (errors_.empty() && !has_identity) {
      refuse(cell_error("missing_identity", "the row has no userId, anonymousId or email", ""));
    }
    if (errors_.empty() && mapping_.subject == Subject::events && row_.event.empty()) {
      refuse(cell_error("missing_event", "the row does not say what happened", ""));
    }
    if (!errors_.empty()) return std::move(errors_);
    return std::move(row_);
  }

 private:
  /// Spaces are a value to a column of text and nothing to every other.
  static bool is_empty(std::string_view cell, const Column& column) {
    const bool is_text = (column.role == Role::attribute || column.role == Role::property) &&
                         column.type == ValueType::text;
    return is_text ? cell.empty() : trimmed(cell).empty();
  }

  [[nodiscard]] Result<Value> value_of(std::string_view cell, const Column& column) const {
    switch (column.role) {
      case Role::attribute:
      case Role::property:
        return convert(cell, column, zone_);
      case Role::attributes:
      case Role::properties:
        return convert(cell, {.header = column.header, .type = ValueType::json}, zone_);
      case Role::ignore:
      case Role::user_id:
      case Role::anonymous_id:
      case Role::email:
      case Role::event:
      case Role::time:
        return Value(trimmed(cell));
    }
    return Value();
  }

  Result<void> take_value(const Column& column, Value value) {
    switch (column.role) {
      case Role::ignore:
        return {};
      case Role::user_id:
        return take_key(row_.user_id, value);
      case Role::anonymous_id:
        return take_key(row_.anonymous_id, value);
      case Role::email:
        row_.attributes.set(contacts::traits::email, std::move(value));
        return {};
      case Role::attribute:
        row_.attributes.set(column.name, std::move(value));
        return {};
      case Role::attributes:
        return take_members(row_.attributes, value);
      case Role::event:
        TRY_VOID(take_key(row_.event, value));
        if (!events::names::is_reserved(row_.event)) return {};
        return failure(cell_error(
            "reserved_event_name",
            fmt::format("only Sojourn itself writes events named {}", row_.event), row_.event));
      case Role::time:
        return take_time(column, value);
      case Role::property:
        row_.properties.set(column.name, std::move(value));
        return {};
      case Role::properties:
        return take_members(row_.properties, value);
    }
    return {};
  }

  static Result<void> take_key(std::string& key, const Value& value) {
    const bool is_scalar = value.as_string() != nullptr || value.as_integer() != nullptr;
    key = std::string(trimmed(to_cell(value)));
    if (!is_scalar) return failure(cell_error("wrong_type", "the cell must be text", key));
    if (key.size() > row_key_bytes_max) {
      return failure(cell_error(
          "too_long",
          fmt::format("the cell is {} bytes long, the limit is {}", key.size(), row_key_bytes_max),
          key, row_key_bytes_max));
    }
    if (!has_control_character(key)) return {};
    return failure(cell_error("control_character", "the cell has a control character", key));
  }

  static Result<void> take_members(Object& target, const Value& value) {
    const Object* object = value.as_object();
    if (object == nullptr) {
      return failure(cell_error("not_an_object", "the cell must be a JSON object", to_json(value)));
    }
    for (const auto& [name, member] : *object) {
      if (!member.is_null()) target.set(name, member);
    }
    return {};
  }

  Result<void> take_time(const Column& column, const Value& value) {
    TRY(at, convert_time(to_cell(value), column.date, zone_));
    row_.at = at;
    return {};
  }

  /// However it came in, an email is judged, and identifies.
  void take_email_of_attributes() {
    const Value* value = row_.attributes.find(contacts::traits::email);
    if (value == nullptr) return;
    const std::string text = to_cell(*value);
    row_.email = contacts::normalise_email(text);
    if (!row_.email.empty()) return;
    Error error = cell_error(
        "invalid_email", fmt::format("\"{}\" is no email address", text.substr(0, shown_bytes_max)),
        text);
    error.field = header_of_email();
    refuse(std::move(error));
  }

  [[nodiscard]] std::string header_of_email() const {
    for (const Column& column : mapping_.columns) {
      const bool is_attribute =
          column.role == Role::attribute && column.name == contacts::traits::email;
      if (column.role == Role::email || is_attribute) return column.header;
    }
    return std::string(contacts::traits::email);
  }

  void note(const Column& column, Result<void> taken) {
    if (!taken) refuse(column, std::move(taken.error()));
  }

  const Mapping& mapping_;
  const std::string_view zone_;
  Row row_;
  RowErrors errors_;
  std::size_t size_bytes_ = 0;
};

RowReader::RowReader(Mapping mapping, const std::vector<std::string>& headers, std::string zone)
    : mapping_(std::move(mapping)), header_count_(headers.size()), zone_(std::move(zone)) {
  for (const std::string& header : headers) {
    std::optional<std::size_t> place;
    for (std::size_t index = 0; index < mapping_.columns.size(); ++index) {
      const Column& column = mapping_.columns[index];
      if (column.header == header && column.role != Role::ignore) place = index;
    }
    columns_.push_back(place);
  }
}

std::variant<Row, RowErrors> RowReader::read(const std::vector<std::string>& fields) const {
  Draft draft(mapping_, zone_);
  if (fields.size() != header_count_) {
    draft.refuse(cell_error(
        "wrong_field_count",
        fmt::format("the row has {} fields, the header has {}", fields.size(), header_count_),
        std::to_string(fields.size()), header_count_));
    return draft.finish();
  }
  for (std::size_t index = 0; index < fields.size(); ++index) {
    if (columns_[index])
      draft.take(mapping_.columns[*columns_[index]], std::string_view(fields[index]));
  }
  return draft.finish();
}

std::variant<Row, RowErrors> RowReader::read(const Object& object) const {
  Draft draft(mapping_, zone_);
  for (const Column& column : mapping_.columns) {
    const Value* value = object.find(column.header);
    if (value != nullptr) draft.take(column, *value);
  }
  return draft.finish();
}

}  // namespace sojourn::transfer
