#include "domain/catalogs/item.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "domain/transfer/convert.h"

namespace sojourn::catalogs {
namespace {

constexpr std::size_t shown_bytes_max = 100;
/// Dates without an offset.
constexpr std::string_view zone = "UTC";

std::string start_of(std::string_view text) {
  return std::string(text.substr(0, shown_bytes_max));
}

tl::unexpected<Error> refuse(std::string_view code, std::string_view field, std::string message,
                             std::string_view value = {}, std::size_t limit = 0) {
  return failure({.code = std::string(code),
                  .message = fmt::format("{} {}", field, message),
                  .field = std::string(field),
                  .value = start_of(value),
                  .limit = limit == 0 ? std::string() : std::to_string(limit)});
}

bool is_absent(const Value* value) {
  if (value == nullptr || value->is_null()) return true;
  const std::string* text = value->as_string();
  return text != nullptr && text->empty();
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Result<std::string> read_key(const Catalog& catalog, const Object& members) {
  const std::string_view field = catalog.item_key;
  const Value* value = members.find(field);
  if (is_absent(value)) return refuse("missing_member", field, "is missing");
  if (const std::int64_t* whole = value->as_integer()) return std::to_string(*whole);
  const std::string* text = value->as_string();
  if (text == nullptr) {
    return refuse("wrong_type", field, "must be a text or a whole number", to_json(*value));
  }
  const std::string_view key = trimmed(*text);
  if (key.empty()) return refuse("missing_member", field, "is missing");
  if (key.size() > item_key_bytes_max) {
    return refuse("too_long", field,
                  fmt::format("is {} bytes, the limit is {}", key.size(), item_key_bytes_max), key,
                  item_key_bytes_max);
  }
  if (std::ranges::any_of(key, is_control)) {
    return refuse("control_character", field, "holds a control character");
  }
  return std::string(key);
}

Result<void> check_names(const Catalog& catalog, const Object& members) {
  for (const auto& [name, value] : members) {
    if (name == catalog.item_key || catalog.field(name) != nullptr) continue;
    return refuse("unknown_member", start_of(name),
                  fmt::format("is no field of catalog \"{}\"", catalog.key));
  }
  return {};
}

}  // namespace

Result<Item> read_item(const Catalog& catalog, const Object& members) {
  TRY_VOID(check_names(catalog, members));
  TRY(key, read_key(catalog, members));
  Object content;
  content.append(catalog.item_key, key);
  for (const Field& field : catalog.fields) {
    const Value* given = members.find(field.name);
    if (is_absent(given)) continue;
    Result<Value> value = transfer::convert(*given, {.type = field.type}, zone);
    if (!value) {
      Error error = value.error();
      error.message = fmt::format("{}: {}", field.name, error.message);
      error.field = field.name;
      return failure(std::move(error));
    }
    content.append(field.name, std::move(*value));
  }
  Item item{.key = std::move(key), .content = to_json(content)};
  if (item.content.size() > item_bytes_max) {
    return refuse("too_long", "item",
                  fmt::format("\"{}\" is {} bytes as JSON, the limit is {}", start_of(item.key),
                              item.content.size(), item_bytes_max),
                  item.key, item_bytes_max);
  }
  return item;
}

Result<Object> read_content(std::string_view content) {
  Result<Value> value = parse_json(content);
  Object* const object = value ? value->as_object() : nullptr;
  if (object == nullptr) return failure("damaged", "an item of a catalog cannot be read");
  return std::move(*object);
}

void ItemsDigest::toggle(std::string_view key, std::string_view content) {
  // No secret: it tells what differs, and nobody is kept from anything by it.
  constexpr HashKey plain{};
  const Hash128 of_item = keyed_hash(plain, {key, content});
  for (std::size_t i = 0; i < value_.bytes.size(); ++i) value_.bytes[i] ^= of_item.bytes[i];
}

}  // namespace sojourn::catalogs
