// GIF89a: a screen, then blocks, each of which says what it is.
#include "domain/assets/picture_parts.h"

namespace sojourn::assets {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t extension_block = 0x21;
constexpr std::uint8_t image_block = 0x2c;
constexpr std::uint8_t trailer = 0x3b;
constexpr std::uint8_t graphic_control = 0xf9;
constexpr std::uint8_t application = 0xff;

/// In bytes, of the flags that stand before a table.
std::size_t colour_table_bytes(std::uint8_t flags) {
  const bool has_table = (flags & 0x80) != 0;
  return has_table ? std::size_t{3} << ((flags & 7) + 1) : 0;
}

/// Passes over pieces of up to 255 bytes, to the empty one that ends them.
Result<void> take_pieces(ByteReader& reader) {
  while (true) {
    TRY(size, reader.take_byte());
    if (size == 0) return {};
    TRY_VOID(reader.take(size));
  }
}

class GifCleaner {
 public:
  explicit GifCleaner(std::string_view bytes) : bytes_(bytes), reader_(bytes) {}

  Result<CleanPicture> clean() {
    TRY(screen, reader_.take(13));
    picture_.type = PictureType::gif;
    picture_.extent = {static_cast<int>(number_little(screen.substr(6, 2))),
                       static_cast<int>(number_little(screen.substr(8, 2)))};
    TRY_VOID(check_extent(picture_.extent));
    TRY_VOID(reader_.take(colour_table_bytes(static_cast<std::uint8_t>(screen[10]))));
    picture_.bytes = bytes_.substr(0, reader_.place());
    // Some programs leave the trailer out.
    while (reader_.left() > 0) {
      const std::size_t begin = reader_.place();
      TRY(kind, reader_.take_byte());
      if (kind == trailer) break;
      if (kind == extension_block) {
        TRY(shows, take_extension());
        if (!shows) continue;
      } else if (kind == image_block) {
        TRY_VOID(take_image());
      } else {
        return picture_damaged("holds a block that no GIF has");
      }
      picture_.bytes += bytes_.substr(begin, reader_.place() - begin);
    }
    if (frames_ == 0) return picture_damaged("holds no image");
    picture_.bytes += static_cast<char>(trailer);
    picture_.is_animated = frames_ > 1;
    return std::move(picture_);
  }

 private:
  /// Whether it shows: timing and transparency, and how often an animation repeats.
  Result<bool> take_extension() {
    TRY(label, reader_.take_byte());
    const std::string_view name = reader_.peek(12);
    TRY_VOID(take_pieces(reader_));
    const bool repeats = name == "\x0bNETSCAPE2.0"sv || name ==
                                                            "\x0b"
                                                            "ANIMEXTS1.0"sv;
    return label == graphic_control || (label == application && repeats);
  }

  Result<void> take_image() {
    TRY(head, reader_.take(9));
    const auto number_at = [&](std::size_t place) {
      return static_cast<int>(number_little(head.substr(place, 2)));
    };
    const bool is_inside = number_at(0) + number_at(4) <= picture_.extent.width &&
                           number_at(2) + number_at(6) <= picture_.extent.height;
    if (!is_inside) return picture_damaged("holds a frame that is larger than it");
    if (++frames_ > picture_frames_max) {
      return failure({.code = "picture_too_large",
                      .message = "the animation has more than " +
                                 std::to_string(picture_frames_max) + " frames",
                      .field = "picture",
                      .limit = std::to_string(picture_frames_max)});
    }
    TRY_VOID(reader_.take(colour_table_bytes(static_cast<std::uint8_t>(head[8]))));
    TRY(code_bits, reader_.take_byte());
    if (code_bits < 2 || code_bits > 8) return picture_damaged("holds an image of no known codes");
    return take_pieces(reader_);
  }

  const std::string_view bytes_;
  ByteReader reader_;
  CleanPicture picture_;
  int frames_ = 0;
};

}  // namespace

Result<CleanPicture> clean_gif(std::string_view bytes) {
  return GifCleaner(bytes).clean();
}

}  // namespace sojourn::assets
