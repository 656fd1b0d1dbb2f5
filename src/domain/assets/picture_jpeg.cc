// JPEG (ITU-T T.81) in JFIF or Exif: segments with a marker and a length, and coded data between.
#include <turbojpeg.h>

#include <memory>
#include <optional>

#include "domain/assets/picture_parts.h"

namespace sojourn::assets {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t start_of_image = 0xd8;
constexpr std::uint8_t end_of_image = 0xd9;
constexpr std::uint8_t start_of_scan = 0xda;
constexpr std::uint8_t app0 = 0xe0;
constexpr std::uint8_t app1 = 0xe1;
constexpr std::uint8_t app2 = 0xe2;
constexpr std::uint8_t app14 = 0xee;
constexpr std::uint8_t app15 = 0xef;
constexpr std::uint8_t comment = 0xfe;
constexpr std::uint8_t restart_first = 0xd0;
constexpr std::uint8_t restart_last = 0xd7;
constexpr std::string_view profile_head = "ICC_PROFILE\0\x01\x01"sv;

/// How the camera was held (Exif 2.32, section 4.6.5, tag 0x0112): 1 is upright, others up to 8.
int orientation_of(std::string_view exif) {
  constexpr std::uint32_t orientation_tag = 0x0112;
  constexpr std::size_t entry_bytes = 12;
  const std::string_view tiff = exif.substr(6);
  const bool is_big = tiff.starts_with("MM");
  const auto number_at = [&](std::size_t place, std::size_t bytes) -> std::optional<std::uint32_t> {
    if (place > tiff.size() || tiff.size() - place < bytes) return std::nullopt;
    const std::string_view number = tiff.substr(place, bytes);
    return is_big ? number_big(number) : number_little(number);
  };
  const std::optional<std::uint32_t> directory = number_at(4, 4);
  if (!directory) return 1;
  const std::uint32_t entries = number_at(*directory, 2).value_or(0);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = *directory + 2 + i * entry_bytes;
    if (number_at(entry, 2) != orientation_tag) continue;
    const std::uint32_t orientation = number_at(entry + 8, 2).value_or(1);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  }
  return 1;
}

struct Cleaned {
  CleanPicture picture;
  int orientation = 1;
};

class JpegCleaner {
 public:
  explicit JpegCleaner(std::string_view bytes) : reader_(bytes) {}

  Result<Cleaned> clean() {
    cleaned_.picture.type = PictureType::jpeg;
    TRY_VOID(reader_.take(2));
    while (true) {
      TRY(marker, take_marker());
      if (marker == end_of_image) break;
      TRY_VOID(take_segment(marker));
      if (marker == start_of_scan) take_coded();
    }
    if (!has_scan_) return picture_damaged("holds no pixels");
    CleanPicture& picture = cleaned_.picture;
    if (components_ == 4) picture.colour_profile.clear();
    picture.bytes = "\xff\xd8";
    picture.bytes += app0_;
    picture.bytes += jpeg_profile_segment(picture.colour_profile);
    picture.bytes += app14_ + rest_ + "\xff\xd9";
    return std::move(cleaned_);
  }

 private:
  /// Any number of 0xff may stand before one (B.1.1.2).
  Result<std::uint8_t> take_marker() {
    TRY(first, reader_.take_byte());
    if (first != 0xff) return picture_damaged("holds bytes where a marker must stand");
    std::uint8_t marker = first;
    while (marker == 0xff) {
      TRY(next, reader_.take_byte());
      marker = next;
    }
    const bool is_bare = marker == 0x00 || marker == 0x01 || marker == start_of_image ||
                         (marker >= restart_first && marker <= restart_last);
    if (is_bare) return picture_damaged("holds a marker where none may stand");
    return marker;
  }

  Result<void> take_segment(std::uint8_t marker) {
    TRY(length, reader_.take(2));
    const std::uint32_t bytes = number_big(length);
    if (bytes < 2) return picture_damaged("holds a segment of no length");
    TRY(content, reader_.take(bytes - 2));
    const bool is_frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (is_frame) TRY_VOID(take_frame(marker, content));
    if (marker == start_of_scan) {
      if (components_ == 0) return picture_damaged("has pixels before their header");
      has_scan_ = true;
    }
    if ((marker >= app0 && marker <= app15) || marker == comment) {
      take_application(marker, content);
      return {};
    }
    rest_ += {'\xff', static_cast<char>(marker)};
    rest_ += length;
    rest_ += content;
    return {};
  }

  /// Baseline, extended and progressive, by Huffman codes, are what everybody reads.
  Result<void> take_frame(std::uint8_t marker, std::string_view content) {
    if (marker > 0xc2) {
      return unsupported_picture("this kind of JPEG (arithmetic or lossless) is hardly read",
                                 "image/jpeg");
    }
    if (components_ != 0 || content.size() < 6) return picture_damaged("has no single header");
    if (content.front() != 8) {
      return unsupported_picture("a JPEG must have 8 bits a channel", "image/jpeg");
    }
    const Extent extent{static_cast<int>(number_big(content.substr(3, 2))),
                        static_cast<int>(number_big(content.substr(1, 2)))};
    TRY_VOID(check_extent(extent));
    components_ = static_cast<std::uint8_t>(content[5]);
    if (components_ != 1 && components_ != 3 && components_ != 4) {
      return picture_damaged("has no colours that are known");
    }
    cleaned_.picture.extent = extent;
    return {};
  }

  void take_application(std::uint8_t marker, std::string_view content) {
    if (marker == app0 && content.starts_with("JFIF\0"sv) && content.size() >= 14 &&
        app0_.empty()) {
      // Without the thumbnail that may follow.
      app0_ = "\xff\xe0\0\x10"sv;
      app0_ += content.substr(0, 12);
      app0_ += "\0\0"sv;
    } else if (marker == app14 && content.starts_with("Adobe"sv) && content.size() == 12) {
      // Says how the colours are coded.
      app14_ = "\xff\xee\0\x0e"sv;
      app14_ += content;
    } else if (marker == app1 && content.starts_with("Exif\0\0"sv)) {
      cleaned_.orientation = orientation_of(content);
    } else if (marker == app2 && content.starts_with(profile_head) &&
               content.size() - profile_head.size() <= colour_profile_bytes_max) {
      cleaned_.picture.colour_profile = content.substr(profile_head.size());
    }
  }

  /// To the next marker that is none of a restart. Where there is none, take_marker() says so.
  void take_coded() {
    const std::string_view left = reader_.peek(reader_.left());
    std::size_t end = 0;
    while (true) {
      end = left.find('\xff', end);
      if (end == std::string_view::npos || end + 1 >= left.size()) {
        end = left.size();
        break;
      }
      const auto next = static_cast<std::uint8_t>(left[end + 1]);
      const bool goes_on = next == 0 || (next >= restart_first && next <= restart_last);
      if (!goes_on) break;
      end += 2;
    }
    rest_ += left.substr(0, end);
    (void)reader_.take(end);
  }

  ByteReader reader_;
  Cleaned cleaned_;
  int components_ = 0;
  bool has_scan_ = false;
  std::string app0_;
  std::string app14_;
  std::string rest_;
};

struct EndTransform {
  void operator()(void* handle) const { tjDestroy(handle); }
};
struct FreeBytes {
  void operator()(unsigned char* bytes) const { tjFree(bytes); }
};

/// Turned without coding the pixels anew. Where the sides are no multiple of the blocks that they
/// are coded in (8 or 16 pixels), what is over is cut off at one edge.
Result<CleanPicture> upright(const Cleaned& turned) {
  constexpr int operations[] = {TJXOP_NONE,   TJXOP_NONE,       TJXOP_HFLIP,
                                TJXOP_ROT180, TJXOP_VFLIP,      TJXOP_TRANSPOSE,
                                TJXOP_ROT90,  TJXOP_TRANSVERSE, TJXOP_ROT270};
  const std::unique_ptr<void, EndTransform> handle(tjInitTransform());
  if (handle == nullptr) return picture_damaged("cannot be turned");
  tjtransform transform{};
  transform.op = operations[turned.orientation];
  transform.options = TJXOPT_TRIM | TJXOPT_COPYNONE;
  unsigned char* written = nullptr;
  unsigned long size = 0;
  const std::string& bytes = turned.picture.bytes;
  const int answer = tjTransform(handle.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                                 bytes.size(), 1, &written, &size, &transform, TJFLAG_LIMITSCANS);
  const std::unique_ptr<unsigned char, FreeBytes> owned(written);
  if (answer != 0 || written == nullptr) return picture_damaged("cannot be turned upright");
  TRY(again, JpegCleaner({reinterpret_cast<const char*>(written), size}).clean());
  if (turned.picture.colour_profile.empty()) return std::move(again.picture);
  // Cleaned once more, where the profile has its place.
  std::string with_profile = "\xff\xd8" + jpeg_profile_segment(turned.picture.colour_profile);
  with_profile += std::string_view(again.picture.bytes).substr(2);
  TRY(whole, JpegCleaner(with_profile).clean());
  return std::move(whole.picture);
}

}  // namespace

std::string jpeg_profile_segment(std::string_view profile) {
  if (profile.empty()) return {};
  const std::size_t length = 2 + profile_head.size() + profile.size();
  std::string segment = "\xff\xe2";
  segment += {static_cast<char>(length >> 8), static_cast<char>(length & 0xff)};
  segment += profile_head;
  segment += profile;
  return segment;
}

Result<CleanPicture> clean_jpeg(std::string_view bytes) {
  TRY(cleaned, JpegCleaner(bytes).clean());
  if (cleaned.orientation == 1) return std::move(cleaned.picture);
  return upright(cleaned);
}

}  // namespace sojourn::assets
