#include "domain/assets/asset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/definitions/yaml.h"

namespace sojourn::assets {
namespace {

Asset hero() {
  return {.key = "spring-hero",
          .name = "Spring: \"hero\"",
          .alt = "A table # set\nfor spring",
          .picture = *parse_picture_id("9f86d081884c7d659a2feaa0c55ad015"),
          .served = PictureType::jpeg,
          .extent = {4'000, 3'000}};
}

Result<Asset> read(const std::string& text) {
  TRY(document, definitions::parse_yaml(text));
  return read_asset(document.value);
}

TEST(Asset, ComesBackFromItsText) {
  Asset asset = hero();
  EXPECT_EQ(read(write_asset(asset)).value(), asset);
  asset.alt = "";
  EXPECT_EQ(read(write_asset(asset)).value(), asset);
  asset.alt.reset();
  EXPECT_EQ(read(write_asset(asset)).value(), asset);
}

TEST(Asset, OfAnotherFormIsRefused) {
  struct Case {
    std::string_view before;
    std::string_view after;
    std::string_view code;
    std::string_view field;
  };
  const std::string long_alt = "\"" + std::string(alt_bytes_max + 1, 'a') + "\"";
  const Case cases[] = {
      {"key: spring-hero", "key: Spring", "not_a_key", "key"},
      {"9f86d081884c7d659a2feaa0c55ad015.jpg", "hero.jpg", "unknown_value", "picture"},
      {"9f86d081884c7d659a2feaa0c55ad015.jpg", "9f86d081884c7d659a2feaa0c55ad015", "unknown_value",
       "picture"},
      {"9f86d081884c7d659a2feaa0c55ad015.jpg", "9f86d081884c7d659a2feaa0c55ad015.svg",
       "unknown_value", "picture"},
      {"width: 4000", "width: 16001", "out_of_range", "width"},
      {"width: 4000", "x: 1", "missing_member", "width"},
      {"height: 3000", "height: 0", "out_of_range", "height"},
      {"kind: asset\n",
       "kind: asset\nalt: "
       "LONG"
       "\n",
       "too_long", "alt"},
  };
  Asset asset = hero();
  asset.alt.reset();
  for (const Case& each : cases) {
    std::string text = write_asset(asset);
    std::string after(each.after);
    if (const std::size_t place = after.find("LONG"); place != std::string::npos) {
      after.replace(place, 4, long_alt);
    }
    const std::size_t place = text.find(each.before);
    ASSERT_NE(place, std::string::npos) << each.before;
    text.replace(place, each.before.size(), after);
    const Result<Asset> refused = read(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, each.code) << each.after;
    EXPECT_EQ(refused.error().field, each.field) << each.after;
  }
}

TEST(Asset, IsServedAsFineAsIsWanted) {
  const Asset asset = hero();
  EXPECT_EQ(kept_width(asset, 1), 320);
  EXPECT_EQ(kept_width(asset, 320), 320);
  EXPECT_EQ(kept_width(asset, 321), 600);
  EXPECT_EQ(kept_width(asset, 9'999), 1'600);
  EXPECT_EQ(file_of(asset, 600), "9f86d081884c7d659a2feaa0c55ad015/600.jpg");
}

TEST(Asset, IsNamedAsAWord) {
  EXPECT_THAT(named_assets("src: asset:hero\nalt: \"asset:hero-2\", my-asset:no asset: asset:"),
              testing::ElementsAre("hero", "hero-2"));
  EXPECT_THAT(named_assets("asset:a"), testing::ElementsAre("a"));
  EXPECT_EQ(asset_key_of("asset:hero"), "hero");
  EXPECT_FALSE(asset_key_of("https://example.com/asset:hero"));
}

}  // namespace
}  // namespace sojourn::assets
