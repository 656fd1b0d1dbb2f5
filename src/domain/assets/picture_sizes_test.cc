#include "domain/assets/picture_sizes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <turbojpeg.h>

#include "domain/assets/picture_pixels.h"
#include "domain/assets/picture_test_files.h"

namespace sojourn::assets {
namespace {

using namespace testing;
using ::testing::ElementsAre;

Pixels pixels_of(const std::string& bytes) {
  const Result<CleanPicture> picture = clean_picture(bytes);
  EXPECT_TRUE(picture) << picture.error().message;
  Pixels pixels;
  const Result<void> read =
      read_pixels(*picture, picture_side_max,
                  {.begin = [&](Extent extent) { pixels.extent = extent; },
                   .row =
                       [&](std::span<const std::uint8_t> row) {
                         pixels.bytes.append(reinterpret_cast<const char*>(row.data()), row.size());
                       }});
  EXPECT_TRUE(read) << read.error().message;
  return pixels;
}

/// The first pixel, as #rrggbbaa.
std::string first_of(const Pixels& pixels) {
  std::string text = "#";
  for (std::size_t i = 0; i < channels; ++i) {
    text += fmt::format("{:02x}", static_cast<std::uint8_t>(pixels.bytes[i]));
  }
  return text;
}

Pixels scaled(const Pixels& pixels, Extent to) {
  AreaScaler scaler(pixels.extent, to);
  const std::size_t row_bytes = static_cast<std::size_t>(pixels.extent.width) * channels;
  std::vector<float> linear(row_bytes);
  for (std::size_t place = 0; place < pixels.bytes.size(); place += row_bytes) {
    to_linear({reinterpret_cast<const std::uint8_t*>(pixels.bytes.data()) + place, row_bytes},
              linear);
    scaler.add_row(linear);
  }
  return scaler.take();
}

std::vector<int> widths_in(const SizedPicture& sized) {
  std::vector<int> widths;
  for (const PictureSize& size : sized.sizes) widths.push_back(size.extent.width);
  return widths;
}

TEST(AreaScaler, KeepsAPictureOfTheSameSize) {
  Pixels pixels{.extent = {16, 16}};
  for (int i = 0; i < 256; ++i) {
    pixels.bytes += {static_cast<char>(i), static_cast<char>(255 - i), '\x40', '\xff'};
  }
  EXPECT_EQ(scaled(pixels, {16, 16}), pixels);
}

TEST(AreaScaler, AveragesLightAndNotNumbers) {
  // Half of the light is 188 of 255; the average of the numbers would be 128.
  const Pixels board{.extent = {2, 2},
                     .bytes = "\xff\xff\xff\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff\xff"s};
  EXPECT_EQ(first_of(scaled(board, {1, 1})), "#bcbcbcff");
}

TEST(AreaScaler, LetsNoColourOutOfWhatIsTransparent) {
  const Pixels pixels{.extent = {2, 1}, .bytes = "\xff\0\0\0\0\0\xff\xff"s};
  EXPECT_EQ(first_of(scaled(pixels, {1, 1})), "#0000ff80");
}

TEST(AreaScaler, CoversEachPixelByItsShare) {
  // Three columns, of which the middle one belongs half to each of two.
  const Pixels pixels{.extent = {3, 1}, .bytes = "\xff\xff\xff\xff\0\0\0\xff\xff\xff\xff\xff"s};
  const Pixels two = scaled(pixels, {2, 1});
  EXPECT_EQ(two.bytes.substr(0, 4), two.bytes.substr(4));
  EXPECT_EQ(first_of(two), "#d5d5d5ff");
  const Pixels plain_one = plain({97, 61}, "\x12\x34\x56\xff");
  EXPECT_EQ(scaled(plain_one, {31, 7}), plain({31, 7}, "\x12\x34\x56\xff"));
}

TEST(PictureSizes, AreThoseBelowThePictureAndItsOwn) {
  EXPECT_THAT(widths_of(PictureType::png, 5), ElementsAre(5));
  EXPECT_THAT(widths_of(PictureType::png, 600), ElementsAre(320, 600));
  EXPECT_THAT(widths_of(PictureType::jpeg, 601), ElementsAre(320, 600, 601));
  EXPECT_THAT(widths_of(PictureType::jpeg, 1'600), ElementsAre(320, 600, 800, 1200, 1600));
  EXPECT_THAT(widths_of(PictureType::jpeg, 1'601), ElementsAre(320, 600, 800, 1200, 1600));
  EXPECT_THAT(widths_of(PictureType::gif, 1'601), ElementsAre(1'601));
  EXPECT_EQ(height_at({4'000, 3'000}, 320), 240);
  EXPECT_EQ(height_at({16'000, 1}, 320), 1);
}

TEST(PictureSizes, OfAPhotoAreJpegs) {
  const std::string bytes = write_jpeg(plain({2'000, 1'000}, "\x80\x40\x20\xff"), "").value();
  const Result<SizedPicture> sized = make_sizes(clean_picture(bytes).value());
  ASSERT_TRUE(sized) << sized.error().message;
  EXPECT_EQ(sized->served, PictureType::jpeg);
  EXPECT_THAT(widths_in(*sized), ElementsAre(320, 600, 800, 1200, 1600));
  for (const PictureSize& size : sized->sizes) {
    const Pixels pixels = pixels_of(size.bytes);
    EXPECT_EQ(pixels.extent, size.extent);
    EXPECT_EQ(pixels.extent.height, pixels.extent.width / 2);
  }
}

TEST(PictureSizes, OfASmallPictureAreItself) {
  const std::string bytes = png_file({.rows = "\0\x10\x20\x30"s});
  const Result<SizedPicture> sized = make_sizes(clean_picture(bytes).value());
  ASSERT_TRUE(sized);
  ASSERT_EQ(sized->sizes.size(), 1U);
  EXPECT_EQ(sized->sizes.front().bytes, bytes);
}

TEST(PictureSizes, KeepOpacityAndProfile) {
  const std::string profile =
      "\0\0\0\x84lcms\x04\x20\0\0mntrRGB XYZ \x07\xe0\0\x01\0\x01\0\0\0\0\0\0acsp"s;
  const std::string bytes = write_png(plain({700, 10}, "\x10\x20\x30\x80"), "").value();
  const Result<SizedPicture> sized = make_sizes(clean_picture(bytes).value());
  ASSERT_TRUE(sized);
  EXPECT_EQ(sized->served, PictureType::png);
  EXPECT_EQ(first_of(pixels_of(sized->sizes.front().bytes)), "#10203080");
  const std::string photo = with_segments(
      write_jpeg(plain({700, 16}, "\x80\x80\x80\xff"), "").value(), jpeg_profile_segment(profile));
  const Result<SizedPicture> of_photo = make_sizes(clean_picture(photo).value());
  ASSERT_TRUE(of_photo);
  EXPECT_EQ(clean_picture(of_photo->sizes.front().bytes)->colour_profile, profile);
}

TEST(PicturePixels, OfEveryFormOfPngAreRead) {
  struct Case {
    std::string_view name;
    PngForm form;
    std::string_view first;
  };
  const std::string palette = png_chunk("PLTE", "\xff\0\0\0\xff\0"s);
  const Case cases[] = {
      {"gray of one bit", {.depth = 1, .colour_type = 0, .rows = "\0\x80"s}, "#ffffffff"},
      {"gray of 16 bits", {.depth = 16, .colour_type = 0, .rows = "\0\x80\x00"s}, "#808080ff"},
      {"gray with opacity", {.colour_type = 4, .rows = "\0\x40\x20"s}, "#40404020"},
      {"colours of 16 bits",
       {.depth = 16, .colour_type = 2, .rows = "\0\x10\x10\x20\x20\x30\x30"s},
       "#102030ff"},
      {"palette", {.colour_type = 3, .chunks = palette, .rows = "\0\x01"s}, "#00ff00ff"},
      {"palette with opacity",
       {.colour_type = 3, .chunks = palette + png_chunk("tRNS", "\x40"), .rows = "\0\0"s},
       "#ff000040"},
      {"interlaced",
       {.extent = {2, 2},
        .is_interlaced = true,
        .rows = "\0\x01\x02\x03\0\x04\x05\x06\0\x07\x08\x09\x0a\x0b\x0c"s},
       "#010203ff"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(first_of(pixels_of(png_file(each.form))), each.first) << each.name;
  }
}

std::string jpeg_of(std::string_view pixel, int format, int sampling) {
  std::string pixels;
  for (int i = 0; i < 64; ++i) pixels += pixel;
  tjhandle handle = tjInitCompress();
  unsigned char* written = nullptr;
  unsigned long size = 0;
  EXPECT_EQ(tjCompress2(handle, reinterpret_cast<const unsigned char*>(pixels.data()), 8, 0, 8,
                        format, &written, &size, sampling, 95, 0),
            0);
  std::string bytes(reinterpret_cast<const char*>(written), size);
  tjFree(written);
  tjDestroy(handle);
  return bytes;
}

TEST(PicturePixels, OfGrayAndPrintersJpegsAreRead) {
  EXPECT_EQ(first_of(pixels_of(jpeg_of("\x40", TJPF_GRAY, TJSAMP_GRAY))), "#404040ff");
  // 255 is no ink: none at all, and all of magenta and yellow.
  EXPECT_EQ(first_of(pixels_of(jpeg_of("\xff\xff\xff\xff", TJPF_CMYK, TJSAMP_444))), "#ffffffff");
  const std::string red = first_of(pixels_of(jpeg_of("\xff\0\0\xff"s, TJPF_CMYK, TJSAMP_444)));
  EXPECT_GT(std::stoi(red.substr(1, 2), nullptr, 16), 250) << red;
  EXPECT_LT(std::stoi(red.substr(3, 2), nullptr, 16), 5) << red;
}

TEST(PicturePixels, ThatEndTooEarlyAreDamaged) {
  const std::string png = png_file({.extent = {40, 40}, .rows = "\0\x10\x20\x30"s});
  EXPECT_EQ(make_sizes(clean_picture(png).value()).error().code, "picture_damaged");
  Pixels noise{.extent = {64, 64}};
  std::uint32_t seed = 1;
  while (noise.bytes.size() < 64 * 64 * channels) {
    seed = seed * 1'664'525 + 1'013'904'223;
    noise.bytes += static_cast<char>(seed >> 24);
  }
  std::string jpeg = write_jpeg(noise, "").value();
  // The end of the coded data is taken out, the end of the file stays.
  jpeg.erase(jpeg.size() - 300, 298);
  const Result<CleanPicture> cut = clean_picture(jpeg);
  ASSERT_TRUE(cut);
  EXPECT_EQ(make_sizes(*cut).error().code, "picture_damaged");
}

}  // namespace
}  // namespace sojourn::assets
