#include "domain/catalogs/item_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/transfer/convert.h"
#include "domain/transfer/csv.h"
#include "domain/transfer/json_records.h"

namespace sojourn::catalogs {
namespace {

using transfer::CsvRecord;
using transfer::JsonRecord;
using transfer::MoreText;

constexpr std::size_t shown_bytes_max = 100;

/// Takes items one after the other, and what is wrong with them.
class Taker {
 public:
  explicit Taker(const Catalog& catalog) : catalog_(catalog) {}

  /// False where there are too many to go on.
  bool take(Result<Object> members) {
    ++number_;
    if (!members) return refuse(members.error());
    Result<Item> item = read_item(catalog_, *members);
    if (!item) return refuse(item.error());
    if (!keys_.insert(item->key).second) {
      return refuse({.code = "duplicate_key",
                     .message = fmt::format("{} \"{}\" stands in the file before",
                                            catalog_.item_key, item->key),
                     .field = catalog_.item_key,
                     .value = item->key});
    }
    read_.items.push_back(std::move(*item));
    return number_ <= items_max;
  }

  Result<ReadItems> result() {
    if (number_ <= items_max) return std::move(read_);
    return failure({.code = "too_many_items",
                    .message = fmt::format("the file has more than {} items", items_max),
                    .limit = std::to_string(items_max)});
  }

 private:
  bool refuse(Error error) {
    if (++read_.faults_in_all <= item_faults_max) {
      read_.faults.push_back({.number = number_, .error = std::move(error)});
    }
    return number_ <= items_max;
  }

  const Catalog& catalog_;
  std::size_t number_ = 0;
  std::unordered_set<std::string> keys_;
  ReadItems read_;
};

/// A file's first line. Names that cannot be meant are told once, and not with every item.
Result<std::vector<std::string>> check_header(const Catalog& catalog, const CsvRecord& record) {
  if (record.problem) return failure(*record.problem);
  std::vector<std::string> names;
  for (const std::string& field : record.fields) {
    std::string name(trimmed(field));
    if (name != catalog.item_key && catalog.field(name) == nullptr) {
      return failure({.code = "unknown_member",
                      .message = fmt::format("column \"{}\" is no field of catalog \"{}\"",
                                             name.substr(0, shown_bytes_max), catalog.key),
                      .field = name.substr(0, shown_bytes_max)});
    }
    if (std::ranges::find(names, name) != names.end()) {
      return failure({.code = "duplicate_member",
                      .message = fmt::format("column \"{}\" stands twice in the file", name),
                      .field = name});
    }
    names.push_back(std::move(name));
  }
  if (std::ranges::find(names, catalog.item_key) != names.end()) return names;
  return failure({.code = "missing_member",
                  .message = fmt::format("the file has no column \"{}\", the key of its items",
                                         catalog.item_key),
                  .field = catalog.item_key});
}

/// What a cell holds. Only of a `json` field does read_item() take a value as it is.
Result<Value> value_of(const Catalog& catalog, const std::string& name, std::string_view cell) {
  const Field* field = catalog.field(name);
  const bool is_json = field != nullptr && field->type == transfer::ValueType::json;
  if (!is_json || cell.empty()) return Value(cell);
  Result<Value> value = transfer::convert(cell, {.type = field->type}, "UTC");
  if (value) return value;
  Error error = value.error();
  error.message = fmt::format("{}: {}", name, error.message);
  error.field = name;
  return failure(std::move(error));
}

Result<Object> members_of(const Catalog& catalog, const std::vector<std::string>& names,
                          const CsvRecord& record) {
  if (record.problem) return failure(*record.problem);
  if (record.fields.size() > names.size()) {
    return failure({.code = "malformed_csv",
                    .message = fmt::format("the line has {} fields, the first line has {}",
                                           record.fields.size(), names.size())});
  }
  Object members;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    TRY(value, value_of(catalog, names[i], transfer::unguarded(record.fields[i])));
    members.append(names[i], std::move(value));
  }
  return members;
}

Result<ReadItems> read_csv(const Catalog& catalog, std::string_view text) {
  text.remove_prefix(transfer::byte_order_mark_bytes(text));
  const char separator = transfer::detect_separator(text, MoreText::ends);
  std::vector<std::string> names;
  Taker taker(catalog);
  while (!text.empty()) {
    const std::optional<CsvRecord> record =
        transfer::read_csv_record(text, separator, MoreText::ends);
    if (!record) break;
    text.remove_prefix(record->size_bytes);
    if (record->is_blank) continue;
    if (names.empty()) {
      TRY(checked, check_header(catalog, *record));
      names = std::move(checked);
    } else if (!taker.take(members_of(catalog, names, *record))) {
      break;
    }
  }
  // An empty file has no column at all.
  if (names.empty()) TRY_VOID(check_header(catalog, {}));
  return taker.result();
}

Result<Object> members_of(const JsonRecord& record) {
  if (record.problem) return failure(*record.problem);
  TRY(value, parse_json(record.text));
  if (Object* object = value.as_object()) return std::move(*object);
  return failure("malformed_json", "an item must be a JSON object");
}

Result<ReadItems> read_json(const Catalog& catalog, std::string_view text) {
  text.remove_prefix(transfer::byte_order_mark_bytes(text));
  Taker taker(catalog);
  while (!text.empty()) {
    const std::optional<JsonRecord> record = transfer::read_json_record(text, MoreText::ends);
    if (!record) break;
    text.remove_prefix(record->size_bytes);
    const bool is_end = record->text.empty() && !record->problem;
    if (is_end || !taker.take(members_of(*record))) break;
  }
  return taker.result();
}

std::string cell_of(const Value* value, transfer::ValueType type) {
  if (value == nullptr) return {};
  const bool is_json = type == transfer::ValueType::json;
  return transfer::guarded(is_json ? to_json(*value) : transfer::to_cell(*value));
}

std::vector<std::string> row_of(const Catalog& catalog, const Object& content) {
  std::vector<std::string> row{cell_of(content.find(catalog.item_key), transfer::ValueType::text)};
  for (const Field& field : catalog.fields) {
    row.push_back(cell_of(content.find(field.name), field.type));
  }
  return row;
}

std::string write_csv(const Catalog& catalog, const std::vector<Item>& items) {
  std::string text;
  std::vector<std::string> names{catalog.item_key};
  for (const Field& field : catalog.fields) names.push_back(field.name);
  transfer::append_csv_record(text, names, ',');
  for (const Item& item : items) {
    const Result<Object> content = read_content(item.content);
    if (content) transfer::append_csv_record(text, row_of(catalog, *content), ',');
  }
  return text;
}

std::string write_json(const std::vector<Item>& items) {
  std::string text = "[";
  std::string_view before = "\n";
  for (const Item& item : items) {
    text.append(before).append(item.content);
    before = ",\n";
  }
  return text.append("\n]\n");
}

}  // namespace

Result<ReadItems> read_item_file(const Catalog& catalog, std::string_view text, ItemFormat format) {
  if (!is_valid_utf8(text)) {
    return failure(format == ItemFormat::csv ? "malformed_csv" : "malformed_json",
                   "the file is no UTF-8");
  }
  return format == ItemFormat::csv ? read_csv(catalog, text) : read_json(catalog, text);
}

std::string write_item_file(const Catalog& catalog, const std::vector<Item>& items,
                            ItemFormat format) {
  return format == ItemFormat::csv ? write_csv(catalog, items) : write_json(items);
}

}  // namespace sojourn::catalogs
