#include "domain/templates/blocks/block_members.h"

#include <fmt/format.h>

#include <array>

#include "base/time.h"
#include "domain/templates/blocks/places.h"
#include "domain/templates/blocks/rich_text_json.h"

namespace sojourn::templates::blocks {
namespace {

using definitions::Reader;

Result<Line> optional_line(Reader& reader, std::string_view member) {
  const Value* value = reader.find(member);
  if (value == nullptr) return Line();
  return read_line(*value, reader.path_of(member));
}

Result<Line> required_line(Reader& reader, std::string_view member) {
  TRY(value, reader.require(member));
  return read_line(*value, reader.path_of(member));
}

Result<std::optional<Line>> line_or_absent(Reader& reader, std::string_view member) {
  const Value* value = reader.find(member);
  if (value == nullptr) return std::optional<Line>();
  TRY(line, read_line(*value, reader.path_of(member)));
  return std::optional(std::move(line));
}

Result<Address> optional_address(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (!text) return Address();
  TRY_VOID(check_address(reader.path_of(member), *text));
  return std::move(*text);
}

Result<Address> required_address(Reader& reader, std::string_view member) {
  TRY_VOID(reader.require(member));
  return optional_address(reader, member);
}

Result<std::optional<Colour>> optional_colour(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (!text) return std::optional<Colour>();
  const std::optional<Colour> colour = parse_colour(*text);
  if (colour) return colour;
  return reader.refuse("unknown_value", member, "must be a color such as \"#1c2430\"");
}

// Each block's own members.

Result<Content> read_heading(Reader& reader) {
  Heading block;
  TRY(level, optional_number(reader, "level", 1, 4));
  block.level = level.value_or(1);
  TRY(text, required_line(reader, "text"));
  block.text = std::move(text);
  TRY(colour, optional_colour(reader, "color"));
  block.colour = colour;
  return block;
}

Result<Content> read_text(Reader& reader) {
  Text block;
  TRY(value, reader.require("text"));
  TRY(text, read_rich_text(*value, reader.path_of("text")));
  block.text = std::move(text);
  TRY(size, optional_number(reader, "size", 11, 40));
  block.size = size;
  TRY(colour, optional_colour(reader, "color"));
  block.colour = colour;
  return block;
}

Result<Content> read_button(Reader& reader) {
  Button block;
  TRY(label, required_line(reader, "label"));
  block.label = std::move(label);
  TRY(href, required_address(reader, "href"));
  block.href = std::move(href);
  TRY(is_wide, reader.boolean_or("wide", false));
  block.is_wide = is_wide;
  TRY(width, optional_number(reader, "width", 60, 600));
  block.width = width;
  TRY(colour, optional_colour(reader, "color"));
  block.colour = colour;
  TRY(text_colour, optional_colour(reader, "textColor"));
  block.text_colour = text_colour;
  return block;
}

Result<Content> read_image(Reader& reader) {
  Image block;
  TRY(is_logo, reader.boolean_or("logo", false));
  block.is_logo = is_logo;
  TRY(src, is_logo ? optional_address(reader, "src") : required_address(reader, "src"));
  block.src = std::move(src);
  TRY(alt, line_or_absent(reader, "alt"));
  block.alt = std::move(alt);
  TRY(href, optional_address(reader, "href"));
  block.href = std::move(href);
  TRY(width, optional_number(reader, "width", 1, 1200));
  block.width = width;
  return block;
}

Result<Content> read_divider(Reader& reader) {
  Divider block;
  TRY(colour, optional_colour(reader, "color"));
  block.colour = colour;
  TRY(thickness, optional_number(reader, "thickness", 1, 20));
  block.thickness = thickness.value_or(block.thickness);
  TRY(width, optional_number(reader, "width", 1, 100));
  block.width = width.value_or(block.width);
  return block;
}

Result<Content> read_spacer(Reader& reader) {
  Spacer block;
  TRY(height, optional_number(reader, "height", 1, 200));
  block.height = height.value_or(block.height);
  return block;
}

Result<Content> read_columns_block(Reader& reader, BlockPlace place) {
  place.allows_columns = false;
  Columns block;
  TRY(columns, read_columns(reader, "cols", place));
  block.columns = std::move(columns);
  TRY(stacks, reader.boolean_or("stack", true));
  block.stacks = stacks;
  return block;
}

Result<Content> read_social_block(Reader& reader) {
  Social block;
  TRY(list, reader.optional_list("links"));
  TRY(links, read_social(*list, reader.path_of("links")));
  block.links = std::move(links);
  return block;
}

Result<Content> read_menu(Reader& reader) {
  Menu block;
  TRY_VOID(reader.require("items"));
  TRY(list, reader.optional_list("items"));
  const std::string path = reader.path_of("items");
  if (list->size() > links_max) return too_many(path, list->size(), links_max);
  for (std::size_t i = 0; i < list->size(); ++i) {
    Reader item((*list)[i], item_path(path, i));
    TRY(label, required_line(item, "label"));
    TRY(href, required_address(item, "href"));
    TRY_VOID(item.finish());
    block.items.push_back({std::move(label), std::move(href)});
  }
  return block;
}

Result<Content> read_product(Reader& reader) {
  Product block;
  if (reader.find("layout") != nullptr) {
    TRY(layout, reader.choice("layout", {"beside", "above"}));
    block.layout = static_cast<Product::Layout>(layout);
  }
  TRY(src, optional_address(reader, "src"));
  block.src = std::move(src);
  TRY(alt, line_or_absent(reader, "alt"));
  block.alt = std::move(alt);
  TRY(name, required_line(reader, "name"));
  block.name = std::move(name);
  TRY(description, optional_line(reader, "description"));
  block.description = std::move(description);
  TRY(price, optional_line(reader, "price"));
  block.price = std::move(price);
  TRY(old_price, optional_line(reader, "oldPrice"));
  block.old_price = std::move(old_price);
  TRY(href, optional_address(reader, "href"));
  block.href = std::move(href);
  TRY(label, optional_line(reader, "label"));
  block.label = std::move(label);
  return block;
}

Result<Content> read_list_repeat(Reader& reader, BlockPlace place) {
  place.allows_repetition = false;
  ListRepeat block;
  TRY_VOID(reader.require("each"));
  TRY(repeat, read_repeat(reader, "each"));
  block.repeat = std::move(*repeat);
  TRY_VOID(reader.require("blocks"));
  TRY(list, reader.optional_list("blocks"));
  TRY(blocks, read_blocks(*list, reader.path_of("blocks"), place));
  block.blocks = std::move(blocks);
  TRY(empty, optional_line(reader, "empty"));
  block.empty = std::move(empty);
  return block;
}

Result<Content> read_quote(Reader& reader) {
  Quote block;
  TRY(value, reader.require("text"));
  TRY(text, read_rich_text(*value, reader.path_of("text")));
  block.text = std::move(text);
  TRY(author, optional_line(reader, "author"));
  block.author = std::move(author);
  return block;
}

Result<std::vector<Line>> read_cells(const Value& value, const std::string& path) {
  const Value::List* list = value.as_list();
  if (list == nullptr) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must be a list of cells", path),
                    .field = path,
                    .value = definitions::shown(value)});
  }
  if (list->size() > table_columns_max) return too_many(path, list->size(), table_columns_max);
  std::vector<Line> cells;
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(cell, read_line((*list)[i], item_path(path, i)));
    cells.push_back(std::move(cell));
  }
  return cells;
}

Result<std::vector<std::vector<Line>>> read_rows_of_cells(Reader& reader, std::string_view member) {
  TRY(list, reader.optional_list(member));
  const std::string path = reader.path_of(member);
  if (list->size() > table_rows_max) return too_many(path, list->size(), table_rows_max);
  std::vector<std::vector<Line>> rows;
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(cells, read_cells((*list)[i], item_path(path, i)));
    rows.push_back(std::move(cells));
  }
  return rows;
}

Result<Content> read_table(Reader& reader) {
  Table block;
  if (const Value* value = reader.find("header")) {
    TRY(header, read_cells(*value, reader.path_of("header")));
    block.header = std::move(header);
  }
  TRY_VOID(reader.require("rows"));
  TRY(rows, read_rows_of_cells(reader, "rows"));
  block.rows = std::move(rows);
  TRY(footer, read_rows_of_cells(reader, "footer"));
  block.footer = std::move(footer);
  TRY(aligns, reader.optional_list("aligns"));
  const std::string path = reader.path_of("aligns");
  if (aligns->size() > table_columns_max) return too_many(path, aligns->size(), table_columns_max);
  for (std::size_t i = 0; i < aligns->size(); ++i) {
    const std::string* text = (*aligns)[i].as_string();
    const std::optional<Align> align = text == nullptr ? std::nullopt : parse_align(*text);
    if (!align) {
      return failure({.code = "unknown_choice",
                      .message = fmt::format("{} must be one of start, center, end, left, right",
                                             item_path(path, i)),
                      .field = item_path(path, i),
                      .value = definitions::shown((*aligns)[i])});
    }
    block.aligns.push_back(*align);
  }
  TRY(repeat, read_repeat(reader, "each"));
  block.repeat_rows = std::move(repeat);
  return block;
}

Result<Content> read_countdown(Reader& reader) {
  Countdown block;
  TRY(until, reader.text("until"));
  if (!parse_timestamp(until)) TRY_VOID(check_expression(reader.path_of("until"), until));
  block.until = std::move(until);
  TRY(ended, optional_line(reader, "ended"));
  block.ended = std::move(ended);
  return block;
}

Result<Content> read_video_thumb(Reader& reader) {
  VideoThumb block;
  TRY(src, required_address(reader, "src"));
  block.src = std::move(src);
  TRY(alt, line_or_absent(reader, "alt"));
  block.alt = std::move(alt);
  TRY(href, required_address(reader, "href"));
  block.href = std::move(href);
  TRY(label, optional_line(reader, "label"));
  block.label = std::move(label);
  return block;
}

Result<Content> read_raw(Reader& reader) {
  TRY(html, reader.text("html"));
  TRY_VOID(check_liquid(reader.path_of("html"), html, raw_bytes_max));
  return Raw{std::move(html)};
}

Result<Content> read_saved_block_use(Reader& reader) {
  TRY(key, reader.key("block"));
  return SavedBlockUse{std::move(key)};
}

Result<Content> read_legal_footer(Reader& reader) {
  LegalFooter block;
  TRY(reason, optional_line(reader, "reason"));
  block.reason = std::move(reason);
  TRY(unsubscribe, optional_line(reader, "unsubscribe"));
  block.unsubscribe = std::move(unsubscribe);
  TRY(preferences, optional_line(reader, "preferences"));
  block.preferences = std::move(preferences);
  return block;
}

}  // namespace

Result<Content> read_content(Reader& reader, std::size_t type, BlockPlace place) {
  constexpr std::size_t is_columns = 6;
  static_assert(std::is_same_v<std::variant_alternative_t<is_columns, Content>, Columns>);
  using Read = Result<Content> (*)(Reader&);
  // In the order of Content; those that hold blocks are below.
  constexpr Read readers[] = {read_heading,
                              read_text,
                              read_button,
                              read_image,
                              read_divider,
                              read_spacer,
                              nullptr,
                              read_social_block,
                              read_menu,
                              read_product,
                              nullptr,
                              read_quote,
                              read_table,
                              read_countdown,
                              read_video_thumb,
                              read_raw,
                              read_saved_block_use,
                              read_legal_footer};
  static_assert(std::size(readers) == std::variant_size_v<Content>);
  if (readers[type] != nullptr) return readers[type](reader);
  return type == is_columns ? read_columns_block(reader, place) : read_list_repeat(reader, place);
}

}  // namespace sojourn::templates::blocks
