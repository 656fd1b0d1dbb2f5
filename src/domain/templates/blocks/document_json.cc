#include "domain/templates/blocks/document_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/definitions/reader.h"
#include "domain/templates/blocks/block_json.h"
#include "domain/templates/blocks/places.h"

namespace sojourn::templates::blocks {
namespace {

using definitions::Reader;

/// Of a subject and a preheader, as they are written; what is printed has its own limits.
constexpr std::size_t subject_source_bytes_max = 2'000;
/// BCP 47 §4.4.1 asks for room for 35.
constexpr std::size_t language_bytes_max = 35;

Result<void> read_ground(Reader& reader, Row& row) {
  TRY(text, reader.optional_text("bg"));
  if (!text || *text == "surface") return {};
  if (*text == "page") {
    row.ground = Row::Ground::page;
    return {};
  }
  const std::optional<Colour> colour = parse_colour(*text);
  if (!colour) {
    return reader.refuse("unknown_value", "bg",
                         "must be surface, page or a color such as \"#1c2430\"");
  }
  row.ground = Row::Ground::own;
  row.colour = *colour;
  return {};
}

Result<Row> read_row(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Row row;
  TRY(id, read_id(reader));
  row.id = std::move(id);
  TRY(columns, read_columns(reader, "cols", {}));
  row.columns = std::move(columns);
  TRY_VOID(read_ground(reader, row));
  TRY(show_if, read_condition(reader, "showIf"));
  row.show_if = std::move(show_if);
  TRY(repeat, read_repeat(reader, "repeat"));
  row.repeat = std::move(repeat);
  TRY(stacks, reader.boolean_or("stack", true));
  row.stacks = stacks;
  TRY_VOID(reader.finish());
  return row;
}

Result<std::string> read_liquid(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (!text) return std::string();
  TRY_VOID(check_liquid(reader.path_of(member), *text, subject_source_bytes_max));
  return std::move(*text);
}

bool is_language(std::string_view text) {
  return !text.empty() && text.size() <= language_bytes_max &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

Result<void> read_language(Reader& reader, Document& document) {
  TRY(language, reader.optional_text("lang"));
  if (language && !is_language(*language)) {
    return reader.refuse("unknown_value", "lang", "must be a language tag such as \"de-AT\"");
  }
  document.language = language.value_or("");
  if (reader.find("dir") == nullptr) return {};
  TRY(direction, reader.choice("dir", {"ltr", "rtl"}));
  document.is_right_to_left = direction == 1;
  return {};
}

Value write_row(const Row& row) {
  Object object;
  if (!row.id.empty()) object.set("id", row.id);
  if (row.ground == Row::Ground::page) object.set("bg", "page");
  if (row.ground == Row::Ground::own) object.set("bg", to_string(row.colour));
  if (!row.show_if.empty()) object.set("showIf", row.show_if);
  if (row.repeat) object.set("repeat", write_repeat(*row.repeat));
  if (!row.stacks) object.set("stack", false);
  object.set("cols", write_columns(row.columns));
  return object;
}

}  // namespace

Result<Document> read_document(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Document document;
  TRY_VOID(reader.require("v"));
  TRY(version, reader.optional_integer("v", 1, INT32_MAX));
  if (version != document_version) {
    return reader.refuse(
        "unknown_value", "v",
        fmt::format("is {}, this server knows version {}", *version, document_version),
        std::to_string(document_version));
  }
  if (const Value* theme = reader.find("theme")) {
    TRY(read, read_theme(*theme, reader.path_of("theme")));
    document.theme = std::move(read);
  }
  TRY_VOID(reader.require("subject"));
  TRY(subject, read_liquid(reader, "subject"));
  document.subject = std::move(subject);
  TRY(preheader, read_liquid(reader, "preheader"));
  document.preheader = std::move(preheader);
  TRY_VOID(read_language(reader, document));
  TRY_VOID(reader.require("rows"));
  TRY(list, reader.optional_list("rows"));
  if (list->size() > rows_max) {
    return failure({.code = "too_many",
                    .message = fmt::format("{} has {} rows, the limit is {}",
                                           reader.path_of("rows"), list->size(), rows_max),
                    .field = reader.path_of("rows"),
                    .value = std::to_string(list->size()),
                    .limit = std::to_string(rows_max)});
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(row, read_row((*list)[i], fmt::format("{}[{}]", reader.path_of("rows"), i)));
    document.rows.push_back(std::move(row));
  }
  TRY_VOID(reader.finish());
  return document;
}

Value write_document(const Document& document) {
  Object object{{"v", document_version}};
  if (Object theme = write_theme(document.theme); !theme.empty()) {
    object.set("theme", std::move(theme));
  }
  object.set("subject", document.subject);
  if (!document.preheader.empty()) object.set("preheader", document.preheader);
  if (!document.language.empty()) object.set("lang", document.language);
  if (document.is_right_to_left) object.set("dir", "rtl");
  Value::List rows;
  for (const Row& row : document.rows) rows.push_back(write_row(row));
  object.set("rows", std::move(rows));
  return object;
}

Result<SavedBlock> read_saved_block(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  SavedBlock saved;
  TRY(key, reader.key("key"));
  saved.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  saved.name = name.value_or(saved.key);
  TRY_VOID(reader.require("blocks"));
  TRY(list, reader.optional_list("blocks"));
  TRY(blocks, read_blocks(*list, "blocks", {.allows_columns = false, .allows_saved = false}));
  saved.blocks = std::move(blocks);
  TRY_VOID(reader.finish());
  return saved;
}

}  // namespace sojourn::templates::blocks
