#include "domain/templates/html_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/templates/gumbo_tree.h"
#include "domain/templates/link_policy.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The source with tags and comments as spaces and outputs as they are written.
std::string visible_source(std::string_view source, const std::vector<Token>& tokens) {
  std::string visible(source);
  for (const Token& token : tokens) {
    if (token.kind == Token::Kind::tag || token.kind == Token::Kind::comment) {
      std::fill_n(visible.begin() + static_cast<std::ptrdiff_t>(token.begin),
                  token.end - token.begin, ' ');
    }
  }
  return visible;
}

/// White space as single spaces, none around.
std::string collapsed(std::string_view text) {
  std::string result;
  for (const char c : trimmed(text)) {
    if (!is_space(c)) {
      result += c;
    } else if (result.back() != ' ') {
      result += ' ';
    }
  }
  return result;
}

// Reports show labels in a column; longer ones tell no more.
constexpr std::size_t label_characters_max = 120;

class Scanner {
 public:
  Scanner(std::string_view source, std::string_view masked, const std::vector<Token>& tokens)
      : source_(source), masked_(masked), visible_(visible_source(source, tokens)), tree_(masked) {}

  HtmlScan scan() {
    walk(
        tree_.root(),
        [&](const GumboNode& node) {
          if (node.type == GUMBO_NODE_ELEMENT) enter(node);
          return true;
        },
        [](const GumboNode&) {});
    std::ranges::sort(found_.links, {}, &LinkSite::begin);
    // Not std::ranges::unique: what it returns is no range to clang 14 with this library.
    const auto same_place = [](const LinkSite& a, const LinkSite& b) { return a.begin == b.begin; };
    found_.links.erase(std::unique(found_.links.begin(), found_.links.end(), same_place),
                       found_.links.end());
    count_lines();
    found_.body_begin = body_begin_.value_or(head_end_.value_or(after_doctype()));
    found_.body_end = std::max(found_.body_begin, body_end_.value_or(source_.size()));
    return std::move(found_);
  }

 private:
  void enter(const GumboNode& node) {
    const GumboElement& element = node.v.element;
    switch (element.tag) {
      case GUMBO_TAG_A:
      case GUMBO_TAG_AREA:
        link(node);
        break;
      case GUMBO_TAG_BODY:
        if (element.original_tag.length > 0) {
          body_begin_ = tree_.offset(element.original_tag) + element.original_tag.length;
        }
        if (element.original_end_tag.length > 0) body_end_ = tree_.offset(element.original_end_tag);
        break;
      case GUMBO_TAG_HEAD:
        if (element.original_end_tag.length > 0) {
          head_end_ = tree_.offset(element.original_end_tag) + element.original_end_tag.length;
        } else if (!head_end_) {
          head_end_ = html_begin_;
        }
        break;
      case GUMBO_TAG_HTML:
        if (element.original_tag.length > 0) {
          html_begin_ = tree_.offset(element.original_tag) + element.original_tag.length;
        }
        break;
      default:
        break;
    }
  }

  void link(const GumboNode& node) {
    if (!is_written(node)) return;
    const GumboStringPiece& tag = node.v.element.original_tag;
    const std::size_t begin = tree_.offset(tag);
    const auto attributes = attributes_of(masked_, begin, begin + tag.length);
    const bool is_tracked = std::ranges::none_of(
        attributes, [](const HtmlAttribute& a) { return a.name == "data-no-track"; });
    for (const HtmlAttribute& attribute : attributes) {
      if (attribute.name != "href" || attribute.begin == attribute.end) continue;
      found_.links.push_back({.begin = attribute.begin,
                              .end = attribute.end,
                              .is_tracked = is_tracked,
                              .label = label_of(node)});
    }
  }

  std::string label_of(const GumboNode& link) {
    std::string text;
    std::string alternative;
    walk(
        link,
        [&](const GumboNode& node) {
          if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE) {
            const GumboStringPiece& piece = node.v.text.original_text;
            text += visible_.substr(tree_.offset(piece), piece.length);
          } else if (node.type == GUMBO_NODE_ELEMENT) {
            const GumboAttribute* alt = gumbo_get_attribute(&node.v.element.attributes, "alt");
            if (alt == nullptr) alt = gumbo_get_attribute(&link.v.element.attributes, "alt");
            if (alt != nullptr && alternative.empty()) alternative = alt_text(*alt);
          }
          return text.size() < label_characters_max * 8;
        },
        [](const GumboNode&) {});
    std::string label = collapsed(decode_entities(text));
    if (label.empty()) label = collapsed(decode_entities(alternative));
    label.resize(byte_of_code_point(label, label_characters_max));
    return label;
  }

  [[nodiscard]] std::string alt_text(const GumboAttribute& alt) const {
    std::string_view written(alt.original_value.data, alt.original_value.length);
    const std::size_t begin = tree_.offset(alt.original_value);
    const bool is_quoted =
        written.size() >= 2 && (written.front() == '"' || written.front() == '\'');
    return is_quoted ? visible_.substr(begin + 1, written.size() - 2)
                     : visible_.substr(begin, written.size());
  }

  void count_lines() {
    std::size_t at = 0;
    int line = 1;
    for (LinkSite& link : found_.links) {
      const std::string_view between = source_.substr(at, link.begin - at);
      line += static_cast<int>(std::ranges::count(between, '\n'));
      link.line = line;
      at = link.begin;
    }
  }

  /// Nothing may come before the doctype, or clients fall back to their quirks.
  [[nodiscard]] std::size_t after_doctype() const {
    if (html_begin_) return *html_begin_;
    std::size_t at = 0;
    while (at < masked_.size() && is_space(masked_[at])) ++at;
    constexpr std::string_view doctype = "<!doctype";
    if (!equal_ignoring_case(masked_.substr(at, doctype.size()), doctype)) return 0;
    const std::size_t close = masked_.find('>', at);
    return close == std::string_view::npos ? 0 : close + 1;
  }

  std::string_view source_;
  std::string_view masked_;
  std::string visible_;
  GumboTree tree_;
  HtmlScan found_ = {};
  std::optional<std::size_t> html_begin_ = {};
  std::optional<std::size_t> head_end_ = {};
  std::optional<std::size_t> body_begin_ = {};
  std::optional<std::size_t> body_end_ = {};
};

constexpr std::array<std::string_view, 14> formatting = {
    "a",    "b", "big",   "code",   "em",     "font", "i",
    "nobr", "s", "small", "strike", "strong", "tt",   "u"};
constexpr std::array<std::string_view, 14> empty_elements = {
    "area",  "base", "br",   "col",   "embed",  "hr",    "img",
    "input", "link", "meta", "param", "source", "track", "wbr"};

}  // namespace

std::string masked_source(std::string_view source, const std::vector<Token>& tokens) {
  std::string masked(source);
  for (const Token& token : tokens) {
    const bool is_output = token.kind == Token::Kind::output;
    const bool is_liquid =
        is_output || token.kind == Token::Kind::tag || token.kind == Token::Kind::comment;
    if (!is_liquid) continue;
    std::fill_n(masked.begin() + static_cast<std::ptrdiff_t>(token.begin), token.end - token.begin,
                is_output ? 'x' : ' ');
  }
  return masked;
}

Result<void> check_html_nesting(std::string_view masked) {
  const auto refuse = [](std::string_view what, int limit) {
    return failure({.code = "template_too_deep",
                    .message = fmt::format("the HTML leaves more than {} {} open", limit, what),
                    .limit = std::to_string(limit)});
  };
  int open = 0;
  std::array<int, formatting.size()> open_formatting{};
  for (std::size_t at = masked.find('<'); at != std::string_view::npos;
       at = masked.find('<', at + 1)) {
    const bool closes = at + 1 < masked.size() && masked[at + 1] == '/';
    const std::size_t begin = at + (closes ? 2 : 1);
    std::size_t end = begin;
    // No name that matters here is longer.
    while (end < masked.size() && end < begin + 16 && (is_letter(masked[end]))) ++end;
    if (end == begin) continue;
    const std::string name = to_lower_ascii(masked.substr(begin, end - begin));
    if (std::ranges::find(empty_elements, name) != empty_elements.end()) continue;
    open = std::max(0, open + (closes ? -1 : 1));
    if (open > html_nesting_max) return refuse("elements", html_nesting_max);
    const auto* const known = std::ranges::find(formatting, name);
    if (known == formatting.end()) continue;
    int& count = open_formatting[static_cast<std::size_t>(known - formatting.begin())];
    count = std::max(0, count + (closes ? -1 : 1));
    if (count > html_open_formatting_max) {
      return refuse(fmt::format("<{}> elements", name), html_open_formatting_max);
    }
  }
  return {};
}

std::vector<HtmlAttribute> attributes_of(std::string_view masked, std::size_t begin,
                                         std::size_t end) {
  std::vector<HtmlAttribute> found;
  std::size_t at = begin + 1;
  const auto skip_spaces = [&] {
    while (at < end && is_space(masked[at])) ++at;
  };
  const auto is_delimiter = [](char c) { return is_space(c) || c == '/' || c == '>'; };
  while (at < end && !is_delimiter(masked[at])) ++at;  // the element's name
  while (true) {
    while (at < end && (is_space(masked[at]) || masked[at] == '/')) ++at;
    if (at >= end || masked[at] == '>') return found;
    const std::size_t name_begin = at++;
    while (at < end && !is_delimiter(masked[at]) && masked[at] != '=') ++at;
    HtmlAttribute attribute{
        .name = to_lower_ascii(masked.substr(name_begin, at - name_begin)), .begin = at, .end = at};
    skip_spaces();
    if (at < end && masked[at] == '=') {
      ++at;
      skip_spaces();
      const char quote = at < end ? masked[at] : '\0';
      const bool is_quoted = quote == '"' || quote == '\'';
      if (is_quoted) ++at;
      attribute.begin = at;
      while (at < end &&
             (is_quoted ? masked[at] != quote : !is_space(masked[at]) && masked[at] != '>')) {
        ++at;
      }
      attribute.end = at;
      if (is_quoted && at < end) ++at;
    }
    found.push_back(std::move(attribute));
  }
}

HtmlScan scan_html(std::string_view source, std::string_view masked,
                   const std::vector<Token>& tokens) {
  return Scanner(source, masked, tokens).scan();
}

}  // namespace sojourn::templates
