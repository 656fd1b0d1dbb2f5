#include "domain/templates/blocks/block_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/time.h"
#include "domain/templates/blocks/block_members.h"
#include "domain/templates/blocks/places.h"
#include "domain/templates/blocks/rich_text_json.h"

namespace sojourn::templates::blocks {
namespace {

using definitions::Reader;

constexpr std::array<std::string_view, std::variant_size_v<Content>> type_names = {
    "heading", "text",      "button",      "image",   "divider",     "spacer",
    "columns", "social",    "menu",        "product", "list-repeat", "quote",
    "table",   "countdown", "video-thumb", "raw",     "saved-block", "legal-footer"};

Result<std::optional<Align>> optional_align(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (!text) return std::optional<Align>();
  const std::optional<Align> align = parse_align(*text);
  if (align) return align;
  return reader.refuse("unknown_choice", member, "must be one of start, center, end, left, right");
}

Result<Repeat> read_repeat_at(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Repeat repeat;
  TRY(in, reader.text("in"));
  repeat.in = std::move(in);
  TRY(as, reader.optional_text("as"));
  repeat.as = as.value_or("item");
  TRY(limit, optional_number(reader, "limit", 1, repeats_max));
  repeat.limit = limit.value_or(repeats_max);
  TRY_VOID(reader.finish());
  TRY_VOID(check_repeat(path, repeat));
  return repeat;
}

Result<void> check_place(Reader& reader, std::size_t type, BlockPlace place) {
  const std::string_view name = type_names[type];
  if (name == "columns" && !place.allows_columns) {
    return reader.refuse("unknown_choice", "type",
                         "is \"columns\", which stands in a row's column alone");
  }
  if (name == "list-repeat" && !place.allows_repetition) {
    return reader.refuse("unknown_choice", "type",
                         "is \"list-repeat\", which stands in no other list-repeat");
  }
  if (name == "saved-block" && !place.allows_saved) {
    return reader.refuse("unknown_choice", "type",
                         "is \"saved-block\", which stands in no other saved block");
  }
  return {};
}

Result<std::size_t> read_type(Reader& reader) {
  return reader.choice(
      "type", {"heading", "text", "button", "image", "divider", "spacer", "columns", "social",
               "menu", "product", "list-repeat", "quote", "table", "countdown", "video-thumb",
               "raw", "saved-block", "legal-footer"});
}

Result<Block> read_block(const Value& value, const std::string& path, BlockPlace place) {
  Reader reader(value, path);
  Block block;
  TRY(type, read_type(reader));
  TRY_VOID(check_place(reader, type, place));
  TRY(id, read_id(reader));
  block.id = std::move(id);
  TRY(show_if, read_condition(reader, "showIf"));
  block.show_if = std::move(show_if);
  TRY(repeat, read_repeat(reader, "repeat"));
  block.repeat = std::move(repeat);
  TRY(align, optional_align(reader, "align"));
  block.align = align;
  TRY(space, optional_number(reader, "space", 0, 96));
  block.space = space;
  TRY(content, read_content(reader, type, place));
  block.content = std::move(content);
  TRY_VOID(reader.finish());
  return block;
}

Result<Column> read_column(const Value& value, const std::string& path, BlockPlace place) {
  Reader reader(value, path);
  Column column;
  TRY(width, optional_number(reader, "w", 5, 100));
  column.width = width.value_or(0);
  TRY(list, reader.optional_list("blocks"));
  TRY(blocks, read_blocks(*list, reader.path_of("blocks"), place));
  column.blocks = std::move(blocks);
  TRY_VOID(reader.finish());
  return column;
}

}  // namespace

tl::unexpected<Error> too_many(const std::string& path, std::size_t count, std::size_t max) {
  return failure({.code = "too_many",
                  .message = fmt::format("{} has {} items, the limit is {}", path, count, max),
                  .field = path,
                  .value = std::to_string(count),
                  .limit = std::to_string(max)});
}

std::string item_path(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

Result<std::optional<int>> optional_number(Reader& reader, std::string_view member, int min,
                                           int max) {
  TRY(number, reader.optional_integer(member, min, max));
  if (!number) return std::optional<int>();
  return std::optional(static_cast<int>(*number));
}

std::string_view type_of(const Content& content) {
  return type_names[content.index()];
}

Result<std::string> read_id(Reader& reader) {
  TRY(id, reader.optional_text("id"));
  if (id && id->size() > id_bytes_max) {
    return reader.refuse("too_long", "id",
                         fmt::format("is {} bytes, the limit is {}", id->size(), id_bytes_max),
                         std::to_string(id_bytes_max));
  }
  return id.value_or("");
}

Result<std::string> read_condition(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (!text || text->empty()) return std::string();
  TRY_VOID(check_condition(reader.path_of(member), *text));
  return std::move(*text);
}

Result<std::optional<Repeat>> read_repeat(Reader& reader, std::string_view member) {
  const Value* value = reader.find(member);
  if (value == nullptr) return std::optional<Repeat>();
  TRY(repeat, read_repeat_at(*value, reader.path_of(member)));
  return std::optional(std::move(repeat));
}

Result<std::vector<Block>> read_blocks(const Value::List& list, const std::string& path,
                                       BlockPlace place) {
  if (list.size() > blocks_max) return too_many(path, list.size(), blocks_max);
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < list.size(); ++i) {
    TRY(block, read_block(list[i], item_path(path, i), place));
    blocks.push_back(std::move(block));
  }
  return blocks;
}

Result<std::vector<Column>> read_columns(Reader& reader, std::string_view member,
                                         BlockPlace place) {
  TRY_VOID(reader.require(member));
  TRY(list, reader.optional_list(member));
  const std::string path = reader.path_of(member);
  if (list->size() > columns_max) return too_many(path, list->size(), columns_max);
  if (list->empty()) {
    return reader.refuse("out_of_range", member, "must have at least one column", "1");
  }
  std::vector<Column> columns;
  int width = 0;
  int open = 0;
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(column, read_column((*list)[i], item_path(path, i), place));
    width += column.width;
    if (column.width == 0) ++open;
    columns.push_back(std::move(column));
  }
  // Those without a width of their own need some.
  if (width + 5 * open > 100) {
    return failure({.code = "out_of_range",
                    .message = fmt::format("{}: the widths are {} percent, the limit is {}", path,
                                           width, 100 - 5 * open),
                    .field = path,
                    .value = std::to_string(width),
                    .limit = std::to_string(100 - 5 * open)});
  }
  return columns;
}

}  // namespace sojourn::templates::blocks
