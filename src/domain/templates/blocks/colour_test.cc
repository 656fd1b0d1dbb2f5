#include "domain/templates/blocks/colour.h"

#include <gtest/gtest.h>

#include "domain/templates/blocks/brand.h"

namespace sojourn::templates::blocks {
namespace {

TEST(Colour, IsReadInBothFormsAndInNoOther) {
  EXPECT_EQ(parse_colour("#1c2430"), (Colour{0x1c, 0x24, 0x30}));
  EXPECT_EQ(parse_colour("#FA0"), (Colour{0xff, 0xaa, 0x00}));
  for (const char* text : {"", "#", "#12", "#12345", "#1234567", "red", "#gggggg", "123456"}) {
    EXPECT_FALSE(parse_colour(text).has_value()) << text;
  }
  EXPECT_EQ(to_string(Colour{0x1c, 0x24, 0x30}), "#1c2430");
}

TEST(Contrast, IsThatOfWcag) {
  EXPECT_NEAR(contrast(white, black), 21, 0.001);
  EXPECT_NEAR(contrast(black, white), 21, 0.001);
  EXPECT_DOUBLE_EQ(contrast(white, white), 1);
  // The grey that is known as the lightest one that can be read on white.
  EXPECT_NEAR(contrast(*parse_colour("#767676"), white), 4.54, 0.01);
  EXPECT_LT(contrast(*parse_colour("#777777"), white), readable_contrast);
}

TEST(ReadableOn, KeepsWhatCanBeReadAndMendsTheRest) {
  EXPECT_EQ(readable_on(white, Colour{0x1c, 0x24, 0x30}), (Colour{0x1c, 0x24, 0x30}));
  for (int background = 0; background < 256; ++background) {
    const auto level = static_cast<std::uint8_t>(background);
    for (const Colour wanted : {Colour{0xff, 0x00, 0x00}, Colour{0x88, 0x88, 0x88}, white}) {
      const Colour ground{level, level, level};
      EXPECT_GE(contrast(readable_on(ground, wanted), ground), readable_contrast) << background;
      EXPECT_GE(contrast(letters_on(ground, wanted), ground), readable_contrast) << background;
    }
  }
}

TEST(Look, TakesTheDocumentBeforeTheBrandBeforeOurs) {
  Style brand;
  brand.light.accent = Colour{0x8a, 0x3b, 0x2e};
  brand.width = 640;
  brand.font = "Georgia";
  Style own;
  own.width = 500;
  const Look look = look_of(brand, own);
  EXPECT_EQ(look.width, 500);
  EXPECT_EQ(look.font, "Georgia");
  EXPECT_EQ(look.heading_font, "Georgia");
  EXPECT_EQ(look.light.accent, (Colour{0x8a, 0x3b, 0x2e}));
  EXPECT_EQ(look.dark.accent, look.light.accent);
  EXPECT_EQ(look.radius, Look().radius);
  // The dark accent is too dark for links on the dark surface.
  EXPECT_GE(contrast(look.dark.link, look.dark.surface), readable_contrast);
  EXPECT_GE(contrast(look.light.link, look.light.surface), readable_contrast);
}

TEST(Look, LettersOnALightAccentAreDark) {
  Style brand;
  brand.light.accent = Colour{0xff, 0xdd, 0x00};
  const Look look = look_of(brand, Style());
  EXPECT_GE(contrast(look.light.on_accent, look.light.accent), readable_contrast);
}

}  // namespace
}  // namespace sojourn::templates::blocks
