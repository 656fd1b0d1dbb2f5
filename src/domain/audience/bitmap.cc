#include "domain/audience/bitmap.h"

#include <roaring/roaring.h>

#include "base/ensure.h"

namespace sojourn::audience {

void Bitmap::Free::operator()(roaring_bitmap_s* bitmap) const {
  roaring_bitmap_free(bitmap);
}

Bitmap::Bitmap() : bitmap_(roaring_bitmap_create()) {
  ENSURE(bitmap_ != nullptr);
}

void Bitmap::add(Ordinal ordinal) {
  roaring_bitmap_add(bitmap_.get(), ordinal);
}

void Bitmap::remove(Ordinal ordinal) {
  roaring_bitmap_remove(bitmap_.get(), ordinal);
}

bool Bitmap::contains(Ordinal ordinal) const {
  return roaring_bitmap_contains(bitmap_.get(), ordinal);
}

std::uint64_t Bitmap::count() const {
  return roaring_bitmap_get_cardinality(bitmap_.get());
}

std::size_t Bitmap::bytes() const {
  return roaring_bitmap_size_in_bytes(bitmap_.get());
}

void Bitmap::write_to(Bits& bits) const {
  const auto set = [](std::uint32_t ordinal, void* to) {
    static_cast<Bits*>(to)->set(ordinal);
    return true;
  };
  roaring_iterate(bitmap_.get(), set, &bits);
}

std::uint64_t Bitmap::count_in_both(const Bitmap& other) const {
  return roaring_bitmap_and_cardinality(bitmap_.get(), other.bitmap_.get());
}

}  // namespace sojourn::audience
