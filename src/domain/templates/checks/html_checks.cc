#include "domain/templates/checks/html_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/text.h"
#include "domain/templates/blocks/colour.h"
#include "domain/templates/gumbo_tree.h"
#include "domain/templates/html_scan.h"
#include "domain/templates/link_policy.h"

namespace sojourn::templates::checks {
namespace {

using blocks::Colour;

/// WCAG 2.2 §1.4.3: letters of 24 px, or bold ones of 18.66 px, need less.
constexpr double large_text_px = 24;
constexpr double large_bold_px = 18.66;
constexpr double large_text_contrast = 3;
/// What messages repeat of an address or a text.
constexpr std::size_t shown_bytes_max = 80;

std::string_view attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
  return found == nullptr ? std::string_view() : std::string_view(found->value);
}

/// The declarations of a style attribute, names in lower case; the last of a name counts.
std::map<std::string, std::string> declarations_of(std::string_view style) {
  std::map<std::string, std::string> declarations;
  for (const std::string_view each : split(style, ';')) {
    const std::size_t colon = each.find(':');
    if (colon == std::string_view::npos) continue;
    std::string value = to_lower_ascii(trimmed(each.substr(colon + 1)));
    declarations[to_lower_ascii(trimmed(each.substr(0, colon)))] = std::move(value);
  }
  return declarations;
}

/// The first color in a value such as `#fff url(...)`: absent where it is not written as one, as
/// names of colors are not.
std::optional<Colour> colour_in(std::string_view value) {
  const std::size_t begin = value.find('#');
  if (begin == std::string_view::npos) {
    if (value.starts_with("white")) return blocks::white;
    if (value.starts_with("black")) return blocks::black;
    return std::nullopt;
  }
  const std::size_t end = value.find_first_of(" ,;)!", begin);
  return blocks::parse_colour(
      value.substr(begin, end == std::string_view::npos ? end : end - begin));
}

std::optional<double> pixels_in(std::string_view value) {
  double pixels = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), pixels);
  if (read.ec != std::errc()) return std::nullopt;
  const std::string_view unit(read.ptr,
                              static_cast<std::size_t>(value.data() + value.size() - read.ptr));
  if (!unit.starts_with("px")) return std::nullopt;
  return pixels;
}

/// `600 18px/1.3 Helvetica`: the size and whether it is bold.
void read_font(std::string_view font, double& size, bool& is_bold) {
  for (const std::string_view part : split(font, ' ')) {
    if (const auto pixels = pixels_in(part)) size = *pixels;
    if (part == "bold" || part == "600" || part == "700" || part == "800") is_bold = true;
  }
}

class HtmlChecker {
 public:
  HtmlChecker(std::string_view html, HtmlForm form) : tree_(html), form_(form) {
    looks_.push_back({});
  }

  std::vector<Check> check() {
    walk(
        tree_.root(), [&](const GumboNode& node) { return enter(node); },
        [&](const GumboNode& node) { leave(node); });
    return std::move(checks_);
  }

 private:
  /// How letters look here; absent colors are such as nobody can tell.
  struct LookHere {
    std::optional<Colour> text = blocks::black;
    std::optional<Colour> background = blocks::white;
    double size = 16;
    bool is_bold = false;
  };
  struct OpenLink {
    std::string url;
    std::string text = {};
    int line = 0;
  };

  bool enter(const GumboNode& node) {
    if (node.type == GUMBO_NODE_TEXT) {
      text(node);
      return false;
    }
    if (node.type == GUMBO_NODE_DOCUMENT) {
      looks_.push_back(looks_.back());
      return true;
    }
    if (node.type != GUMBO_NODE_ELEMENT) return false;
    const GumboElement& element = node.v.element;
    const std::map<std::string, std::string> css = declarations_of(attribute(element, "style"));
    const bool is_unseen = element.tag == GUMBO_TAG_HEAD || element.tag == GUMBO_TAG_STYLE ||
                           element.tag == GUMBO_TAG_SCRIPT || element.tag == GUMBO_TAG_TITLE;
    const auto display = css.find("display");
    if (is_unseen || (display != css.end() && display->second.starts_with("none"))) return false;
    looks_.push_back(look_of(element, css));
    if (element.tag == GUMBO_TAG_IMG) image(element);
    if (element.tag == GUMBO_TAG_A) {
      open_link_ = OpenLink{.url = url_of_attribute(attribute(element, "href")),
                            .line = static_cast<int>(element.start_pos.line)};
      const bool is_anchor = gumbo_get_attribute(&element.attributes, "href") == nullptr;
      if (is_anchor) open_link_.reset();
    }
    return true;
  }

  void leave(const GumboNode& node) {
    looks_.pop_back();
    const bool ends_link = node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == GUMBO_TAG_A;
    if (!ends_link || !open_link_) return;
    if (form_ == HtmlForm::rendered) link(*open_link_);
    open_link_.reset();
  }

  LookHere look_of(const GumboElement& element,
                   const std::map<std::string, std::string>& css) const {
    LookHere look = looks_.back();
    const auto value_of = [&](const char* name) -> const std::string* {
      const auto found = css.find(name);
      return found == css.end() ? nullptr : &found->second;
    };
    if (const std::string_view bgcolor = attribute(element, "bgcolor"); !bgcolor.empty()) {
      look.background = colour_in(to_lower_ascii(bgcolor));
    }
    for (const char* name : {"background", "background-color"}) {
      const std::string* value = value_of(name);
      if (value == nullptr || *value == "none" || value->starts_with("transparent")) continue;
      look.background = value->find("url(") != std::string::npos ? std::nullopt : colour_in(*value);
    }
    if (value_of("background-image") != nullptr) look.background.reset();
    if (element.tag == GUMBO_TAG_A && !attribute(element, "href").empty()) {
      look.text = Colour{0x00, 0x00, 0xee};
    }
    if (const std::string* colour = value_of("color"); colour != nullptr && *colour != "inherit") {
      look.text = colour_in(*colour);
    }
    heading(element.tag, look);
    if (const std::string* font = value_of("font")) read_font(*font, look.size, look.is_bold);
    if (const std::string* size = value_of("font-size")) {
      look.size = pixels_in(*size).value_or(look.size);
    }
    if (const std::string* weight = value_of("font-weight")) {
      look.is_bold = *weight == "bold" || *weight >= "600";
    }
    return look;
  }

  static void heading(GumboTag tag, LookHere& look) {
    if (tag == GUMBO_TAG_H1) look.size = 32;
    if (tag == GUMBO_TAG_H2) look.size = 24;
    const bool is_bold = tag == GUMBO_TAG_H1 || tag == GUMBO_TAG_H2 || tag == GUMBO_TAG_H3 ||
                         tag == GUMBO_TAG_B || tag == GUMBO_TAG_STRONG || tag == GUMBO_TAG_TH;
    if (is_bold) look.is_bold = true;
  }

  void text(const GumboNode& node) {
    const std::string_view shown = trimmed(node.v.text.text);
    if (open_link_) open_link_->text += node.v.text.text;
    // Spaces that do not break are no letters.
    if (shown.empty() || shown.find_first_not_of("\xc2\xa0 ") == std::string_view::npos) return;
    const LookHere& look = looks_.back();
    if (!look.text || !look.background) return;
    const double contrast = blocks::contrast(*look.text, *look.background);
    const bool is_large =
        look.size >= large_text_px || (look.is_bold && look.size >= large_bold_px);
    const double needed = is_large ? large_text_contrast : blocks::readable_contrast;
    if (contrast >= needed) return;
    const std::string pair =
        fmt::format("{} on {}", blocks::to_string(*look.text), blocks::to_string(*look.background));
    if (!told_.insert(pair).second) return;
    add(Code::low_contrast, static_cast<int>(node.v.text.start_pos.line), pair,
        fmt::format("{} has a contrast of {:.1f}, {:.1f} are needed: \"{}\"", pair, contrast,
                    needed, shown.substr(0, shown_bytes_max)),
        fmt::format("{:.1f}", needed));
  }

  void image(const GumboElement& element) {
    const int line = static_cast<int>(element.start_pos.line);
    const std::string src(attribute(element, "src"));
    if (gumbo_get_attribute(&element.attributes, "alt") == nullptr) {
      add(Code::image_without_alt, line, src,
          fmt::format("an image has no alt text: \"{}\"", src.substr(0, shown_bytes_max)));
    }
    if (open_link_) open_link_->text += attribute(element, "alt");
    if (form_ == HtmlForm::masked) return;
    if (scheme_of(src) == "https") return;
    add(Code::image_not_https, line, src,
        fmt::format("an image is not at an https address: \"{}\"", src.substr(0, shown_bytes_max)));
  }

  void link(const OpenLink& link) {
    const std::string label(trimmed(link.text));
    const std::string shown = link.url.substr(0, shown_bytes_max);
    if (link.url.empty() || link.url == "#") {
      add(Code::link_empty, link.line, label,
          fmt::format("the link \"{}\" leads nowhere", label.substr(0, shown_bytes_max)));
      return;
    }
    if (treatment_of(link.url) == LinkTreatment::refuse) {
      add(Code::link_refused, link.line, shown,
          fmt::format("\"{}\" is no address that a message may lead to", shown));
      return;
    }
    if (scheme_of(link.url) == "http") {
      add(Code::link_not_https, link.line, shown, fmt::format("\"{}\" is not https", shown));
    }
    // A text that looks like an address and leads elsewhere is what phishing looks like.
    const std::string scheme = scheme_of(label);
    const bool is_address =
        scheme == "http" || scheme == "https" || to_lower_ascii(label).starts_with("www.");
    if (is_address && host_of(label) != host_of(link.url)) {
      add(Code::link_text_differs, link.line, shown,
          fmt::format("the link says \"{}\" and leads to \"{}\"", label.substr(0, shown_bytes_max),
                      shown));
    }
  }

  static std::string host_of(std::string_view url) {
    if (const std::size_t slashes = url.find("//"); slashes != std::string_view::npos) {
      url.remove_prefix(slashes + 2);
    }
    std::string host = to_lower_ascii(url.substr(0, url.find_first_of("/?#:")));
    if (host.starts_with("www.")) host.erase(0, 4);
    return host;
  }

  void add(Code code, int line, std::string value, std::string message, std::string limit = {}) {
    if (++counts_[code] > checks_of_code_max) return;
    checks_.push_back({.code = code,
                       .message = std::move(message),
                       .part = "html",
                       .line = line,
                       .value = value.substr(0, shown_bytes_max),
                       .limit = std::move(limit)});
  }

  GumboTree tree_;
  HtmlForm form_;
  std::vector<LookHere> looks_;
  std::optional<OpenLink> open_link_;
  std::set<std::string> told_;
  std::map<Code, std::size_t> counts_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> check_html(std::string_view html, HtmlForm form) {
  // No mail program shows it, and a parser would take long.
  if (!check_html_nesting(html)) return {};
  return HtmlChecker(html, form).check();
}

}  // namespace sojourn::templates::checks
