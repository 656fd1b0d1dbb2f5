#pragma once

/// A set of ordinals that is small where its members are few: who is in a segment, on a list, above
/// a threshold. Wraps CRoaring, whose own classes stand in the global namespace.

#include <cstddef>
#include <cstdint>
#include <memory>

#include "domain/audience/bits.h"

struct roaring_bitmap_s;

namespace sojourn::audience {

class Bitmap {
 public:
  Bitmap();

  void add(Ordinal ordinal);
  void remove(Ordinal ordinal);
  [[nodiscard]] bool contains(Ordinal ordinal) const;
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] std::size_t bytes() const;

  /// Sets the members in `bits`, which is larger than every member.
  void write_to(Bits& bits) const;
  /// How many are in both.
  [[nodiscard]] std::uint64_t count_in_both(const Bitmap& other) const;

 private:
  struct Free {
    void operator()(roaring_bitmap_s* bitmap) const;
  };
  std::unique_ptr<roaring_bitmap_s, Free> bitmap_;
};

}  // namespace sojourn::audience
