#include "domain/templates/html_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/templates/gumbo_tree.h"
#include "domain/templates/link_policy.h"

namespace sojourn::templates {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// What stands at a place of the source, in the text.
struct Piece {
  enum class Kind {
    text,
    space,
    line,
    paragraph,
    hard_break,
    item,
    rule,
    alternative,
    link,
    liquid
  };
  Kind kind = Kind::text;
  std::size_t begin = 0;
  /// Of a text, an alternative or a Liquid tag: where it ends. Of a link: its place in the scan.
  std::size_t end = 0;
};

Piece::Kind break_around(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_FIGURE:
      return Piece::Kind::paragraph;
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_FIGCAPTION:
      return Piece::Kind::line;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
      return Piece::Kind::space;
    default:
      return Piece::Kind::text;
  }
}

bool is_invisible(const GumboElement& element) {
  switch (element.tag) {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_TEMPLATE:
      return true;
    default:
      break;
  }
  // What is kept from those who listen says nothing to those who read a text either.
  const GumboAttribute* hidden = gumbo_get_attribute(&element.attributes, "aria-hidden");
  if (hidden != nullptr && std::string_view(hidden->value) == "true") return true;
  const GumboAttribute* style = gumbo_get_attribute(&element.attributes, "style");
  if (style == nullptr) return false;
  std::string written = to_lower_ascii(style->value);
  std::erase_if(written, is_space);
  return written.find("display:none") != std::string::npos;
}

/// Tags that print by themselves: left out where nothing is visible.
bool prints(std::string_view tag) {
  static constexpr std::array<std::string_view, 6> printing = {"echo",      "cycle",  "increment",
                                                               "decrement", "render", "include"};
  return std::ranges::find(printing, tag) != printing.end();
}

/// Finds what is visible, in the order of the source whatever the parser moved.
class PieceFinder {
 public:
  PieceFinder(std::string_view masked, const std::vector<Token>& tokens, const HtmlScan& scan)
      : tree_(masked), masked_(masked), tokens_(tokens), scan_(scan) {}

  std::vector<Piece> find() {
    walk(
        tree_.root(), [&](const GumboNode& node) { return enter(node); },
        [&](const GumboNode& node) { leave(node); });
    find_liquid();
    std::ranges::stable_sort(pieces_, {}, &Piece::begin);
    return std::move(pieces_);
  }

 private:
  bool enter(const GumboNode& node) {
    if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE ||
        node.type == GUMBO_NODE_CDATA) {
      const GumboStringPiece& piece = node.v.text.original_text;
      if (piece.data == nullptr) return false;
      const std::size_t begin = tree_.offset(piece);
      pieces_.push_back({.begin = begin, .end = std::min(masked_.size(), begin + piece.length)});
      return false;
    }
    if (node.type != GUMBO_NODE_ELEMENT) return node.type == GUMBO_NODE_DOCUMENT;
    const GumboElement& element = node.v.element;
    if (is_invisible(element)) return false;
    if (!is_written(node)) return true;
    const std::size_t begin = tree_.offset(element.original_tag);
    const Piece::Kind around = break_around(element.tag);
    if (around != Piece::Kind::text) pieces_.push_back({.kind = around, .begin = begin});
    switch (element.tag) {
      case GUMBO_TAG_BR:
        pieces_.push_back({.kind = Piece::Kind::hard_break, .begin = begin});
        break;
      case GUMBO_TAG_HR:
        pieces_.push_back({.kind = Piece::Kind::rule, .begin = begin});
        break;
      case GUMBO_TAG_LI:
        pieces_.push_back({.kind = Piece::Kind::item, .begin = begin});
        break;
      case GUMBO_TAG_IMG:
        image(begin, element.original_tag.length);
        break;
      default:
        break;
    }
    return true;
  }

  void leave(const GumboNode& node) {
    if (node.type != GUMBO_NODE_ELEMENT || !is_written(node)) return;
    const GumboElement& element = node.v.element;
    const std::size_t end = end_of(element);
    const std::size_t begin = tree_.offset(element.original_tag);
    if (element.tag == GUMBO_TAG_A) {
      for (std::size_t i = 0; i < scan_.links.size(); ++i) {
        const LinkSite& link = scan_.links[i];
        if (link.begin > begin && link.end <= begin + element.original_tag.length) {
          pieces_.push_back({.kind = Piece::Kind::link, .begin = end, .end = i});
        }
      }
    }
    const Piece::Kind around = break_around(element.tag);
    if (around != Piece::Kind::text) pieces_.push_back({.kind = around, .begin = end});
  }

  [[nodiscard]] std::size_t end_of(const GumboElement& element) const {
    if (element.original_end_tag.data != nullptr && element.original_end_tag.length > 0) {
      return tree_.offset(element.original_end_tag);
    }
    return std::min<std::size_t>(masked_.size(), element.end_pos.offset);
  }

  void image(std::size_t begin, std::size_t size) {
    for (const HtmlAttribute& attribute : attributes_of(masked_, begin, begin + size)) {
      if (attribute.name != "alt" || attribute.begin == attribute.end) continue;
      pieces_.push_back(
          {.kind = Piece::Kind::alternative, .begin = attribute.begin, .end = attribute.end});
      return;
    }
  }

  /// Every tag outside of a visible text: what it decides holds for the text too.
  void find_liquid() {
    std::vector<Piece> texts;
    for (const Piece& piece : pieces_) {
      const bool has_text =
          piece.kind == Piece::Kind::text || piece.kind == Piece::Kind::alternative;
      if (has_text) texts.push_back(piece);
    }
    std::ranges::sort(texts, {}, &Piece::begin);
    auto text = texts.begin();
    for (const Token& token : tokens_) {
      if (token.kind != Token::Kind::tag) continue;
      while (text != texts.end() && text->end <= token.begin) ++text;
      const bool is_in_text = text != texts.end() && text->begin <= token.begin;
      if (is_in_text || prints(split_tag(token.content).name)) continue;
      pieces_.push_back({.kind = Piece::Kind::liquid, .begin = token.begin, .end = token.end});
    }
  }

  GumboTree tree_;
  std::string_view masked_;
  const std::vector<Token>& tokens_;
  const HtmlScan& scan_;
  std::vector<Piece> pieces_ = {};
};

class TextWriter {
 public:
  TextWriter(std::string_view source, const std::vector<Token>& tokens, const HtmlScan& scan)
      : source_(source), tokens_(tokens), scan_(scan) {}

  DerivedText write(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) {
      switch (piece.kind) {
        case Piece::Kind::text:
          text(piece.begin, piece.end);
          break;
        case Piece::Kind::alternative:
          text(piece.begin, piece.end);
          break;
        case Piece::Kind::space:
          add(soft_space);
          break;
        case Piece::Kind::line:
          add(line_end);
          break;
        case Piece::Kind::paragraph:
          add(paragraph_end);
          break;
        case Piece::Kind::hard_break:
          add(line_break);
          break;
        case Piece::Kind::item:
          derived_.source += "- ";
          break;
        case Piece::Kind::rule:
          add(line_end);
          derived_.source += "----------";
          add(line_end);
          break;
        case Piece::Kind::link:
          link(scan_.links[piece.end]);
          break;
        case Piece::Kind::liquid:
          liquid(piece.begin, piece.end);
          break;
      }
    }
    return std::move(derived_);
  }

 private:
  void add(char c) { derived_.source += c; }

  /// Liquid as it stands; around it decoded text, its white space collapsed.
  void text(std::size_t begin, std::size_t end) {
    begin = std::max(begin, written_to_);
    for_each_part(begin, end, [&](std::string_view part, const Token* token) {
      if (token == nullptr) {
        plain(part, soft_space);
      } else if (token->kind != Token::Kind::comment) {
        derived_.source += part;
      }
    });
    written_to_ = std::max(written_to_, end);
  }

  void liquid(std::size_t begin, std::size_t end) {
    derived_.source += source_.substr(begin, end - begin);
  }

  void link(const LinkSite& site) {
    add(soft_space);
    const std::size_t begin = derived_.source.size();
    for_each_part(site.begin, site.end, [&](std::string_view part, const Token* token) {
      if (token == nullptr) {
        derived_.source += safe(decode_entities(part));
      } else if (token->kind != Token::Kind::comment) {
        derived_.source += part;
      }
    });
    derived_.links.push_back({.begin = begin,
                              .end = derived_.source.size(),
                              .is_tracked = site.is_tracked,
                              .label = site.label});
    add(soft_space);
  }

  /// Plain parts with a null token, Liquid with its own.
  template <typename Take>
  void for_each_part(std::size_t begin, std::size_t end, const Take& take) const {
    auto token = std::ranges::lower_bound(tokens_, begin, {}, &Token::begin);
    while (begin < end) {
      while (token != tokens_.end() && (token->begin < begin || is_plain(*token))) ++token;
      const std::size_t next = token == tokens_.end() ? end : std::min(end, token->begin);
      if (next > begin)
        take(source_.substr(begin, next - begin), static_cast<const Token*>(nullptr));
      if (next == end) return;
      take(source_.substr(token->begin, token->end - token->begin), &*token);
      begin = token->end;
    }
  }

  static bool is_plain(const Token& token) {
    return token.kind == Token::Kind::text || token.kind == Token::Kind::raw;
  }

  /// A stretch of HTML text; what the parser passed over in it, such as a stray end tag, is cut.
  void plain(std::string_view html, char space) {
    std::string kept;
    while (!html.empty()) {
      const std::size_t tag = html.find('<');
      kept += html.substr(0, tag);
      if (tag == std::string_view::npos) break;
      html.remove_prefix(tag);
      const std::size_t close = html.find('>');
      const bool is_tag = html.size() > 1 && close != std::string_view::npos && !is_space(html[1]);
      if (!is_tag) kept += '<';
      html.remove_prefix(is_tag ? close + 1 : 1);
    }
    for (char& c : kept) {
      if (is_space(c)) c = space;
    }
    derived_.source += safe(decode_entities(kept));
  }

  /// Braces that a character reference or raw stood for must not become Liquid.
  static std::string safe(std::string text) {
    std::size_t at = 0;
    while ((at = text.find('{', at)) != std::string::npos) {
      constexpr std::string_view written = "{{ '{' }}";
      text.replace(at, 1, written);
      at += written.size();
    }
    return text;
  }

  std::string_view source_;
  const std::vector<Token>& tokens_;
  const HtmlScan& scan_;
  DerivedText derived_ = {};
  std::size_t written_to_ = 0;
};

}  // namespace

DerivedText derive_text(std::string_view source, std::string_view masked,
                        const std::vector<Token>& tokens, const HtmlScan& scan) {
  const std::vector<Piece> pieces = PieceFinder(masked, tokens, scan).find();
  return TextWriter(source, tokens, scan).write(pieces);
}

std::string lay_out(std::string_view rendered) {
  std::string text;
  text.reserve(rendered.size());
  int lines = 0;
  bool has_space = false;
  constexpr std::string_view no_break_space = "\u00a0";
  for (std::size_t i = 0; i < rendered.size(); ++i) {
    const char c = rendered[i];
    if (c == paragraph_end) {
      lines = 2;
    } else if (c == line_end) {
      lines = std::max(lines, 1);
    } else if (c == line_break || c == '\n') {
      lines = std::min(lines + 1, 2);
    } else if (c == soft_space || c == ' ' || c == '\t') {
      has_space = true;
    } else if (rendered.substr(i).starts_with(no_break_space)) {
      has_space = true;
      i += no_break_space.size() - 1;
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      if (!text.empty() && lines > 0) {
        text.append(static_cast<std::size_t>(lines), '\n');
      } else if (!text.empty() && has_space) {
        text += ' ';
      }
      lines = 0;
      has_space = false;
      text += c;
    }
  }
  if (!text.empty()) text += '\n';
  return text;
}

}  // namespace sojourn::templates
