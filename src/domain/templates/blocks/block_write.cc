#include "domain/templates/blocks/block_json.h"
#include "domain/templates/blocks/rich_text_json.h"

namespace sojourn::templates::blocks {
namespace {

/// Sets the members of one object, those that say something.
struct MemberWriter {
  Object& object;

  void text(std::string_view name, const std::string& text) const {
    if (!text.empty()) object.set(name, text);
  }
  void line(std::string_view name, const Line& line) const {
    if (!line.empty()) object.set(name, write_line(line));
  }
  void line(std::string_view name, const std::optional<Line>& line) const {
    if (line) object.set(name, write_line(*line));
  }
  void number(std::string_view name, std::optional<int> number) const {
    if (number) object.set(name, *number);
  }
  void colour(std::string_view name, std::optional<Colour> colour) const {
    if (colour) object.set(name, to_string(*colour));
  }
  void flag(std::string_view name, bool is_set) const {
    if (is_set) object.set(name, true);
  }

  void operator()(const Heading& block) const {
    object.set("level", block.level);
    object.set("text", write_line(block.text));
    colour("color", block.colour);
  }
  void operator()(const Text& block) const {
    object.set("text", write_rich_text(block.text));
    number("size", block.size);
    colour("color", block.colour);
  }
  void operator()(const Button& block) const {
    object.set("label", write_line(block.label));
    object.set("href", block.href);
    flag("wide", block.is_wide);
    number("width", block.width);
    colour("color", block.colour);
    colour("textColor", block.text_colour);
  }
  void operator()(const Image& block) const {
    flag("logo", block.is_logo);
    if (!block.is_logo || !block.src.empty()) object.set("src", block.src);
    line("alt", block.alt);
    text("href", block.href);
    number("width", block.width);
  }
  void operator()(const Divider& block) const {
    colour("color", block.colour);
    object.set("thickness", block.thickness);
    object.set("width", block.width);
  }
  void operator()(const Spacer& block) const { object.set("height", block.height); }
  void operator()(const Columns& block) const {
    object.set("cols", write_columns(block.columns));
    object.set("stack", block.stacks);
  }
  void operator()(const Social& block) const {
    Value::List links;
    for (const SocialLink& each : block.links) {
      links.push_back(Object{{"network", each.network}, {"href", each.href}});
    }
    if (!links.empty()) object.set("links", std::move(links));
  }
  void operator()(const Menu& block) const {
    Value::List items;
    for (const Menu::Item& each : block.items) {
      items.push_back(Object{{"label", write_line(each.label)}, {"href", each.href}});
    }
    object.set("items", std::move(items));
  }
  void operator()(const Product& block) const {
    object.set("layout", block.layout == Product::Layout::beside ? "beside" : "above");
    text("src", block.src);
    line("alt", block.alt);
    object.set("name", write_line(block.name));
    line("description", block.description);
    line("price", block.price);
    line("oldPrice", block.old_price);
    text("href", block.href);
    line("label", block.label);
  }
  void operator()(const ListRepeat& block) const {
    object.set("each", write_repeat(block.repeat));
    object.set("blocks", write_blocks(block.blocks));
    line("empty", block.empty);
  }
  void operator()(const Quote& block) const {
    object.set("text", write_rich_text(block.text));
    line("author", block.author);
  }
  void operator()(const Table& block) const {
    const auto cells = [](const std::vector<Line>& row) {
      Value::List list;
      for (const Line& cell : row) list.push_back(write_line(cell));
      return list;
    };
    const auto rows = [&](const std::vector<std::vector<Line>>& all) {
      Value::List list;
      for (const std::vector<Line>& row : all) list.emplace_back(cells(row));
      return list;
    };
    if (!block.header.empty()) object.set("header", cells(block.header));
    object.set("rows", rows(block.rows));
    if (!block.footer.empty()) object.set("footer", rows(block.footer));
    Value::List aligns;
    for (const Align align : block.aligns) aligns.emplace_back(to_string(align));
    if (!aligns.empty()) object.set("aligns", std::move(aligns));
    if (block.repeat_rows) object.set("each", write_repeat(*block.repeat_rows));
  }
  void operator()(const Countdown& block) const {
    object.set("until", block.until);
    line("ended", block.ended);
  }
  void operator()(const VideoThumb& block) const {
    object.set("src", block.src);
    line("alt", block.alt);
    object.set("href", block.href);
    line("label", block.label);
  }
  void operator()(const Raw& block) const { object.set("html", block.html); }
  void operator()(const SavedBlockUse& block) const { object.set("block", block.key); }
  void operator()(const LegalFooter& block) const {
    line("reason", block.reason);
    line("unsubscribe", block.unsubscribe);
    line("preferences", block.preferences);
  }
};

}  // namespace

Object write_repeat(const Repeat& repeat) {
  Object object{{"in", repeat.in}, {"as", repeat.as}};
  if (repeat.limit != repeats_max) object.set("limit", repeat.limit);
  return object;
}

Value::List write_blocks(const std::vector<Block>& blocks) {
  Value::List list;
  for (const Block& block : blocks) {
    Object object{{"type", Value(type_of(block.content))}};
    const MemberWriter writer{object};
    writer.text("id", block.id);
    writer.text("showIf", block.show_if);
    if (block.repeat) object.set("repeat", write_repeat(*block.repeat));
    if (block.align) object.set("align", to_string(*block.align));
    writer.number("space", block.space);
    std::visit(writer, block.content);
    list.emplace_back(std::move(object));
  }
  return list;
}

Value::List write_columns(const std::vector<Column>& columns) {
  Value::List list;
  for (const Column& column : columns) {
    Object object;
    if (column.width != 0) object.set("w", column.width);
    object.set("blocks", write_blocks(column.blocks));
    list.emplace_back(std::move(object));
  }
  return list;
}

}  // namespace sojourn::templates::blocks
