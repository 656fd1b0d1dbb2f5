#include "domain/templates/blocks/html_text_parts.h"

#include <fmt/format.h>

#include <array>

#include "domain/templates/blocks/places.h"

namespace sojourn::templates::blocks {
namespace {

struct MarkTag {
  bool Marks::*is_set;
  std::string_view name;
};
constexpr std::array mark_tags = {MarkTag{&Marks::bold, "strong"}, MarkTag{&Marks::italic, "em"},
                                  MarkTag{&Marks::underline, "u"}, MarkTag{&Marks::strike, "s"},
                                  MarkTag{&Marks::code, "code"}};

std::string content_of(const Inline& each) {
  switch (each.kind) {
    case Inline::Kind::text:
      return html_data(each.text);
    case Inline::Kind::variable:
      return html_output(each.variable);
    case Inline::Kind::line_break:
      return "<br>";
  }
  return {};
}

std::string marked(const Inline& each) {
  std::string html = content_of(each);
  if (each.marks.colour) {
    html = fmt::format("<span style=\"color:{}\">{}</span>", to_string(*each.marks.colour), html);
  }
  for (auto tag = mark_tags.rbegin(); tag != mark_tags.rend(); ++tag) {
    if (each.marks.*(tag->is_set)) html = fmt::format("<{0}>{1}</{0}>", tag->name, html);
  }
  return html;
}

/// Sizes of headings beside the text around them.
int heading_size(int level, int text_size) {
  constexpr int percents[] = {163, 138, 119, 106};
  return text_size * percents[level - 1] / 100;
}

class RichTextWriter {
 public:
  explicit RichTextWriter(const TextStyle& style) : style_(style) {}

  std::string write(const RichText& nodes, int depth) const {
    std::string html;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const bool is_last = i + 1 == nodes.size();
      // Paragraphs of an item stand close to each other.
      html += node(nodes[i], is_last ? 0 : depth > 0 ? 6 : 14, depth);
    }
    return html;
  }

 private:
  [[nodiscard]] std::string node(const TextNode& node, int below, int depth) const {
    const std::string align =
        node.align ? fmt::format(";text-align:{}", css_align(*node.align, style_.is_right_to_left))
                   : std::string();
    switch (node.kind) {
      case TextNode::Kind::paragraph:
        return fmt::format("<p style=\"margin:0 0 {}px{}\">{}</p>", below, align,
                           html_line(node.line, style_));
      case TextNode::Kind::heading:
        return fmt::format(
            "<h{0} style=\"margin:0 0 {1}px;font-size:{2}px;line-height:1.3;"
            "font-weight:700{3}\">{4}</h{0}>",
            node.number, below, heading_size(node.number, style_.size), align,
            html_line(node.line, style_));
      case TextNode::Kind::bullet_list:
      case TextNode::Kind::ordered_list:
        return list(node, below, depth);
      case TextNode::Kind::item:
        return item(node, depth);
    }
    return {};
  }

  /// What begins with a paragraph begins beside its bullet, in the text part too.
  [[nodiscard]] std::string item(const TextNode& node, int depth) const {
    std::string html;
    RichText rest = node.children;
    if (!rest.empty() && rest.front().kind == TextNode::Kind::paragraph && !rest.front().align) {
      html = html_line(rest.front().line, style_);
      rest.erase(rest.begin());
    }
    return fmt::format("<li style=\"margin:0 0 6px\">{}{}</li>", html, write(rest, depth + 1));
  }

  [[nodiscard]] std::string list(const TextNode& node, int below, int depth) const {
    const bool is_ordered = node.kind == TextNode::Kind::ordered_list;
    const std::string start =
        is_ordered && node.number != 1 ? fmt::format(" start=\"{}\"", node.number) : std::string();
    return fmt::format(
        "<{0}{1} style=\"margin:0 0 {2}px;padding:{3}\">{4}</{0}>", is_ordered ? "ol" : "ul", start,
        below, style_.is_right_to_left ? "0 24px 0 0" : "0 0 0 24px", write(node.children, depth));
  }

  const TextStyle& style_;
};

}  // namespace

std::string Ground::mark(std::string_view name) const {
  return is_themed ? fmt::format(" class=\"s-{}\"", name) : std::string();
}

std::string css_of(const TextStyle& style) {
  return fmt::format("font-family:{};font-size:{}px;line-height:{};{}color:{}",
                     style.is_heading ? style.look.heading_font : style.look.font, style.size,
                     style.is_heading ? "1.3" : "1.6", style.is_bold ? "font-weight:700;" : "",
                     to_string(style.colour));
}

std::string_view css_align(Align align, bool is_right_to_left) {
  if (align == Align::center) return "center";
  return (align == Align::start) != is_right_to_left ? "left" : "right";
}

std::string link_tag(std::string_view href, const TextStyle& style) {
  return fmt::format("<a href=\"{}\"{} style=\"color:{};text-decoration:underline\">",
                     html_source(href), style.ground.mark("link"),
                     to_string(style.ground.palette.link));
}

std::string html_line(const Line& line, const TextStyle& style) {
  std::string html;
  std::string_view open;
  for (const Inline& each : line) {
    // Neighbours with one address are one link.
    if (each.marks.href != open) {
      if (!open.empty()) html += "</a>";
      open = each.marks.href;
      if (!open.empty()) html += link_tag(open, style);
    }
    html += marked(each);
  }
  if (!open.empty()) html += "</a>";
  return html;
}

std::string attribute_line(const Line& line) {
  std::string html;
  for (const Inline& each : line) {
    html += each.kind == Inline::Kind::line_break ? " " : content_of(each);
  }
  return html;
}

std::string html_rich_text(const RichText& text, const TextStyle& style) {
  return RichTextWriter(style).write(text, 0);
}

}  // namespace sojourn::templates::blocks
