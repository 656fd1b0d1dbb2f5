#include "domain/templates/blocks/brand.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/definitions/reader.h"
#include "domain/templates/blocks/document.h"
#include "domain/templates/blocks/places.h"

namespace sojourn::templates::blocks {
namespace {

using definitions::Reader;

constexpr std::size_t font_bytes_max = 200;
constexpr std::size_t name_bytes_max = 200;
constexpr std::string_view safe_fonts = "Helvetica, Arial, sans-serif";

struct PaletteMember {
  std::string_view name;
  std::optional<Colour> PaletteChoice::*colour;
};
constexpr PaletteMember palette_members[] = {
    {"background", &PaletteChoice::background},
    {"surface", &PaletteChoice::surface},
    {"text", &PaletteChoice::text},
    {"muted", &PaletteChoice::muted},
    {"accent", &PaletteChoice::accent},
    {"onAccent", &PaletteChoice::on_accent},
    {"link", &PaletteChoice::link},
    {"border", &PaletteChoice::border},
};

Result<PaletteChoice> read_palette(Reader& outer, std::string_view member) {
  PaletteChoice palette;
  const Value* value = outer.find(member);
  if (value == nullptr) return palette;
  Reader reader(*value, outer.path_of(member));
  for (const PaletteMember& each : palette_members) {
    TRY(text, reader.optional_text(each.name));
    if (!text) continue;
    palette.*each.colour = parse_colour(*text);
    if (palette.*each.colour) continue;
    return reader.refuse("unknown_value", each.name, "must be a color such as \"#1c2430\"");
  }
  TRY_VOID(reader.finish());
  return palette;
}

Object write_palette(const PaletteChoice& palette) {
  Object object;
  for (const PaletteMember& each : palette_members) {
    if (palette.*each.colour) object.set(each.name, to_string(*(palette.*each.colour)));
  }
  return object;
}

/// Families as CSS has them, and nothing that could end the attribute or the style around them.
Result<std::string> read_font(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (!text) return std::string();
  const bool is_safe = text->size() <= font_bytes_max && std::ranges::all_of(*text, [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == ' ' || c == ',' || c == '-' ||
                                c == '_' || c == '\'';
                       });
  if (is_safe) return *text;
  return reader.refuse("unknown_value", member,
                       "must be font families such as \"Georgia, 'Times New Roman', serif\"");
}

Result<std::optional<int>> read_number(Reader& reader, std::string_view member, int min, int max) {
  TRY(number, reader.optional_integer(member, min, max));
  if (!number) return std::optional<int>();
  return std::optional(static_cast<int>(*number));
}

Result<Style> read_style(Reader& reader) {
  Style style;
  TRY(light, read_palette(reader, "colors"));
  style.light = light;
  TRY(dark, read_palette(reader, "dark"));
  style.dark = dark;
  TRY(font, read_font(reader, "font"));
  style.font = std::move(font);
  TRY(heading_font, read_font(reader, "headingFont"));
  style.heading_font = std::move(heading_font);
  TRY(text_size, read_number(reader, "textSize", 12, 24));
  style.text_size = text_size;
  TRY(width, read_number(reader, "width", 320, 800));
  style.width = width;
  TRY(radius, read_number(reader, "radius", 0, 40));
  style.radius = radius;
  return style;
}

Result<std::string> read_address(Reader& reader, std::string_view member) {
  TRY(text, reader.text(member));
  TRY_VOID(check_address(reader.path_of(member), text));
  return text;
}

Result<std::string> read_short(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (text && text->size() > name_bytes_max) {
    return reader.refuse("too_long", member,
                         fmt::format("is {} bytes, the limit is {}", text->size(), name_bytes_max),
                         std::to_string(name_bytes_max));
  }
  return text.value_or("");
}

Result<Logo> read_logo(const Value& value) {
  Reader reader(value, "logo");
  Logo logo;
  TRY(src, read_address(reader, "src"));
  logo.src = std::move(src);
  TRY(alt, read_short(reader, "alt"));
  logo.alt = std::move(alt);
  if (reader.find("href") != nullptr) {
    TRY(href, read_address(reader, "href"));
    logo.href = std::move(href);
  }
  TRY(width, read_number(reader, "width", 16, 800));
  logo.width = width.value_or(logo.width);
  TRY_VOID(reader.finish());
  return logo;
}

Palette palette_of(const Palette& ours, const PaletteChoice& brand, const PaletteChoice& own) {
  Palette palette = ours;
  const auto choose = [&](Colour& colour, std::optional<Colour> PaletteChoice::*member) {
    if (own.*member) {
      colour = *(own.*member);
    } else if (brand.*member) {
      colour = *(brand.*member);
    }
  };
  const auto is_chosen = [&](std::optional<Colour> PaletteChoice::*member) {
    return (own.*member).has_value() || (brand.*member).has_value();
  };
  choose(palette.background, &PaletteChoice::background);
  choose(palette.surface, &PaletteChoice::surface);
  choose(palette.text, &PaletteChoice::text);
  choose(palette.muted, &PaletteChoice::muted);
  choose(palette.accent, &PaletteChoice::accent);
  choose(palette.on_accent, &PaletteChoice::on_accent);
  choose(palette.link, &PaletteChoice::link);
  choose(palette.border, &PaletteChoice::border);
  if (!is_chosen(&PaletteChoice::text)) palette.text = letters_on(palette.surface, palette.text);
  if (!is_chosen(&PaletteChoice::muted)) {
    // It stands on the page and on the surface.
    palette.muted = readable_on(palette.surface, readable_on(palette.background, palette.muted));
  }
  if (!is_chosen(&PaletteChoice::on_accent)) {
    palette.on_accent = letters_on(palette.accent, palette.on_accent);
  }
  if (!is_chosen(&PaletteChoice::link)) {
    palette.link = readable_on(palette.surface, palette.accent);
  }
  return palette;
}

constexpr Palette our_dark{.background = {0x14, 0x18, 0x1d},
                           .surface = {0x1f, 0x25, 0x2c},
                           .text = {0xe6, 0xe9, 0xed},
                           .muted = {0xa7, 0xb0, 0xbb},
                           .accent = {0x2f, 0x56, 0xc4},
                           .on_accent = white,
                           .link = {0x8f, 0xb0, 0xff},
                           .border = {0x37, 0x40, 0x4a}};

std::string first_of(const std::string& own, const std::string& brand, std::string_view ours) {
  if (!own.empty()) return own;
  return brand.empty() ? std::string(ours) : brand;
}

}  // namespace

Result<std::vector<SocialLink>> read_social(const Value::List& list, const std::string& path) {
  if (list.size() > links_max) {
    return failure(
        {.code = "too_many",
         .message = fmt::format("{} has {} links, the limit is {}", path, list.size(), links_max),
         .field = path,
         .value = std::to_string(list.size()),
         .limit = std::to_string(links_max)});
  }
  std::vector<SocialLink> links;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Reader reader(list[i], fmt::format("{}[{}]", path, i));
    TRY_VOID(reader.require("network"));
    TRY(network, read_short(reader, "network"));
    TRY(href, read_address(reader, "href"));
    TRY_VOID(reader.finish());
    links.push_back({std::move(network), std::move(href)});
  }
  return links;
}

Result<Brand> read_brand(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  Brand brand;
  TRY(key, reader.key("key"));
  brand.key = std::move(key);
  TRY(name, read_short(reader, "name"));
  brand.name = name.empty() ? brand.key : std::move(name);
  TRY(style, read_style(reader));
  brand.style = std::move(style);
  if (const Value* found = reader.find("logo")) {
    TRY(logo, read_logo(*found));
    brand.logo = std::move(logo);
  }
  TRY(list, reader.optional_list("social"));
  TRY(social, read_social(*list, "social"));
  brand.social = std::move(social);
  TRY(address, reader.optional_text("address"));
  brand.address = address.value_or("");
  if (brand.address.size() > fallback_bytes_max) {
    return reader.refuse(
        "too_long", "address",
        fmt::format("is {} bytes, the limit is {}", brand.address.size(), fallback_bytes_max),
        std::to_string(fallback_bytes_max));
  }
  TRY_VOID(reader.finish());
  return brand;
}

Result<Theme> read_theme(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Theme theme;
  if (reader.find("brand") != nullptr) {
    TRY(brand, reader.key("brand"));
    theme.brand = std::move(brand);
  }
  TRY(style, read_style(reader));
  theme.style = std::move(style);
  TRY_VOID(reader.finish());
  return theme;
}

Object write_theme(const Theme& theme) {
  Object object;
  const Style& style = theme.style;
  if (!theme.brand.empty()) object.set("brand", theme.brand);
  if (Object light = write_palette(style.light); !light.empty()) {
    object.set("colors", std::move(light));
  }
  if (Object dark = write_palette(style.dark); !dark.empty()) object.set("dark", std::move(dark));
  if (!style.font.empty()) object.set("font", style.font);
  if (!style.heading_font.empty()) object.set("headingFont", style.heading_font);
  if (style.text_size) object.set("textSize", *style.text_size);
  if (style.width) object.set("width", *style.width);
  if (style.radius) object.set("radius", *style.radius);
  return object;
}

Look look_of(const Style& brand, const Style& own) {
  Look look;
  look.light = palette_of(Palette(), brand.light, own.light);
  Palette dark = our_dark;
  // The accent is the brand in both.
  dark.accent = look.light.accent;
  dark.on_accent = look.light.on_accent;
  look.dark = palette_of(dark, brand.dark, own.dark);
  look.font = first_of(own.font, brand.font, safe_fonts);
  look.heading_font = first_of(own.heading_font, brand.heading_font, look.font);
  look.text_size = own.text_size.value_or(brand.text_size.value_or(look.text_size));
  look.width = own.width.value_or(brand.width.value_or(look.width));
  look.radius = own.radius.value_or(brand.radius.value_or(look.radius));
  return look;
}

}  // namespace sojourn::templates::blocks
