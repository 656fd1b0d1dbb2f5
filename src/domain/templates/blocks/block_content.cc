#include "domain/templates/blocks/block_content.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"
#include "domain/assets/picture_sizes.h"
#include "domain/templates/blocks/pictures.h"
#include "domain/templates/blocks/places.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates::blocks {
namespace {

constexpr int button_height = 44;
constexpr int button_padding = 26;

int characters_of(const Line& line) {
  // Of a variable nobody knows; a name has about so many.
  constexpr int of_variable = 10;
  int characters = 0;
  for (const Inline& each : line) {
    if (each.kind == Inline::Kind::variable) characters += of_variable;
    std::string_view text = each.text;
    while (!text.empty()) {
      text.remove_prefix(first_code_point(text).bytes);
      ++characters;
    }
  }
  return characters;
}

std::string_view network_name(std::string_view network) {
  struct Known {
    std::string_view key;
    std::string_view name;
  };
  constexpr Known all[] = {
      {"bluesky", "Bluesky"},     {"facebook", "Facebook"}, {"github", "GitHub"},
      {"instagram", "Instagram"}, {"linkedin", "LinkedIn"}, {"mastodon", "Mastodon"},
      {"pinterest", "Pinterest"}, {"threads", "Threads"},   {"tiktok", "TikTok"},
      {"website", "Website"},     {"whatsapp", "WhatsApp"}, {"x", "X"},
      {"youtube", "YouTube"},
  };
  const auto* const known = std::ranges::find(all, network, &Known::key);
  return known == std::end(all) ? network : known->name;
}

class ContentWriter {
 public:
  ContentWriter(const Block& block, const Setting& setting, const Ground& ground, int width)
      : align_(block.align.value_or(Align::start)),
        setting_(setting),
        ground_(ground),
        width_(width) {}

  BlockCell operator()(const Heading& block) const {
    constexpr int percents[] = {175, 138, 119, 106};
    TextStyle style = text_style();
    style.is_heading = true;
    style.is_bold = true;
    style.size = setting_.look.text_size * percents[block.level - 1] / 100;
    style.colour = block.colour.value_or(style.colour);
    return {.html = fmt::format("<h{0}{1} style=\"margin:0;{2}\">{3}</h{0}>", block.level,
                                block.colour ? "" : heading_mark(block.level), css_of(style),
                                html_line(block.text, style))};
  }

  BlockCell operator()(const Text& block) const {
    TextStyle style = text_style();
    style.size = block.size.value_or(style.size);
    style.colour = block.colour.value_or(style.colour);
    return {.html = html_rich_text(block.text, style),
            .css = css_of(style),
            .mark = block.colour ? "" : ground_.mark("text")};
  }

  /// One link, which is counted as any other. Outlook draws the shape around it by VML; were the
  /// address on the shape as well, clicks there would go uncounted.
  BlockCell operator()(const Button& block) const {
    const Colour colour = block.colour.value_or(ground_.palette.accent);
    const Colour wanted = block.colour ? white : ground_.palette.on_accent;
    const Colour text = block.text_colour.value_or(letters_on(colour, wanted));
    const int by_label =
        characters_of(block.label) * setting_.look.text_size * 6 / 10 + 2 * button_padding;
    const int width =
        block.is_wide ? width_ : std::min(width_, block.width.value_or(std::max(by_label, 120)));
    const int arc = std::min(50, setting_.look.radius * 100 / button_height);
    TextStyle style = text_style();
    style.colour = text;
    const std::string shape = fmt::format(
        "<!--[if mso]><v:roundrect xmlns:v=\"urn:schemas-microsoft-com:vml\" "
        "xmlns:w=\"urn:schemas-microsoft-com:office:word\" "
        "style=\"height:{}px;v-text-anchor:middle;width:{}px\" arcsize=\"{}%\" stroke=\"f\" "
        "fillcolor=\"{}\"><w:anchorlock/><center><![endif]-->",
        button_height, width, arc, to_string(colour));
    const std::string extent =
        block.is_wide || block.width
            ? fmt::format("box-sizing:border-box;width:{};max-width:100%;",
                          block.is_wide ? "100%" : fmt::format("{}px", width))
            : std::string();
    // The label is text of the link: marks of its own would bring colours of their own.
    const std::string link = fmt::format(
        "<a href=\"{}\"{} style=\"display:inline-block;{}background-color:{};border-radius:{}px;"
        "padding:12px {}px;font-family:{};font-size:{}px;font-weight:600;line-height:20px;"
        "color:{};text-align:center;text-decoration:none\">{}</a>",
        html_source(block.href), block.colour ? "" : ground_.mark("accent"), extent,
        to_string(colour), setting_.look.radius, button_padding, setting_.look.font,
        setting_.look.text_size, to_string(text), html_line(without_links(block.label), style));
    return {.html = shape + link + "<!--[if mso]></center></v:roundrect><![endif]-->"};
  }

  BlockCell operator()(const Image& block) const {
    if (!block.is_logo || !block.src.empty()) {
      return {.html = image(
                  {.src = block.src,
                   .alt = block.alt ? std::optional(attribute_line(*block.alt)) : std::nullopt,
                   .href = block.href,
                   .width = block.width.value_or(width_)})};
    }
    return logo(block);
  }

  BlockCell operator()(const Divider& block) const {
    const Colour colour = block.colour.value_or(ground_.palette.border);
    return {.html = layout_table(fmt::format("{}%", block.width)) +
                    fmt::format("<tr><td{} height=\"{}\" style=\"border-top:{}px solid {};"
                                "font-size:0;line-height:0\">&nbsp;</td></tr></table>",
                                block.colour ? "" : ground_.mark("border"), block.thickness,
                                block.thickness, to_string(colour))};
  }

  BlockCell operator()(const Spacer& block) const {
    return {.html = fmt::format("<div style=\"height:{0}px;font-size:0;line-height:{0}px\">"
                                "&nbsp;</div>",
                                block.height),
            .has_no_space = true};
  }

  BlockCell operator()(const Social& block) const {
    const std::vector<SocialLink>& links =
        block.links.empty() && setting_.brand != nullptr ? setting_.brand->social : block.links;
    std::vector<std::string> items;
    const TextStyle style = small_style();
    for (const SocialLink& each : links) {
      items.push_back(quiet_link(each.href, html_data(network_name(each.network)), style));
    }
    return listed(items, style);
  }

  BlockCell operator()(const Menu& block) const {
    std::vector<std::string> items;
    const TextStyle style = text_style();
    for (const Menu::Item& each : block.items) {
      items.push_back(quiet_link(each.href, html_line(without_links(each.label), style), style));
    }
    return listed(items, style);
  }

  BlockCell operator()(const Product& block) const;
  BlockCell operator()(const Quote& block) const;
  BlockCell operator()(const Table& block) const;
  BlockCell operator()(const Countdown& block) const;
  BlockCell operator()(const VideoThumb& block) const;
  BlockCell operator()(const LegalFooter& block) const;

  BlockCell operator()(const Raw& block) const {
    // What it names has been looked for before.
    return {.html = with_assets(block.html, setting_.kit, "").value_or(block.html),
            .has_no_space = true};
  }

  // These hold others, and are no cell of their own.
  BlockCell operator()(const Columns&) const { return {}; }
  BlockCell operator()(const ListRepeat&) const { return {}; }
  BlockCell operator()(const SavedBlockUse&) const { return {}; }

 private:
  struct Picture {
    std::string_view src;
    /// Absent: that of the asset, where the picture is one that has some.
    std::optional<std::string> alt;
    std::string_view href = {};
    int width = 0;
    /// Its link leads where one with words beside it leads.
    bool is_hidden = false;
  };

  [[nodiscard]] TextStyle text_style() const {
    return {.look = setting_.look,
            .ground = ground_,
            .is_right_to_left = setting_.is_right_to_left,
            .size = setting_.look.text_size,
            .colour = ground_.palette.text};
  }
  [[nodiscard]] TextStyle small_style() const {
    TextStyle style = text_style();
    style.size = std::max(12, setting_.look.text_size - 3);
    style.colour = ground_.palette.muted;
    return style;
  }
  [[nodiscard]] std::string heading_mark(int level) const {
    if (!ground_.is_themed) return level == 1 ? " class=\"s-h1\"" : "";
    return level == 1 ? " class=\"s-text s-h1\"" : " class=\"s-text\"";
  }

  static Line without_links(Line line) {
    for (Inline& each : line) {
      each.marks.href.clear();
      each.marks.colour.reset();
    }
    return line;
  }

  [[nodiscard]] std::string quiet_link(std::string_view href, std::string_view label,
                                       const TextStyle& style) const {
    const bool is_muted = style.colour == ground_.palette.muted;
    return fmt::format("<a href=\"{}\"{} style=\"color:{};text-decoration:underline\">{}</a>",
                       html_source(href), ground_.mark(is_muted ? "muted" : "text"),
                       to_string(style.colour), label);
  }

  /// Links beside each other, which wrap where they must.
  [[nodiscard]] BlockCell listed(const std::vector<std::string>& items,
                                 const TextStyle& style) const {
    std::string html;
    for (const std::string& item : items) {
      if (!html.empty()) html += " &nbsp;&middot;&nbsp; ";
      html += item;
    }
    const bool is_muted = style.colour == ground_.palette.muted;
    return {.html = std::move(html),
            .css = css_of(style),
            .mark = ground_.mark(is_muted ? "muted" : "text")};
  }

  [[nodiscard]] std::string image(const Picture& picture) const {
    const assets::Asset* asset = find_asset(setting_.kit, picture.src);
    int width = std::min(picture.width, width_);
    // Nothing is gained by drawing it larger than it is.
    if (asset != nullptr) width = std::min(width, asset->extent.width);
    std::optional<std::string> alt = picture.alt;
    if (!alt && asset != nullptr && asset->alt) alt = html_data(*asset->alt);
    const std::string_view margin = align_ == Align::center ? "0 auto"
                                    : css_align(align_, setting_.is_right_to_left) == "right"
                                        ? "0 0 0 auto"
                                        : "0";
    std::string html = fmt::format(
        "<img {}{} width=\"{}\"{} style=\"display:block;width:100%;max-width:{}px;"
        "height:auto;margin:{};border:0;border-radius:{}px\">",
        asset != nullptr ? source_attributes(*asset, width)
                         : fmt::format("src=\"{}\"", html_source(picture.src)),
        alt ? fmt::format(" alt=\"{}\"", *alt) : std::string(), width,
        asset != nullptr ? fmt::format(" height=\"{}\"", assets::height_at(asset->extent, width))
                         : std::string(),
        width, margin, width < 60 ? 0 : setting_.look.radius);
    if (picture.href.empty()) return html;
    return fmt::format("<a href=\"{}\"{} style=\"text-decoration:none\">{}</a>",
                       html_source(picture.href),
                       picture.is_hidden ? " aria-hidden=\"true\" tabindex=\"-1\"" : "", html);
  }

  [[nodiscard]] std::string logo_alt(const Brand& brand) const {
    if (!brand.logo->alt.empty()) return brand.logo->alt;
    const assets::Asset* asset = find_asset(setting_.kit, brand.logo->src);
    const bool has_own = asset != nullptr && asset->alt && !asset->alt->empty();
    return has_own ? *asset->alt : brand.name;
  }

  /// Of the brand: its picture, else its name.
  [[nodiscard]] BlockCell logo(const Image& block) const {
    const Brand* brand = setting_.brand;
    if (brand == nullptr) return {};
    const std::string_view home = brand->logo ? std::string_view(brand->logo->href) : "";
    const std::string_view href = block.href.empty() ? home : std::string_view(block.href);
    if (brand->logo) {
      return {.html = image(
                  {.src = brand->logo->src,
                   .alt = block.alt ? attribute_line(*block.alt) : html_data(logo_alt(*brand)),
                   .href = href,
                   .width = block.width.value_or(brand->logo->width)})};
    }
    TextStyle style = text_style();
    style.is_heading = true;
    style.is_bold = true;
    style.size = setting_.look.text_size * 9 / 8;
    style.colour = readable_on(ground_.palette.background, ground_.palette.link);
    std::string name = html_data(brand->name);
    if (!href.empty()) {
      name = fmt::format("<a href=\"{}\"{} style=\"color:{};text-decoration:none\">{}</a>",
                         html_source(href), ground_.mark("link"), to_string(style.colour), name);
    }
    return {.html = std::move(name), .css = css_of(style), .mark = ground_.mark("link")};
  }

  [[nodiscard]] std::string cells(const std::vector<Line>& row, const Table& table,
                                  std::string_view tag, const TextStyle& style) const;
  [[nodiscard]] std::string product_text(const Product& block) const;
  [[nodiscard]] std::string count(std::string_view number, std::string_view one,
                                  std::string_view many, const TextStyle& style) const;

  const Align align_;
  const Setting& setting_;
  const Ground& ground_;
  const int width_;
};

std::string ContentWriter::product_text(const Product& block) const {
  TextStyle style = text_style();
  const auto paragraph = [&](std::string_view content, std::string_view css) {
    return fmt::format("<p style=\"margin:0 0 6px;{}\">{}</p>", css, content);
  };
  TextStyle name = style;
  name.is_bold = true;
  std::string title = html_line(block.name, name);
  // One link with words is enough for those who listen.
  if (!block.href.empty() && block.label.empty()) {
    title = fmt::format("<a href=\"{}\"{} style=\"color:{};text-decoration:none\">{}</a>",
                        html_source(block.href), ground_.mark("text"), to_string(name.colour),
                        html_line(without_links(block.name), name));
  }
  std::string html = paragraph(title, "font-weight:700");
  if (!block.description.empty()) html += paragraph(html_line(block.description, style), "");
  if (!block.price.empty() || !block.old_price.empty()) {
    std::string prices = html_line(block.price, style);
    if (!block.old_price.empty()) {
      prices +=
          fmt::format(" <s{} style=\"color:{};font-weight:400\">{}</s>", ground_.mark("muted"),
                      to_string(ground_.palette.muted), html_line(block.old_price, style));
    }
    html += paragraph(prices, "font-weight:700");
  }
  if (!block.label.empty() && !block.href.empty()) {
    html += paragraph(
        link_tag(block.href, style) + html_line(without_links(block.label), style) + "</a>", "");
  }
  return html;
}

BlockCell ContentWriter::operator()(const Product& block) const {
  const std::string text = product_text(block);
  BlockCell cell{.css = css_of(text_style()), .mark = ground_.mark("text")};
  if (block.src.empty()) {
    cell.html = text;
    return cell;
  }
  // Without a text of its own the picture says no more than the name beside it.
  const bool says_nothing = !block.alt || block.alt->empty();
  const auto picture_of = [&](int width) {
    return image({.src = block.src,
                  .alt = says_nothing ? std::string() : attribute_line(*block.alt),
                  .href = block.href,
                  .width = width,
                  .is_hidden = says_nothing});
  };
  if (block.layout == Product::Layout::above) {
    cell.html = picture_of(width_) +
                "<div style=\"height:12px;font-size:0;line-height:12px\">&nbsp;</div>" + text;
    return cell;
  }
  constexpr int picture_width = 120;
  const int picture = std::min(picture_width, width_ / 3);
  const std::string_view padding = setting_.is_right_to_left ? "0 0 0 20px" : "0 20px 0 0";
  cell.html = layout_table("100%") +
              fmt::format(
                  "<tr><td width=\"{0}\" valign=\"top\" style=\"width:{0}px;padding:{1};"
                  "vertical-align:top\">{2}</td><td{3} valign=\"top\" style=\"vertical-align:top;"
                  "{4}\">{5}</td></tr></table>",
                  picture, padding, picture_of(picture), cell.mark, cell.css, text);
  return cell;
}

BlockCell ContentWriter::operator()(const Quote& block) const {
  TextStyle style = text_style();
  style.size = setting_.look.text_size * 9 / 8;
  std::string html = html_rich_text(block.text, style);
  if (!block.author.empty()) {
    TextStyle author = small_style();
    html += fmt::format("<p{} style=\"margin:10px 0 0;font-size:{}px;color:{}\">&mdash; {}</p>",
                        ground_.mark("muted"), author.size, to_string(author.colour),
                        html_line(block.author, author));
  }
  const bool is_left = css_align(Align::start, setting_.is_right_to_left) == "left";
  return {.html = layout_table("100%") +
                  fmt::format("<tr><td{} style=\"border-{}:4px solid {};padding:4px 20px;{}\">{}"
                              "</td></tr></table>",
                              ground_.mark("text"), is_left ? "left" : "right",
                              to_string(ground_.palette.accent), css_of(style), html)};
}

std::string ContentWriter::cells(const std::vector<Line>& row, const Table& table,
                                 std::string_view tag, const TextStyle& style) const {
  const bool is_header = tag == "th";
  std::string html = "<tr>";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Align align = i < table.aligns.size() ? table.aligns[i] : Align::start;
    const bool is_last = i + 1 == row.size();
    // Room between columns, none at the edges.
    const std::string_view padding = is_last                     ? "10px 0"
                                     : setting_.is_right_to_left ? "10px 0 10px 14px"
                                                                 : "10px 14px 10px 0";
    html += fmt::format(
        "<{0}{1}{2} align=\"{3}\" style=\"padding:{4};border-bottom:1px solid {5};text-align:{3};"
        "vertical-align:top;{6}\">{7}</{0}>",
        tag, is_header ? " scope=\"col\"" : "",
        ground_.is_themed ? fmt::format(" class=\"s-border s-{}\"", is_header ? "muted" : "text")
                          : std::string(),
        css_align(align, setting_.is_right_to_left), padding, to_string(ground_.palette.border),
        css_of(style), html_line(row[i], style));
  }
  return html + "</tr>\n";
}

BlockCell ContentWriter::operator()(const Table& block) const {
  TextStyle style = text_style();
  style.size = std::max(13, setting_.look.text_size - 1);
  TextStyle header = small_style();
  header.is_bold = true;
  TextStyle footer = style;
  footer.is_bold = true;
  // It holds data, so it is a table to those who listen to it as well.
  std::string html =
      "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
      "style=\"width:100%;border-collapse:collapse\">\n";
  if (!block.header.empty()) {
    html += "<thead>" + cells(block.header, block, "th", header) + "</thead>\n";
  }
  std::string rows;
  for (const std::vector<Line>& row : block.rows) rows += cells(row, block, "td", style);
  html += "<tbody>" + in_conditions("", block.repeat_rows, std::move(rows));
  for (const std::vector<Line>& row : block.footer) html += cells(row, block, "td", footer);
  return {.html = html + "</tbody></table>"};
}

std::string ContentWriter::count(std::string_view number, std::string_view one,
                                 std::string_view many, const TextStyle& style) const {
  const std::string unit = one == many
                               ? html_data(many)
                               : fmt::format("{{% if {} == 1 %}}{}{{% else %}}{}{{% endif %}}",
                                             number, html_data(one), html_data(many));
  // A space between them, for the text part.
  return fmt::format(
      "<td{0} align=\"center\" style=\"padding:10px 16px;border:1px solid {1};border-radius:{2}px;"
      "text-align:center;{3}\"><span style=\"display:block;font-size:{4}px;font-weight:700;"
      "line-height:1.2\">{{{{ {5} }}}}</span> <span style=\"display:block;font-size:13px;"
      "line-height:1.4\">{6}</span></td>",
      ground_.is_themed ? " class=\"s-text s-border\"" : "", to_string(ground_.palette.border),
      setting_.look.radius, css_of(style), style.size * 7 / 4, number, unit);
}

/// The time that is left when the message is made: a mail does not count on.
BlockCell ContentWriter::operator()(const Countdown& block) const {
  const std::string until = parse_timestamp(block.until) ? fmt::format("'{}'", block.until)
                                                         : fmt::format("{}", block.until);
  const TextStyle style = text_style();
  std::string html = fmt::format(
      "{{% assign left_now = 'now' | date: '%s' %}}"
      "{{% assign left_seconds = {} | date: '%s' | minus: left_now %}}"
      "{{% assign left_days = left_seconds | divided_by: 86400 %}}"
      "{{% assign left_hours = left_seconds | modulo: 86400 | divided_by: 3600 %}}"
      "{{% assign left_minutes = left_seconds | modulo: 3600 | divided_by: 60 %}}"
      "{{% if left_seconds > 0 %}}",
      until);
  const Wording& words = setting_.wording;
  const std::string_view between = "<td width=\"8\" style=\"width:8px\"></td>";
  html += layout_table("") + "<tr>" + count("left_days", words.day, words.days, style) +
          std::string(between) + count("left_hours", words.hour, words.hours, style) +
          std::string(between) + count("left_minutes", words.minute, words.minutes, style) +
          "</tr></table>";
  html += "{% else %}" + html_line(block.ended, style) + "{% endif %}";
  return {.html = std::move(html), .css = css_of(style), .mark = ground_.mark("text")};
}

BlockCell ContentWriter::operator()(const VideoThumb& block) const {
  const TextStyle style = text_style();
  const std::string label = block.label.empty() ? html_data(setting_.wording.watch)
                                                : html_line(without_links(block.label), style);
  const assets::Asset* asset = find_asset(setting_.kit, block.src);
  const bool has_own = asset != nullptr && asset->alt && !asset->alt->empty();
  const std::string alt = block.alt ? attribute_line(*block.alt)
                                    : html_data(has_own ? *asset->alt : setting_.wording.watch);
  // U+FE0E: the sign as text, not as a picture in the client's colours.
  return {.html = image({.src = block.src, .alt = alt, .href = block.href, .width = width_}) +
                  "<div style=\"height:10px;font-size:0;line-height:10px\">&nbsp;</div>" +
                  link_tag(block.href, style) + "&#9654;&#65038; " + label + "</a>",
          .css = css_of(style),
          .mark = ground_.mark("text")};
}

BlockCell ContentWriter::operator()(const LegalFooter& block) const {
  const TextStyle style = small_style();
  const auto paragraph = [&](std::string_view content) {
    return fmt::format("<p style=\"margin:0 0 6px\">{}</p>", content);
  };
  const auto words = [&](const Line& own, std::string_view ours) {
    return own.empty() ? html_data(ours) : html_line(without_links(own), style);
  };
  std::string html;
  if (!block.reason.empty()) html += paragraph(html_line(block.reason, style));
  const std::string separator = " &nbsp;&middot;&nbsp; ";
  html += paragraph(
      quiet_link("{{ unsubscribe_url }}", words(block.unsubscribe, setting_.wording.unsubscribe),
                 style) +
      "{% if preference_url != blank %}" + separator +
      quiet_link("{{ preference_url }}", words(block.preferences, setting_.wording.preferences),
                 style) +
      "{% endif %}{% if view_online_url != blank %}" + separator +
      quiet_link("{{ view_online_url }}", html_data(setting_.wording.view_online), style) +
      "{% endif %}");
  const bool has_address = setting_.brand != nullptr && !setting_.brand->address.empty();
  html += paragraph(has_address ? html_data(setting_.brand->address)
                                : "{{ workspace.postal_address | newline_to_br }}");
  return {.html = std::move(html), .css = css_of(style), .mark = ground_.mark("muted")};
}

}  // namespace

BlockCell cell_of(const Block& block, const Setting& setting, const Ground& ground, int width) {
  return std::visit(ContentWriter(block, setting, ground, width), block.content);
}

}  // namespace sojourn::templates::blocks
