#pragma once

/// A set of contacts as one bit for each ordinal: the answer of a scan.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ensure.h"

namespace sojourn::audience {

/// A contact's number in the index: dense, from 0; that of a removed contact is given again.
using Ordinal = std::uint32_t;

class Bits {
 public:
  static constexpr std::size_t word_bits = 64;

  Bits() = default;
  explicit Bits(std::size_t size)
      : size_(size), words_((size + word_bits - 1) / word_bits, std::uint64_t{0}) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return words_.capacity() * sizeof(std::uint64_t); }
  /// The last word's bits beyond size() are 0.
  [[nodiscard]] std::vector<std::uint64_t>& words() { return words_; }
  [[nodiscard]] const std::vector<std::uint64_t>& words() const { return words_; }

  [[nodiscard]] bool test(std::size_t i) const {
    return ((words_[i / word_bits] >> (i % word_bits)) & 1) != 0;
  }
  void set(std::size_t i) { words_[i / word_bits] |= std::uint64_t{1} << (i % word_bits); }
  void clear(std::size_t i) { words_[i / word_bits] &= ~(std::uint64_t{1} << (i % word_bits)); }
  void assign(std::size_t i, bool value) { value ? set(i) : clear(i); }
  /// New bits are 0.
  void resize(std::size_t size) {
    ENSURE(size >= size_);
    size_ = size;
    words_.resize((size + word_bits - 1) / word_bits, 0);
  }

  // `other` has the same size.
  void intersect(const Bits& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  }
  void unite(const Bits& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  /// Keeps those of `whole` that are not here.
  void complement_in(const Bits& whole) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] = whole.words_[i] & ~words_[i];
  }
  [[nodiscard]] std::uint64_t count() const {
    std::uint64_t total = 0;
    for (const std::uint64_t word : words_) {
      total += static_cast<std::uint64_t>(__builtin_popcountll(word));
    }
    return total;
  }
  /// Calls `visit` with each member, ascending.
  template <typename Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(
            static_cast<Ordinal>(i * word_bits + static_cast<std::size_t>(__builtin_ctzll(word))));
      }
    }
  }

 private:
  std::size_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace sojourn::audience
