// PNG (W3C, third edition): a signature and chunks, each with its length, name and checksum.
#include <zlib.h>

#include <algorithm>
#include <array>

#include "domain/assets/picture_parts.h"

namespace sojourn::assets {
namespace {

constexpr std::size_t signature_bytes = 8;
/// What a reader needs for the pixels and their colours. All others may be left out (section 4.8).
constexpr std::array<std::string_view, 9> kept{"IHDR", "PLTE", "IDAT", "IEND", "tRNS",
                                               "gAMA", "cHRM", "sRGB", "iCCP"};

bool is_whole(std::string_view name_and_content, std::string_view checksum) {
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(name_and_content.data()),
                         static_cast<uInt>(name_and_content.size()));
  return static_cast<std::uint32_t>(sum) == number_big(checksum);
}

/// The profile of an iCCP chunk: name, 0, method 0, deflated bytes. Empty where it is too large, or
/// cannot be read.
std::string profile_of(std::string_view content) {
  const std::size_t name_end = content.find('\0');
  if (name_end == std::string_view::npos || name_end + 2 > content.size()) return {};
  const std::string_view packed = content.substr(name_end + 2);
  std::string profile(colour_profile_bytes_max, '\0');
  uLongf bytes = profile.size();
  const int answer = uncompress(reinterpret_cast<Bytef*>(profile.data()), &bytes,
                                reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (answer != Z_OK) return {};
  profile.resize(bytes);
  return profile;
}

class PngCleaner {
 public:
  explicit PngCleaner(std::string_view bytes) : bytes_(bytes), reader_(bytes) {}

  Result<CleanPicture> clean() {
    picture_.type = PictureType::png;
    TRY(signature, reader_.take(signature_bytes));
    picture_.bytes = signature;
    std::string_view name;
    while (name != "IEND") {
      const std::size_t begin = reader_.place();
      TRY(head, reader_.take(8));
      name = head.substr(4);
      TRY(content, reader_.take(number_big(head.substr(0, 4))));
      TRY(checksum, reader_.take(4));
      const bool is_first = begin == signature_bytes;
      if (is_first != (name == "IHDR")) return picture_damaged("does not begin with its header");
      if (std::ranges::find(kept, name) == kept.end()) {
        const bool is_critical = (name.front() & 0x20) == 0;
        if (is_critical) return picture_damaged("holds a chunk that no PNG has");
        continue;
      }
      if (!is_whole(bytes_.substr(begin + 4, 4 + content.size()), checksum)) {
        return picture_damaged("has a wrong checksum");
      }
      TRY(shows, take_chunk(name, content));
      if (shows) picture_.bytes += bytes_.substr(begin, reader_.place() - begin);
    }
    if (!has_pixels_) return picture_damaged("holds no pixels");
    return std::move(picture_);
  }

 private:
  Result<bool> take_chunk(std::string_view name, std::string_view content) {
    if (name == "IHDR") {
      if (content.size() != 13) return picture_damaged("has a header of another length");
      // Sides of 2^31 and more are none.
      const std::uint32_t width = number_big(content.substr(0, 4));
      const std::uint32_t height = number_big(content.substr(4, 4));
      if (width > INT32_MAX || height > INT32_MAX) return picture_damaged("has no pixels");
      picture_.extent = {static_cast<int>(width), static_cast<int>(height)};
      TRY_VOID(check_extent(picture_.extent));
    } else if (name == "IDAT") {
      has_pixels_ = true;
    } else if (name == "iCCP") {
      if (!picture_.colour_profile.empty()) return false;
      picture_.colour_profile = profile_of(content);
      return !picture_.colour_profile.empty();
    }
    return true;
  }

  const std::string_view bytes_;
  ByteReader reader_;
  CleanPicture picture_;
  bool has_pixels_ = false;
};

}  // namespace

Result<CleanPicture> clean_png(std::string_view bytes) {
  return PngCleaner(bytes).clean();
}

}  // namespace sojourn::assets
