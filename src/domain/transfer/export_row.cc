#include "domain/transfer/export_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/events/event_codec.h"
#include "domain/transfer/convert.h"
#include "domain/transfer/csv.h"

namespace sojourn::transfer {
namespace {

constexpr std::string_view user_id_header = "userId";
constexpr std::string_view anonymous_id_header = "anonymousId";

/// The columns of events; `type` and `messageId` say where they came from and are not read back.
constexpr std::array<std::string_view, 8> event_headers = {
    "messageId", "type", "event", "timestamp", "userId", "anonymousId", "properties", "traits"};

/// Two headers are taken by ids. White space around a header is not read back.
std::string header_of(const std::string& name) {
  const std::string header(trimmed(name));
  const bool is_taken = header == user_id_header || header == anonymous_id_header;
  return is_taken ? "attributes." + header : header;
}

void append_row(std::string& out, std::vector<std::string> fields, FormulaGuard guard) {
  if (guard == FormulaGuard::on) {
    for (std::string& field : fields) field = guarded(field);
  }
  append_csv_record(out, fields, ',');
}

std::string json_or_empty(const Object& object) {
  return object.empty() ? std::string() : to_json(object);
}

void add_text(Object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object.append(std::string(name), Value(text));
}

}  // namespace

void AttributeColumns::add(const std::string& name) {
  columns_.try_emplace(name);
}

void AttributeColumns::look_at(const Object& attributes, NewColumns which) {
  for (const auto& [name, value] : attributes) {
    auto found = columns_.find(name);
    if (found == columns_.end()) {
      const bool has_room = columns_.size() < attribute_columns_max;
      if (which == NewColumns::ignored || !has_room || header_of(name).empty()) continue;
      found = columns_.try_emplace(name).first;
    }
    Kind& kind = found->second;
    const ValueType type = type_of(value);
    if (kind.was_seen && kind.type != type) {
      kind.type = ValueType::json;
    } else if (!kind.was_seen) {
      kind = {type, true};
    }
  }
}

void encode(ByteWriter& out, const AttributeColumns& columns) {
  out.unsigned_number(columns.columns_.size());
  for (const auto& [name, kind] : columns.columns_) {
    out.string(name);
    out.u8(static_cast<std::uint8_t>(kind.type));
    out.u8(kind.was_seen ? 1 : 0);
  }
}

AttributeColumns decode_columns(ByteReader& in) {
  AttributeColumns columns;
  const std::size_t count = in.count();
  for (std::size_t index = 0; index < count && in.ok(); ++index) {
    const std::string name(in.string());
    const std::uint8_t type = in.u8();
    const std::uint8_t was_seen = in.u8();
    if (type > static_cast<std::uint8_t>(ValueType::json) || was_seen > 1) in.fail();
    columns.columns_[name] = {static_cast<ValueType>(type), was_seen == 1};
  }
  return columns;
}

Mapping mapping_of(const AttributeColumns& columns) {
  Mapping mapping;
  mapping.columns.push_back({.header = std::string(user_id_header), .role = Role::user_id});
  mapping.columns.push_back(
      {.header = std::string(anonymous_id_header), .role = Role::anonymous_id});
  for (const auto& [name, kind] : columns.all()) {
    const bool is_email = name == contacts::traits::email && kind.type == ValueType::text;
    mapping.columns.push_back({.header = header_of(name),
                               .role = is_email ? Role::email : Role::attribute,
                               .name = is_email ? std::string() : name,
                               .type = kind.type});
  }
  return mapping;
}

std::string contact_header(const AttributeColumns& columns) {
  std::vector<std::string> fields = {std::string(user_id_header), std::string(anonymous_id_header)};
  for (const auto& [name, kind] : columns.all()) fields.push_back(header_of(name));
  std::string text;
  append_row(text, std::move(fields), FormulaGuard::on);
  return text;
}

void append_contact_csv(std::string& out, const ContactRow& contact,
                        const AttributeColumns& columns, FormulaGuard guard) {
  std::vector<std::string> fields;
  const auto add = [&](std::string cell) {
    fields.push_back(guard == FormulaGuard::on ? guarded(cell) : std::move(cell));
  };
  add(contact.user_id);
  add(contact.anonymous_id);
  for (const auto& [name, kind] : columns.all()) {
    const Value* value = contact.attributes.find(name);
    if (value == nullptr) {
      fields.emplace_back();
    } else if (kind.type == ValueType::number) {
      // To everybody -5 is a number.
      fields.push_back(to_cell(*value));
    } else {
      add(kind.type == ValueType::json ? to_json(*value) : to_cell(*value));
    }
  }
  append_csv_record(out, fields, ',');
}

void append_contact_json(std::string& out, const ContactRow& contact,
                         const std::vector<std::string>& chosen) {
  Object traits;
  if (chosen.empty()) {
    traits = contact.attributes;
  } else {
    for (const std::string& name : chosen) {
      if (const Value* value = contact.attributes.find(name)) traits.append(name, *value);
    }
  }
  Object call{{"type", "identify"}};
  add_text(call, user_id_header, contact.user_id);
  add_text(call, anonymous_id_header, contact.anonymous_id);
  call.append("traits", Value(std::move(traits)));
  out += to_json(call) + "\n";
}

std::string event_header() {
  std::string text;
  append_row(text, {event_headers.begin(), event_headers.end()}, FormulaGuard::on);
  return text;
}

void append_event_csv(std::string& out, const events::Event& event, FormulaGuard guard) {
  append_row(out,
             {event.message_id, std::string(events::to_string(event.type)), event.name,
              format_timestamp(event.at), event.user_id, event.anonymous_id,
              json_or_empty(event.properties), json_or_empty(event.traits)},
             guard);
}

void append_event_json(std::string& out, const events::Event& event) {
  Object call{{"messageId", event.message_id},
              {"type", events::to_string(event.type)},
              {"event", event.name},
              {"timestamp", format_timestamp(event.at)}};
  add_text(call, user_id_header, event.user_id);
  add_text(call, anonymous_id_header, event.anonymous_id);
  add_text(call, "previousId", event.previous_id);
  add_text(call, "groupId", event.group_id);
  if (!event.properties.empty()) call.append("properties", Value(event.properties));
  if (!event.traits.empty()) call.append("traits", Value(event.traits));
  if (!event.context.empty()) call.append("context", Value(event.context));
  out += to_json(call) + "\n";
}

namespace {

struct RecipientColumn {
  std::string_view header;
  std::string RecipientRow::*text;
};
constexpr std::array recipient_columns = {
    RecipientColumn{"contact", &RecipientRow::contact},
    RecipientColumn{"userId", &RecipientRow::user_id},
    RecipientColumn{"address", &RecipientRow::address},
    RecipientColumn{"arm", &RecipientRow::arm},
    RecipientColumn{"status", &RecipientRow::status},
    RecipientColumn{"reason", &RecipientRow::reason},
    RecipientColumn{"sentAt", &RecipientRow::sent_at},
    RecipientColumn{"openedAt", &RecipientRow::opened_at},
    RecipientColumn{"clickedAt", &RecipientRow::clicked_at},
    RecipientColumn{"convertedAt", &RecipientRow::converted_at},
};

}  // namespace

std::string recipient_header() {
  std::vector<std::string> fields;
  for (const RecipientColumn& column : recipient_columns) fields.emplace_back(column.header);
  std::string text;
  append_row(text, std::move(fields), FormulaGuard::on);
  return text;
}

void append_recipient_csv(std::string& out, const RecipientRow& recipient, FormulaGuard guard) {
  std::vector<std::string> fields;
  for (const RecipientColumn& column : recipient_columns) fields.push_back(recipient.*column.text);
  append_row(out, std::move(fields), guard);
}

void append_recipient_json(std::string& out, const RecipientRow& recipient) {
  Object object;
  for (const RecipientColumn& column : recipient_columns) {
    add_text(object, column.header, recipient.*column.text);
  }
  out += to_json(object);
  out += '\n';
}

}  // namespace sojourn::transfer
