#include "domain/assets/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/assets/picture_parts.h"

namespace sojourn::assets {
namespace {

using namespace std::string_view_literals;

struct Facts {
  PictureType type;
  std::string_view ending;
  std::string_view media_type;
};
constexpr std::array facts{
    Facts{PictureType::png, "png", "image/png"},
    Facts{PictureType::jpeg, "jpg", "image/jpeg"},
    Facts{PictureType::gif, "gif", "image/gif"},
    Facts{PictureType::webp, "webp", "image/webp"},
};

const Facts& facts_of(PictureType type) {
  return *std::ranges::find(facts, type, &Facts::type);
}

}  // namespace

std::string_view ending_of(PictureType type) {
  return facts_of(type).ending;
}

std::string_view media_type_of(PictureType type) {
  return facts_of(type).media_type;
}

std::optional<PictureType> type_of_ending(std::string_view ending) {
  const auto* const found = std::ranges::find(facts, ending, &Facts::ending);
  if (found == facts.end()) return std::nullopt;
  return found->type;
}

std::optional<PictureType> type_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return PictureType::png;
  if (bytes.starts_with("\xff\xd8\xff"sv)) return PictureType::jpeg;
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return PictureType::gif;
  const bool is_webp =
      bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv;
  if (is_webp) return PictureType::webp;
  return std::nullopt;
}

std::string to_string(const PictureId& id) {
  return to_hex(id.hash.view());
}

std::optional<PictureId> parse_picture_id(std::string_view text) {
  const std::optional<std::string> bytes = from_hex(text);
  if (!bytes || to_lower_ascii(text) != text) return std::nullopt;
  const std::optional<Hash128> hash = Hash128::from_bytes(*bytes);
  if (!hash) return std::nullopt;
  return PictureId{*hash};
}

PictureId CleanPicture::id() const {
  const std::array<std::uint8_t, 32> digest = sha256(bytes);
  PictureId id;
  std::copy_n(digest.begin(), id.hash.bytes.size(), id.hash.bytes.begin());
  return id;
}

Result<CleanPicture> clean_picture(std::string_view bytes) {
  if (bytes.empty()) {
    return failure({.code = "picture_missing",
                    .message = "the body must be the bytes of a picture",
                    .field = "picture"});
  }
  if (bytes.size() > picture_bytes_max) {
    return failure({.code = "picture_too_heavy",
                    .message = fmt::format("the picture is {} bytes, the limit is {}", bytes.size(),
                                           picture_bytes_max),
                    .field = "picture",
                    .value = std::to_string(bytes.size()),
                    .limit = std::to_string(picture_bytes_max)});
  }
  const std::optional<PictureType> type = type_of(bytes);
  if (!type) {
    return unsupported_picture("the file is no PNG, JPEG, GIF or WebP", "");
  }
  switch (*type) {
    case PictureType::png:
      return clean_png(bytes);
    case PictureType::jpeg:
      return clean_jpeg(bytes);
    case PictureType::gif:
      return clean_gif(bytes);
    case PictureType::webp:
      return clean_webp(bytes);
  }
  return picture_damaged("is of no type");
}

}  // namespace sojourn::assets
