#pragma once

/// An asset: a picture under a key, as a definition. Messages name it `asset:KEY`.
///
/// The definition says all that a message needs to know; the bytes stand in the store, under the
/// id of the picture, and as a file beside the definition in a workspace folder.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/assets/picture.h"

namespace sojourn::assets {

inline constexpr std::size_t asset_name_bytes_max = 200;
/// Mail programs show a line of it; who listens hears it to the end.
inline constexpr std::size_t alt_bytes_max = 1'000;

struct Asset {
  std::string key;
  std::string name;
  /// What the picture shows, for those who do not see it. Absent: nobody has written it yet. Empty:
  /// it says nothing.
  std::optional<std::string> alt = {};
  PictureId picture;
  /// In which form messages get it: png, jpeg or gif.
  PictureType served = PictureType::png;
  /// Of the whole picture.
  Extent extent;

  friend bool operator==(const Asset&, const Asset&) = default;
};

/// `{kind: asset, key, name, alt, picture: ID.ENDING, width, height}`. Errors as the reader gives
/// them.
[[nodiscard]] Result<Asset> read_asset(const Value& value);
/// The same as the text of a definition file.
[[nodiscard]] std::string write_asset(const Asset& asset);

/// `asset:KEY` as messages name it; absent for anything else. The key may be of no asset.
[[nodiscard]] std::optional<std::string_view> asset_key_of(std::string_view address);

/// The narrowest width that is kept and not below `wanted`; else the widest.
[[nodiscard]] int kept_width(const Asset& asset, int wanted);
/// Where the picture is served, below `/assets`: `ID/600.jpg`.
[[nodiscard]] std::string file_of(const Asset& asset, int kept_width);

/// The keys behind each `asset:` that begins a word in the text of a definition; views of the text,
/// some maybe twice.
[[nodiscard]] std::vector<std::string_view> named_assets(std::string_view text);

}  // namespace sojourn::assets
