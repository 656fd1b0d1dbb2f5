// WebP (RFC 9649): chunks in a RIFF container.
#include <webp/decode.h>

#include "domain/assets/picture_parts.h"

namespace sojourn::assets {
namespace {

constexpr std::size_t container_bytes = 12;
// Of the first byte of VP8X: what else the container holds.
constexpr unsigned has_xmp = 0x04;
constexpr unsigned has_exif = 0x08;
constexpr unsigned has_profile = 0x20;

class WebpCleaner {
 public:
  explicit WebpCleaner(std::string_view bytes) : bytes_(bytes), reader_(bytes) {}

  Result<CleanPicture> clean() {
    picture_.type = PictureType::webp;
    TRY(head, reader_.take(container_bytes));
    std::size_t left = number_little(head.substr(4, 4));
    if (left < 4 || left - 4 > reader_.left()) return picture_damaged("ends before its end");
    left -= 4;
    while (left >= 8) {
      const std::size_t begin = reader_.place();
      TRY(chunk, reader_.take(8));
      const std::size_t content_bytes = number_little(chunk.substr(4));
      TRY(content, reader_.take(content_bytes));
      // A byte fills up to an even length.
      if (content_bytes % 2 == 1) TRY_VOID(reader_.take(1));
      const std::size_t whole = reader_.place() - begin;
      if (whole > left) return picture_damaged("ends before its end");
      left -= whole;
      TRY_VOID(take_chunk(chunk.substr(0, 4), content, bytes_.substr(begin, whole)));
    }
    return finish();
  }

 private:
  Result<void> take_chunk(std::string_view name, std::string_view content, std::string_view whole) {
    if (name == "ANIM" || name == "ANMF") {
      return unsupported_picture("an animation must be a GIF: hardly a mail program plays a WebP",
                                 "image/webp");
    }
    if (name == "VP8X") {
      if (has_extension_ || content.size() != 10 || !parts_.empty()) {
        return picture_damaged("has a header of another form");
      }
      has_extension_ = true;
    } else if (name == "ICCP") {
      const bool is_wanted = has_extension_ && picture_.colour_profile.empty() &&
                             content.size() <= colour_profile_bytes_max;
      if (!is_wanted) return {};
      picture_.colour_profile = content;
    } else if (name != "ALPH" && name != "VP8 " && name != "VP8L") {
      return {};
    }
    parts_ += whole;
    return {};
  }

  Result<CleanPicture> finish() {
    if (has_extension_) {
      // Behind the name and the length of VP8X.
      constexpr std::size_t flags_place = 8;
      unsigned flags = static_cast<std::uint8_t>(parts_[flags_place]);
      flags &= ~(has_xmp | has_exif | has_profile);
      if (!picture_.colour_profile.empty()) flags |= has_profile;
      parts_[flags_place] = static_cast<char>(flags);
    }
    picture_.bytes = "RIFF";
    append_little(picture_.bytes, static_cast<std::uint32_t>(4 + parts_.size()), 4);
    picture_.bytes += "WEBP" + parts_;
    WebPBitstreamFeatures features;
    const VP8StatusCode answer =
        WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(picture_.bytes.data()),
                        picture_.bytes.size(), &features);
    if (answer != VP8_STATUS_OK) return picture_damaged("has a header that cannot be read");
    picture_.extent = {features.width, features.height};
    TRY_VOID(check_extent(picture_.extent));
    return std::move(picture_);
  }

  const std::string_view bytes_;
  ByteReader reader_;
  CleanPicture picture_;
  /// Those that show.
  std::string parts_;
  /// The first part is VP8X, which says what others there are.
  bool has_extension_ = false;
};

}  // namespace

Result<CleanPicture> clean_webp(std::string_view bytes) {
  return WebpCleaner(bytes).clean();
}

}  // namespace sojourn::assets
