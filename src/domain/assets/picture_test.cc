#include "domain/assets/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/encode.h>

#include "domain/assets/picture_pixels.h"
#include "domain/assets/picture_test_files.h"

namespace sojourn::assets {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

std::string code_of(const std::string& bytes) {
  const Result<CleanPicture> cleaned = clean_picture(bytes);
  return cleaned ? "" : cleaned.error().code;
}

CleanPicture cleaned(const std::string& bytes) {
  Result<CleanPicture> picture = clean_picture(bytes);
  EXPECT_TRUE(picture) << picture.error().message;
  return picture.value_or(CleanPicture());
}

std::string small_png(std::string chunks = "") {
  return png_file({.chunks = std::move(chunks), .rows = "\0\x10\x20\x30"s});
}

std::string jpeg(Extent extent) {
  return write_jpeg(plain(extent, "\x80\x40\x20\xff"), "").value();
}

std::string webp(Extent extent) {
  const Pixels pixels = plain(extent, "\x80\x40\x20\x7f");
  std::uint8_t* written = nullptr;
  const std::size_t size =
      WebPEncodeLosslessRGBA(reinterpret_cast<const std::uint8_t*>(pixels.bytes.data()),
                             extent.width, extent.height, extent.width * 4, &written);
  std::string bytes(reinterpret_cast<const char*>(written), size);
  WebPFree(written);
  return bytes;
}

std::string webp_chunk(std::string_view name, std::string_view content) {
  std::string chunk = std::string(name) + little(static_cast<std::uint32_t>(content.size()), 4) +
                      std::string(content);
  if (content.size() % 2 == 1) chunk += '\0';
  return chunk;
}

std::string extended_webp(Extent extent, std::string_view chunks, std::uint32_t flags) {
  const auto side = [](int pixels) { return little(static_cast<std::uint32_t>(pixels - 1), 3); };
  const std::string parts =
      webp_chunk("VP8X", little(flags, 4) + side(extent.width) + side(extent.height)) +
      webp(extent).substr(12) + std::string(chunks);
  return "RIFF" + little(static_cast<std::uint32_t>(4 + parts.size()), 4) + "WEBP" + parts;
}

TEST(Picture, IsToldByItsContent) {
  EXPECT_EQ(cleaned(small_png()).type, PictureType::png);
  EXPECT_EQ(cleaned(jpeg({3, 2})).type, PictureType::jpeg);
  EXPECT_EQ(cleaned(gif_file("")).type, PictureType::gif);
  EXPECT_EQ(cleaned(webp({3, 2})).type, PictureType::webp);
}

TEST(Picture, OfOtherKindsIsRefused) {
  struct Case {
    std::string_view name;
    std::string bytes;
    std::string_view code;
  };
  const Case cases[] = {
      {"nothing", "", "picture_missing"},
      {"svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
       "unsupported_picture"},
      {"html", "<!doctype html><script>alert(1)</script>", "unsupported_picture"},
      {"pdf", "%PDF-1.7", "unsupported_picture"},
      {"bmp", "BM\x36\0\0\0"s, "unsupported_picture"},
      {"sound in a RIFF", "RIFF\x24\0\0\0WAVEfmt "s, "unsupported_picture"},
      {"png without an end", small_png().substr(0, 40), "picture_damaged"},
      {"jpeg without an end", jpeg({3, 2}).substr(0, 300), "picture_damaged"},
      {"gif without a frame", gif_file("", 0), "picture_damaged"},
      {"webp without an end", webp({3, 2}).substr(0, 20), "picture_damaged"},
  };
  for (const Case& each : cases) EXPECT_EQ(code_of(each.bytes), each.code) << each.name;
}

TEST(Picture, OfTooManyBytesIsRefused) {
  std::string bytes = small_png();
  bytes.resize(picture_bytes_max);
  EXPECT_EQ(code_of(bytes), "");
  bytes += '\0';
  EXPECT_EQ(code_of(bytes), "picture_too_heavy");
}

TEST(Picture, OfTooManyPixelsIsRefusedByItsHeader) {
  const auto code_of_extent = [](int width, int height) {
    return code_of(png_file({.extent = {width, height}}));
  };
  EXPECT_EQ(code_of_extent(picture_side_max, 1), "");
  EXPECT_EQ(code_of_extent(picture_side_max + 1, 1), "picture_too_large");
  EXPECT_EQ(code_of_extent(1, picture_side_max + 1), "picture_too_large");
  EXPECT_EQ(code_of_extent(6'000, 5'000), "");
  EXPECT_EQ(code_of_extent(6'001, 5'000), "picture_too_large");
  EXPECT_EQ(code_of_extent(0, 5), "picture_damaged");
  const Result<CleanPicture> bomb = clean_picture(png_file({.extent = {15'000, 15'000}}));
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().field, "picture");
  EXPECT_EQ(bomb.error().value, "15000x15000");
  EXPECT_EQ(bomb.error().limit, "30000000");
}

TEST(Picture, StaysWhatItIsWhenItIsCleanedAgain) {
  const std::string files[] = {
      small_png(png_chunk("tEXt", "Author\0Ana"s)),
      with_segments(jpeg({33, 17}), exif_segment(6) + jpeg_segment(0xfe, "by Ana")),
      gif_file("!\xfe\x05hello\0"s),
      extended_webp({3, 2}, webp_chunk("EXIF", "II*"), 0x18),
  };
  for (const std::string& file : files) {
    const CleanPicture once = cleaned(file);
    const CleanPicture twice = cleaned(once.bytes);
    EXPECT_EQ(once.bytes, twice.bytes) << ending_of(once.type);
    EXPECT_EQ(once.extent, twice.extent);
    EXPECT_EQ(once.id(), twice.id());
  }
}

TEST(Picture, KeepsNothingThatDoesNotShow) {
  const std::string secret = "GPS 48.8584N";
  const std::string files[] = {
      small_png(png_chunk("eXIf", secret) + png_chunk("iTXt", secret)) + secret,
      with_segments(jpeg({3, 2}), exif_segment(1) + jpeg_segment(0xfe, secret) +
                                      jpeg_segment(0xed, "Photoshop " + secret)) +
          "<script>" + secret,
      gif_file("!\xfe\x0c" + secret + "\0"s + "!\xff\x0bXMP DataXMP\x0c"s + secret + "\0"s) +
          secret,
      extended_webp({3, 2}, webp_chunk("EXIF", secret) + webp_chunk("XMP ", secret), 0x1c) + secret,
  };
  for (const std::string& file : files) {
    EXPECT_THAT(file, HasSubstr(secret));
    const CleanPicture picture = cleaned(file);
    EXPECT_THAT(picture.bytes, Not(HasSubstr("GPS"))) << ending_of(picture.type);
  }
}

TEST(Picture, OfTheSameContentHasTheSameId) {
  EXPECT_EQ(cleaned(small_png()).id(), cleaned(small_png(png_chunk("tEXt", "a\0b"s))).id());
  EXPECT_NE(cleaned(jpeg({3, 2})).id(), cleaned(jpeg({2, 3})).id());
}

TEST(Picture, StandsUpright) {
  // Sides are multiples of the blocks of 16 pixels: nothing is cut off.
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const CleanPicture picture = cleaned(with_segments(jpeg({64, 32}), exif_segment(orientation)));
    const Extent expected = orientation < 5 ? Extent{64, 32} : Extent{32, 64};
    EXPECT_EQ(picture.extent, expected) << orientation;
  }
}

TEST(Picture, KeepsItsColourProfile) {
  const std::string profile(500, 'p');
  const std::string segment = jpeg_profile_segment(profile);
  EXPECT_EQ(cleaned(with_segments(jpeg({32, 16}), segment)).colour_profile, profile);
  EXPECT_EQ(cleaned(with_segments(jpeg({32, 16}), exif_segment(6) + segment)).colour_profile,
            profile);
  const auto png = [](const std::string& content) {
    return small_png(png_chunk("iCCP", "screen\0\0"s + deflated(content)));
  };
  EXPECT_EQ(cleaned(png(profile)).colour_profile, profile);
  EXPECT_EQ(cleaned(png(std::string(colour_profile_bytes_max, 'p'))).colour_profile.size(),
            colour_profile_bytes_max);
  EXPECT_EQ(cleaned(png(std::string(colour_profile_bytes_max + 1, 'p'))).colour_profile, "");
  EXPECT_THAT(cleaned(png(std::string(colour_profile_bytes_max + 1, 'p'))).bytes,
              Not(HasSubstr("iCCP")));
}

TEST(Png, WithAWrongChecksumIsDamaged) {
  std::string bytes = small_png();
  bytes[bytes.size() - 20] ^= 1;
  EXPECT_EQ(code_of(bytes), "picture_damaged");
}

TEST(Jpeg, OfAKindThatFewReadIsRefused) {
  std::string bytes = jpeg({3, 2});
  const std::size_t frame = bytes.find("\xff\xc2");
  ASSERT_NE(frame, std::string::npos);
  bytes[frame + 1] = '\xca';
  EXPECT_EQ(code_of(bytes), "unsupported_picture");
}

TEST(Gif, RepeatsAsItDid) {
  const std::string repeats = "!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"s;
  const CleanPicture picture = cleaned(gif_file(repeats, 2));
  EXPECT_TRUE(picture.is_animated);
  EXPECT_THAT(picture.bytes, HasSubstr(repeats));
  EXPECT_FALSE(cleaned(gif_file(repeats, 1)).is_animated);
}

TEST(Gif, OfTooManyFramesIsRefused) {
  EXPECT_EQ(code_of(gif_file("", picture_frames_max)), "");
  EXPECT_EQ(code_of(gif_file("", picture_frames_max + 1)), "picture_too_large");
}

TEST(Gif, WithAFrameOutsideOfItIsDamaged) {
  std::string bytes = gif_file("");
  bytes[bytes.find(',') + 5] = 2;
  EXPECT_EQ(code_of(bytes), "picture_damaged");
}

TEST(Webp, ThatMovesIsRefused) {
  EXPECT_EQ(code_of(extended_webp({3, 2}, webp_chunk("ANIM", "123456"), 2)), "unsupported_picture");
}

TEST(PictureId, IsHexadecimal) {
  const PictureId id = cleaned(small_png()).id();
  EXPECT_EQ(to_string(id).size(), 32U);
  EXPECT_EQ(parse_picture_id(to_string(id)), id);
  for (const std::string_view text :
       {"", "12", "../../../../etc/passwd", "9F86D081884C7D659A2FEAA0C55AD015"}) {
    EXPECT_FALSE(parse_picture_id(text)) << text;
  }
}

}  // namespace
}  // namespace sojourn::assets
