#include "domain/catalogs/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.h"
#include "domain/definitions/reader.h"

namespace sojourn::catalogs {
namespace {

using definitions::Reader;
using transfer::ValueType;

constexpr std::array types = {ValueType::text, ValueType::number, ValueType::boolean,
                              ValueType::date, ValueType::list,   ValueType::json};
constexpr std::string_view type_words = "text, number, boolean, date, list or json";

/// Where a template can write it behind a dot.
bool is_field_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= field_name_bytes_max && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

tl::unexpected<Error> not_a_field(const Reader& reader, std::string_view member) {
  return reader.refuse(
      "not_a_field", member,
      fmt::format("must be a letter or _, then letters, digits and _, at most {} of them",
                  field_name_bytes_max),
      std::to_string(field_name_bytes_max));
}

std::optional<ValueType> type_in(const Value& value) {
  const std::string* word = value.as_string();
  if (word == nullptr) return std::nullopt;
  const auto* const found =
      std::ranges::find_if(types, [&](ValueType type) { return to_string(type) == *word; });
  return found == types.end() ? std::nullopt : std::optional(*found);
}

Result<std::vector<Field>> read_fields(Reader& reader, const Catalog& catalog) {
  TRY(value, reader.require("fields"));
  const Object* members = value->as_object();
  if (members == nullptr || members->empty()) {
    return reader.refuse("wrong_type", "fields", "must be an object of fields and their types");
  }
  if (members->size() > fields_max) {
    return reader.refuse("too_many", "fields",
                         fmt::format("has {} fields, the limit is {}", members->size(), fields_max),
                         std::to_string(fields_max));
  }
  std::vector<Field> fields;
  for (const auto& [name, word] : *members) {
    const std::string place = "fields." + name;
    if (!is_field_name(name)) return not_a_field(reader, place);
    if (name == catalog.item_key) {
      return reader.refuse("duplicate_member", place, "is the item_key: every item has it anyway");
    }
    const std::optional<ValueType> type = type_in(word);
    if (!type) {
      return reader.refuse("unknown_value", place, fmt::format("must be {}", type_words));
    }
    fields.push_back({.name = name, .type = *type});
  }
  return fields;
}

}  // namespace

const Field* Catalog::field(std::string_view wanted) const {
  const auto found = std::ranges::find(fields, wanted, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

Result<Catalog> read_catalog(const Value& value) {
  Reader reader(value, "");
  TRY_VOID(reader.choice("kind", {"catalog"}));
  Catalog catalog;
  TRY(key, reader.key("key"));
  catalog.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  catalog.name = name.value_or(catalog.key);
  if (catalog.name.size() > catalog_name_bytes_max) {
    return reader.refuse(
        "too_long", "name",
        fmt::format("is {} bytes, the limit is {}", catalog.name.size(), catalog_name_bytes_max),
        std::to_string(catalog_name_bytes_max));
  }
  TRY(item_key, reader.text("item_key"));
  if (!is_field_name(item_key)) return not_a_field(reader, "item_key");
  catalog.item_key = std::move(item_key);
  TRY(fields, read_fields(reader, catalog));
  catalog.fields = std::move(fields);
  TRY_VOID(reader.finish());
  return catalog;
}

std::string write_catalog(const Catalog& catalog) {
  // Text in JSON's quotes is text in YAML, whatever stands in it.
  std::string text =
      fmt::format("kind: catalog\nkey: {}\nname: {}\nitem_key: {}\nfields:\n", catalog.key,
                  to_json(Value(catalog.name)), to_json(Value(catalog.item_key)));
  for (const Field& field : catalog.fields) {
    text += fmt::format("  {}: {}\n", to_json(Value(field.name)), to_string(field.type));
  }
  return text;
}

}  // namespace sojourn::catalogs
