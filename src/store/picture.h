#pragma once

/// What the store keeps of a picture.

#include <cstdint>

#include "base/time.h"
#include "domain/assets/picture.h"

namespace sojourn::store {

struct PictureRecord {
  assets::PictureId id;
  assets::PictureType type = assets::PictureType::png;    ///< as it was uploaded
  assets::PictureType served = assets::PictureType::png;  ///< in which form messages get it
  assets::Extent extent;
  bool is_animated = false;
  std::uint64_t bytes = 0;  ///< as it was uploaded, without what does not show
  Timestamp created_at;
  bool is_claimed = false;  ///< a definition names it, or has
  friend bool operator==(const PictureRecord&, const PictureRecord&) = default;
};

}  // namespace sojourn::store
