#include "domain/templates/blocks/compile.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/templates/blocks/block_html.h"
#include "domain/templates/blocks/pictures.h"
#include "domain/templates/blocks/places.h"

namespace sojourn::templates::blocks {
namespace {

/// Left and right of what stands in a row.
constexpr int side_padding = 40;
constexpr int row_padding = 22;
/// Above the first and below the last row of a surface.
constexpr int edge_padding = 14;

bool is_page(std::string_view html) {
  const std::string lower = to_lower_ascii(html);
  return lower.find("<html") != std::string::npos || lower.find("<body") != std::string::npos ||
         lower.find("<!doctype") != std::string::npos;
}

/// The raw block that is the whole message; null where the document is made of blocks.
const Raw* whole_page(const Document& document) {
  if (document.rows.size() != 1) return nullptr;
  const Row& row = document.rows.front();
  const bool is_bare = row.columns.size() == 1 && row.columns.front().blocks.size() == 1 &&
                       row.show_if.empty() && !row.repeat;
  if (!is_bare) return nullptr;
  const Block& block = row.columns.front().blocks.front();
  const Raw* raw = std::get_if<Raw>(&block.content);
  if (raw == nullptr || !is_page(raw->html) || !block.show_if.empty() || block.repeat) {
    return nullptr;
  }
  return raw;
}

/// What a block alone cannot know: that what it names is there.
class References {
 public:
  explicit References(const Kit& kit) : kit_(kit) {}

  [[nodiscard]] Result<void> check(const std::vector<Column>& columns,
                                   const std::string& path) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      TRY_VOID(check(columns[i].blocks, fmt::format("{}.cols[{}].blocks", path, i)));
    }
    return {};
  }

 private:
  [[nodiscard]] Result<void> check(const std::vector<Block>& blocks,
                                   const std::string& path) const {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::string place = fmt::format("{}[{}]", path, i);
      const Content& content = blocks[i].content;
      if (const auto* use = std::get_if<SavedBlockUse>(&content)) {
        TRY_VOID(check(*use, place));
      } else if (const auto* raw = std::get_if<Raw>(&content)) {
        TRY_VOID(check(*raw, place));
        TRY_VOID(with_assets(raw->html, kit_, place + ".html"));
      } else if (const auto* image = std::get_if<Image>(&content)) {
        TRY_VOID(check_picture(image->src, kit_, place + ".src"));
      } else if (const auto* product = std::get_if<Product>(&content)) {
        TRY_VOID(check_picture(product->src, kit_, place + ".src"));
      } else if (const auto* video = std::get_if<VideoThumb>(&content)) {
        TRY_VOID(check_picture(video->src, kit_, place + ".src"));
      } else if (const auto* inner = std::get_if<Columns>(&content)) {
        TRY_VOID(check(inner->columns, place));
      } else if (const auto* list = std::get_if<ListRepeat>(&content)) {
        TRY_VOID(check(list->blocks, place + ".blocks"));
      }
    }
    return {};
  }

  [[nodiscard]] Result<void> check(const SavedBlockUse& use, const std::string& place) const {
    const auto saved = kit_.blocks.find(use.key);
    if (saved != kit_.blocks.end()) return check(saved->second.blocks, place);
    return failure({.code = "unknown_block",
                    .message = fmt::format("{}: there is no block \"{}\"", place, use.key),
                    .field = place + ".block",
                    .value = use.key});
  }

  [[nodiscard]] static Result<void> check(const Raw& raw, const std::string& place) {
    if (!is_page(raw.html)) return {};
    return failure({.code = "page_among_blocks",
                    .message = fmt::format("{} holds a whole page, which must be the only block of "
                                           "its document",
                                           place),
                    .field = place + ".html"});
  }

  const Kit& kit_;
};

/// Of a colour that somebody chose: what stands on it is what can be read there.
Ground ground_on(const Look& look, Colour colour) {
  Palette palette = look.light;
  palette.background = colour;
  palette.surface = colour;
  palette.text = letters_on(colour, look.light.text);
  palette.muted = readable_on(colour, look.light.muted);
  palette.link = readable_on(colour, look.light.link);
  // A button in the colour of its row would be none.
  if (contrast(palette.accent, colour) < 1.5) {
    palette.accent = palette.text;
    palette.on_accent = colour;
  }
  return {.palette = palette, .is_themed = false};
}

class DocumentWriter {
 public:
  DocumentWriter(const Document& document, const Setting& setting)
      : document_(document), setting_(setting) {}

  std::string write() const {
    std::string html = head();
    html +=
        fmt::format("<body class=\"s-page\" style=\"margin:0;padding:0;background-color:{}\">\n",
                    to_string(light().background));
    html += after_preheader();
    html += layout_table("100%", fmt::format(" class=\"s-page\" style=\"background-color:{}\"{}",
                                             to_string(light().background), direction()));
    html += "\n<tr><td class=\"s-outer\" align=\"center\" style=\"padding:24px 12px\">\n";
    const std::string frame = layout_table(fmt::format("{}", setting_.look.width));
    html += fmt::format("<!--[if mso]>{}<tr><td><![endif]-->\n", frame);
    html += layout_table("100%",
                         fmt::format(" style=\"width:100%;max-width:{}px\"", setting_.look.width));
    html += "\n" + sections();
    html += "</table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr>\n</table>\n";
    return html + "</body>\n</html>\n";
  }

 private:
  [[nodiscard]] const Palette& light() const { return setting_.look.light; }

  [[nodiscard]] std::string direction() const {
    return setting_.is_right_to_left ? " dir=\"rtl\"" : "";
  }

  [[nodiscard]] std::string head() const {
    return fmt::format(
        "<!doctype html>\n"
        "<html lang=\"{}\" dir=\"{}\" xmlns:v=\"urn:schemas-microsoft-com:vml\" "
        "xmlns:o=\"urn:schemas-microsoft-com:office:office\">\n"
        "<head>\n"
        "<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"x-apple-disable-message-reformatting\">\n"
        "<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no, email=no\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
        "<title>{}</title>\n"
        // Outlook scales pictures by the screen unless it is told not to.
        "<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch>"
        "</o:OfficeDocumentSettings></xml><![endif]-->\n"
        "<style>\n{}</style>\n"
        "</head>\n",
        document_.language.empty() ? "en" : document_.language,
        setting_.is_right_to_left ? "rtl" : "ltr", html_source(document_.subject), style_sheet());
  }

  [[nodiscard]] std::string style_sheet() const {
    return fmt::format(
        ":root {{ color-scheme: light dark; supported-color-schemes: light dark; }}\n"
        "@media (max-width: {}px) {{\n"
        ".s-outer {{ padding: 0 !important; }}\n"
        ".s-row {{ padding-left: 20px !important; padding-right: 20px !important; }}\n"
        ".s-col {{ display: block !important; width: 100% !important; padding: 0 0 16px "
        "!important; box-sizing: border-box !important; }}\n"
        ".s-h1 {{ font-size: {}px !important; }}\n"
        "}}\n"
        "@media (prefers-color-scheme: dark) {{\n{}}}\n",
        setting_.look.width + 20, setting_.look.text_size * 3 / 2, dark_rules());
  }

  /// What the dark mode changes; the accent of a brand stays what it is.
  [[nodiscard]] std::string dark_rules() const {
    const Palette& dark = setting_.look.dark;
    return fmt::format(
        ".s-page {{ background-color: {} !important; }}\n"
        ".s-surface {{ background-color: {} !important; }}\n"
        ".s-text {{ color: {} !important; }}\n"
        ".s-muted {{ color: {} !important; }}\n"
        ".s-link {{ color: {} !important; }}\n"
        ".s-accent {{ background-color: {} !important; color: {} !important; }}\n"
        ".s-border {{ border-color: {} !important; }}\n",
        to_string(dark.background), to_string(dark.surface), to_string(dark.text),
        to_string(dark.muted), to_string(dark.link), to_string(dark.accent),
        to_string(dark.on_accent), to_string(dark.border));
  }

  /// Nothing of the message's beginning in the line beside its subject, which the preheader fills.
  [[nodiscard]] std::string after_preheader() const {
    if (document_.preheader.empty()) return {};
    std::string filling;
    constexpr int pairs = 60;
    for (int i = 0; i < pairs; ++i) filling += "&zwnj;&nbsp;";
    return fmt::format(
        "<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">{}</div>\n",
        filling);
  }

  /// Rows on one surface are one section, whose corners are round.
  [[nodiscard]] std::string sections() const {
    std::string html;
    std::size_t begin = 0;
    const std::vector<Row>& rows = document_.rows;
    while (begin < rows.size()) {
      const bool on_page = rows[begin].ground == Row::Ground::page;
      std::size_t end = begin + 1;
      while (end < rows.size() && (rows[end].ground == Row::Ground::page) == on_page) ++end;
      html += section(begin, end);
      begin = end;
    }
    return html;
  }

  [[nodiscard]] std::string section(std::size_t begin, std::size_t end) const {
    std::string inside;
    for (std::size_t i = begin; i < end; ++i) inside += row(document_.rows[i]);
    const bool on_page = document_.rows[begin].ground == Row::Ground::page;
    if (on_page) {
      return fmt::format("<tr><td>\n{}\n{}</table>\n</td></tr>\n", layout_table("100%"), inside);
    }
    const auto edge = [&](std::size_t index) {
      return document_.rows[index].ground == Row::Ground::own ? 0 : edge_padding;
    };
    return fmt::format(
        "<tr><td class=\"s-surface\" "
        "style=\"background-color:{};border-radius:{}px;overflow:hidden;"
        "padding:{}px 0 {}px\">\n{}\n{}</table>\n</td></tr>\n",
        to_string(light().surface), setting_.look.radius, edge(begin), edge(end - 1),
        layout_table("100%"), inside);
  }

  [[nodiscard]] Ground ground_of(const Row& row) const {
    if (row.ground == Row::Ground::own) return ground_on(setting_.look, row.colour);
    Ground ground{.palette = light()};
    if (row.ground == Row::Ground::page) {
      ground.palette.surface = light().background;
      ground.palette.text = letters_on(light().background, light().text);
      ground.palette.link = readable_on(light().background, light().link);
    }
    return ground;
  }

  [[nodiscard]] std::string row(const Row& row) const {
    const Ground ground = ground_of(row);
    const BlockWriter writer(setting_, ground, setting_.look.width - 2 * side_padding);
    const std::string colour = row.ground == Row::Ground::own
                                   ? fmt::format("background-color:{};", to_string(row.colour))
                                   : std::string();
    // Each block brings the space below it.
    return in_conditions(
        row.show_if, row.repeat,
        fmt::format("<tr><td class=\"s-row\" style=\"{}padding:{}px {}px 4px\">{}</td></tr>\n",
                    colour, row_padding, side_padding, writer.columns(row.columns, row.stacks)));
  }

  const Document& document_;
  const Setting& setting_;
};

}  // namespace

Result<EmailTemplate> compile_document(const Document& document, const Kit& kit,
                                       const std::string& path) {
  const std::string prefix = path.empty() ? "" : path + ".";
  const Brand* brand = nullptr;
  const std::string_view wanted =
      document.theme.brand.empty() ? default_brand : std::string_view(document.theme.brand);
  if (const auto found = kit.brands.find(wanted); found != kit.brands.end()) {
    brand = &found->second;
  } else if (!document.theme.brand.empty()) {
    return failure({.code = "unknown_brand",
                    .message = fmt::format("{}theme.brand: there is no brand \"{}\"", prefix,
                                           document.theme.brand),
                    .field = prefix + "theme.brand",
                    .value = document.theme.brand});
  }
  EmailTemplate email{.subject = document.subject, .preheader = document.preheader};
  if (const Raw* page = whole_page(document)) {
    TRY(html, with_assets(page->html, kit, prefix + "rows[0].cols[0].blocks[0].html"));
    email.html = std::move(html);
    return email;
  }
  if (brand != nullptr && brand->logo) {
    TRY_VOID(check_picture(brand->logo->src, kit, prefix + "theme.brand"));
  }
  const References references(kit);
  for (std::size_t i = 0; i < document.rows.size(); ++i) {
    TRY_VOID(references.check(document.rows[i].columns, fmt::format("{}rows[{}]", prefix, i)));
  }
  const Setting setting{
      .look = look_of(brand == nullptr ? Style() : brand->style, document.theme.style),
      .brand = brand,
      .kit = kit,
      .wording = wording_of(document.language),
      .is_right_to_left = document.is_right_to_left};
  email.html = DocumentWriter(document, setting).write();
  return email;
}

}  // namespace sojourn::templates::blocks
