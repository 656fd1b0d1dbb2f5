#include "domain/templates/blocks/rich_text_json.h"

#include <fmt/format.h>

#include "base/text.h"
#include "domain/definitions/reader.h"
#include "domain/templates/blocks/places.h"

namespace sojourn::templates::blocks {
namespace {

using definitions::Reader;

Result<void> check_text(const std::string& path, const std::string& text) {
  if (text.size() <= text_bytes_max) return {};
  return failure(
      {.code = "too_long",
       .message = fmt::format("{} is {} bytes, the limit is {}", path, text.size(), text_bytes_max),
       .field = path,
       .value = std::to_string(text.size()),
       .limit = std::to_string(text_bytes_max)});
}

/// Plain text with its line breaks.
void add_plain(std::string_view text, Line& line) {
  bool is_first = true;
  for (const std::string_view part : split(text, '\n')) {
    if (!is_first) line.push_back({.kind = Inline::Kind::line_break});
    is_first = false;
    if (!part.empty()) line.push_back({.text = std::string(part)});
  }
}

/// Reads the nodes of one text and counts them.
class NodeReader {
 public:
  Result<RichText> document(const Value& value, const std::string& path) {
    Reader reader(value, path);
    TRY_VOID(reader.choice("type", {"doc"}));
    return children(reader, 0);
  }

  Result<Line> inlines(const Value::List& list, const std::string& path) {
    Line line;
    for (std::size_t i = 0; i < list.size(); ++i) {
      TRY(node, inline_node(list[i], fmt::format("{}[{}]", path, i)));
      line.push_back(std::move(node));
    }
    return line;
  }

 private:
  Result<RichText> children(Reader& reader, int depth) {
    TRY(list, reader.optional_list("content"));
    RichText nodes;
    for (std::size_t i = 0; i < list->size(); ++i) {
      TRY(node, text_node((*list)[i], fmt::format("{}[{}]", reader.path_of("content"), i), depth));
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

  Result<TextNode> text_node(const Value& value, const std::string& path, int depth) {
    Reader reader(value, path);
    TRY(kind,
        reader.choice("type", {"paragraph", "heading", "bulletList", "orderedList", "listItem"}));
    TextNode node{.kind = static_cast<TextNode::Kind>(kind)};
    TRY_VOID(count(path));
    TRY_VOID(attributes(reader, node));
    const bool is_item = node.kind == TextNode::Kind::item;
    if (is_item != (depth % 2 == 1)) {
      return reader.refuse("unknown_choice", "type",
                           is_item ? "is \"listItem\", which stands in lists alone"
                                   : "must be \"listItem\" in a list");
    }
    if (node.kind == TextNode::Kind::paragraph || node.kind == TextNode::Kind::heading) {
      TRY(list, reader.optional_list("content"));
      TRY(line, inlines(*list, reader.path_of("content")));
      node.line = std::move(line);
      return node;
    }
    if (depth >= 2 * list_nesting_max) {
      return reader.refuse("too_deep", "",
                           fmt::format("nests deeper than {} lists", list_nesting_max),
                           std::to_string(list_nesting_max));
    }
    TRY(inside, children(reader, depth + 1));
    node.children = std::move(inside);
    return node;
  }

  Result<void> attributes(Reader& reader, TextNode& node) {
    static const Value none{Object()};
    const Value* found = reader.find("attrs");
    Reader attributes(found == nullptr ? none : *found, reader.path_of("attrs"));
    TRY(align, attributes.optional_text("textAlign"));
    if (align) {
      node.align = parse_align(*align);
      if (!node.align) {
        return attributes.refuse("unknown_choice", "textAlign",
                                 "must be one of start, center, end, left, right");
      }
    }
    if (node.kind == TextNode::Kind::heading) {
      TRY(level, attributes.optional_integer("level", 1, 4));
      node.number = static_cast<int>(level.value_or(2));
    }
    if (node.kind == TextNode::Kind::ordered_list) {
      TRY(start, attributes.optional_integer("start", 0, 10'000));
      node.number = static_cast<int>(start.value_or(1));
    }
    return {};
  }

  Result<Inline> inline_node(const Value& value, const std::string& path) {
    Reader reader(value, path);
    TRY(kind, reader.choice("type", {"text", "liquidVar", "hardBreak"}));
    TRY_VOID(count(path));
    Inline node{.kind = static_cast<Inline::Kind>(kind)};
    if (node.kind == Inline::Kind::text) {
      TRY(text, reader.text("text"));
      TRY_VOID(check_text(reader.path_of("text"), text));
      node.text = std::move(text);
    } else if (node.kind == Inline::Kind::variable) {
      TRY(variable, read_variable(reader));
      node.variable = std::move(variable);
    }
    TRY(list, reader.optional_list("marks"));
    for (std::size_t i = 0; i < list->size(); ++i) {
      TRY_VOID(mark((*list)[i], fmt::format("{}[{}]", reader.path_of("marks"), i), node.marks));
    }
    return node;
  }

  static Result<Variable> read_variable(Reader& node) {
    TRY(found, node.require("attrs"));
    Reader reader(*found, node.path_of("attrs"));
    Variable variable;
    TRY(expression, reader.text("expr"));
    TRY_VOID(check_expression(reader.path_of("expr"), expression));
    variable.expression = std::string(trimmed(expression));
    TRY(fallback, reader.optional_text("fallback"));
    variable.fallback = fallback.value_or("");
    if (variable.fallback.size() > fallback_bytes_max) {
      return reader.refuse(
          "too_long", "fallback",
          fmt::format("is {} bytes, the limit is {}", variable.fallback.size(), fallback_bytes_max),
          std::to_string(fallback_bytes_max));
    }
    return variable;
  }

  static Result<void> mark(const Value& value, const std::string& path, Marks& marks) {
    Reader reader(value, path);
    TRY(kind, reader.choice(
                  "type", {"bold", "italic", "underline", "strike", "code", "link", "textStyle"}));
    bool* const flags[] = {&marks.bold, &marks.italic, &marks.underline, &marks.strike,
                           &marks.code};
    if (kind < std::size(flags)) {
      *flags[kind] = true;
      return {};
    }
    TRY(found, reader.require("attrs"));
    Reader attributes(*found, reader.path_of("attrs"));
    if (kind == std::size(flags)) {
      TRY(href, attributes.text("href"));
      TRY_VOID(check_address(attributes.path_of("href"), href));
      marks.href = std::move(href);
      return {};
    }
    TRY(colour, attributes.optional_text("color"));
    if (!colour) return {};
    marks.colour = parse_colour(*colour);
    if (!marks.colour) {
      return attributes.refuse("unknown_value", "color", "must be a color such as \"#1c2430\"");
    }
    return {};
  }

  Result<void> count(const std::string& path) {
    if (++nodes_ <= inlines_max) return {};
    return failure({.code = "too_many",
                    .message = fmt::format("{}: a text has at most {} nodes", path, inlines_max),
                    .field = path,
                    .limit = std::to_string(inlines_max)});
  }

  std::size_t nodes_ = 0;
};

Object node_of(std::string_view type) {
  return Object{{"type", Value(type)}};
}

Value mark_with(std::string_view type, std::string_view name, std::string value) {
  Object mark = node_of(type);
  mark.set("attrs", Object{{std::string(name), Value(std::move(value))}});
  return mark;
}

Value::List write_marks(const Marks& marks) {
  Value::List list;
  const std::pair<bool, std::string_view> flags[] = {{marks.bold, "bold"},
                                                     {marks.italic, "italic"},
                                                     {marks.underline, "underline"},
                                                     {marks.strike, "strike"},
                                                     {marks.code, "code"}};
  for (const auto& [is_set, type] : flags) {
    if (is_set) list.emplace_back(node_of(type));
  }
  if (!marks.href.empty()) list.push_back(mark_with("link", "href", marks.href));
  if (marks.colour) list.push_back(mark_with("textStyle", "color", to_string(*marks.colour)));
  return list;
}

Value::List write_inlines(const Line& line) {
  Value::List list;
  for (const Inline& each : line) {
    constexpr std::string_view types[] = {"text", "liquidVar", "hardBreak"};
    Object node = node_of(types[static_cast<std::size_t>(each.kind)]);
    if (each.kind == Inline::Kind::text) node.set("text", each.text);
    if (each.kind == Inline::Kind::variable) {
      Object attributes{{"expr", each.variable.expression}};
      if (!each.variable.fallback.empty()) attributes.set("fallback", each.variable.fallback);
      node.set("attrs", std::move(attributes));
    }
    if (Value::List marks = write_marks(each.marks); !marks.empty()) {
      node.set("marks", std::move(marks));
    }
    list.emplace_back(std::move(node));
  }
  return list;
}

Value::List write_nodes(const RichText& nodes) {
  Value::List list;
  for (const TextNode& each : nodes) {
    constexpr std::string_view types[] = {"paragraph", "heading", "bulletList", "orderedList",
                                          "listItem"};
    Object node = node_of(types[static_cast<std::size_t>(each.kind)]);
    Object attributes;
    if (each.kind == TextNode::Kind::heading) attributes.set("level", each.number);
    if (each.kind == TextNode::Kind::ordered_list) attributes.set("start", each.number);
    if (each.align) attributes.set("textAlign", to_string(*each.align));
    if (!attributes.empty()) node.set("attrs", std::move(attributes));
    const bool has_line =
        each.kind == TextNode::Kind::paragraph || each.kind == TextNode::Kind::heading;
    node.set("content", has_line ? write_inlines(each.line) : write_nodes(each.children));
    list.emplace_back(std::move(node));
  }
  return list;
}

}  // namespace

std::optional<Align> parse_align(std::string_view text) {
  if (text == "start" || text == "left") return Align::start;
  if (text == "center") return Align::center;
  if (text == "end" || text == "right") return Align::end;
  return std::nullopt;
}

std::string_view to_string(Align align) {
  switch (align) {
    case Align::start:
      return "start";
    case Align::center:
      return "center";
    case Align::end:
      return "end";
  }
  return {};
}

Result<RichText> read_rich_text(const Value& value, const std::string& path) {
  const std::string* plain = value.as_string();
  if (plain == nullptr) return NodeReader().document(value, path);
  TRY_VOID(check_text(path, *plain));
  RichText text;
  std::string_view rest = *plain;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\n\n");
    const std::string_view part = trimmed(rest.substr(0, end));
    if (!part.empty()) add_plain(part, text.emplace_back().line);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  }
  return text;
}

Result<Line> read_line(const Value& value, const std::string& path) {
  if (const std::string* plain = value.as_string()) {
    TRY_VOID(check_text(path, *plain));
    Line line;
    add_plain(*plain, line);
    return line;
  }
  if (const Value::List* list = value.as_list()) return NodeReader().inlines(*list, path);
  return failure({.code = "wrong_type",
                  .message = fmt::format("{} must be text or a list of nodes, not {}", path,
                                         definitions::shown(value)),
                  .field = path,
                  .value = definitions::shown(value)});
}

Value write_rich_text(const RichText& text) {
  Object document = node_of("doc");
  document.set("content", write_nodes(text));
  return document;
}

Value write_line(const Line& line) {
  if (line.empty()) return "";
  const bool is_plain = line.size() == 1 && line.front().kind == Inline::Kind::text &&
                        line.front().marks == Marks() && !line.front().text.empty() &&
                        line.front().text.find('\n') == std::string::npos;
  if (is_plain) return line.front().text;
  return write_inlines(line);
}

}  // namespace sojourn::templates::blocks
