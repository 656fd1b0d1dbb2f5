#pragma once

/// How the messages of a workspace look, and who they are from: a definition that documents share.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/templates/blocks/colour.h"

namespace sojourn::templates::blocks {

/// The brand that documents use which name none.
inline constexpr std::string_view default_brand = "default";

/// Any may be absent.
struct PaletteChoice {
  std::optional<Colour> background = {};
  std::optional<Colour> surface = {};
  std::optional<Colour> text = {};
  std::optional<Colour> muted = {};
  std::optional<Colour> accent = {};
  std::optional<Colour> on_accent = {};
  std::optional<Colour> link = {};
  std::optional<Colour> border = {};
  friend bool operator==(const PaletteChoice&, const PaletteChoice&) = default;
};

struct Style {
  PaletteChoice light = {};
  PaletteChoice dark = {};
  /// CSS font families; empty: not chosen.
  std::string font = {};
  std::string heading_font = {};
  /// In pixels.
  std::optional<int> text_size = {};
  std::optional<int> width = {};
  std::optional<int> radius = {};
  friend bool operator==(const Style&, const Style&) = default;
};

/// What one document chooses for itself.
struct Theme {
  /// Key of a brand; empty: the default one, where there is one.
  std::string brand = {};
  Style style = {};
  friend bool operator==(const Theme&, const Theme&) = default;
};

struct SocialLink {
  /// `facebook`, `instagram`…, or any other name, which is shown as it is.
  std::string network;
  std::string href;
  friend bool operator==(const SocialLink&, const SocialLink&) = default;
};

struct Logo {
  std::string src;
  std::string alt = {};
  std::string href = {};
  int width = 160;
  friend bool operator==(const Logo&, const Logo&) = default;
};

struct Brand {
  std::string key;
  std::string name;
  Style style = {};
  std::optional<Logo> logo = {};
  std::vector<SocialLink> social = {};
  /// Postal address, for the footer; empty: that of the workspace.
  std::string address = {};
  friend bool operator==(const Brand&, const Brand&) = default;
};

/// `{kind: brand, key, name, colors, dark, font, headingFont, textSize, width, radius, logo,
/// social, address}`
[[nodiscard]] Result<Brand> read_brand(const Value& value);
/// `{brand, colors, dark, font…}`, at `path`.
[[nodiscard]] Result<Theme> read_theme(const Value& value, const std::string& path);
[[nodiscard]] Object write_theme(const Theme& theme);
/// A list of `{network, href}`.
[[nodiscard]] Result<std::vector<SocialLink>> read_social(const Value::List& list,
                                                          const std::string& path);

struct Palette {
  Colour background{0xf3, 0xf5, 0xf7};
  Colour surface = white;
  Colour text{0x1c, 0x24, 0x30};
  Colour muted{0x5b, 0x66, 0x75};
  Colour accent{0x2f, 0x56, 0xc4};
  Colour on_accent = white;
  Colour link{0x2f, 0x56, 0xc4};
  Colour border{0xdf, 0xe3, 0xe8};
};

/// Everything decided.
struct Look {
  Palette light;
  Palette dark;
  std::string font;
  std::string heading_font;
  int text_size = 16;
  int width = 600;
  int radius = 8;
};

/// A document's own choice before its brand's, and that before ours. Colours that nobody chose are
/// made readable on those that somebody did.
[[nodiscard]] Look look_of(const Style& brand, const Style& own);

}  // namespace sojourn::templates::blocks
