#pragma once

/// Compact binary codec: LEB128 numbers, length-prefixed strings. For state rows, log blocks and
/// journals; the reader never trusts what it reads.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace sojourn {

class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  /// Unsigned LEB128.
  void unsigned_number(std::uint64_t value);
  /// Zigzag LEB128.
  void signed_number(std::int64_t value);
  /// IEEE 754, little endian.
  void real(double value);
  void string(std::string_view text);
  void hash(const Hash128& hash) { bytes_.append(hash.view()); }
  /// As they are, without their length.
  void bytes(std::string_view bytes) { bytes_.append(bytes); }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads what ByteWriter wrote. After a read beyond the end, or of a malformed number, `ok()` is
/// false and every further read gives zero or empty: check once, at the end.
class ByteReader {
 public:
  /// `bytes` must outlive the reader and the views it hands out.
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint64_t unsigned_number();
  std::int64_t signed_number();
  double real();
  std::string_view string();
  /// The next `size` bytes, of which no length was written before them.
  std::string_view bytes(std::size_t size) { return take(size); }
  Hash128 hash();
  /// As if so many numbers were read, of either sign.
  void skip_numbers(std::size_t count);
  /// A count of items of at least one byte each: larger than what is left means malformed.
  std::size_t count();

  /// For values that are well-formed bytes but mean nothing: as if the read had gone wrong.
  void fail();

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  /// What has not been read.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view take(std::size_t size);
  std::string_view rest_;
  bool ok_ = true;
};

/// Differences as codecs write and read them: what would overflow wraps around instead, so that
/// any two numbers come back.
[[nodiscard]] std::int64_t subtract_wrapping(std::int64_t number, std::int64_t base);
[[nodiscard]] std::int64_t add_wrapping(std::int64_t base, std::int64_t difference);

}  // namespace sojourn
