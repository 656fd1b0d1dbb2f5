#include "base/bytes.h"

#include <algorithm>
#include <bit>

namespace sojourn {

static_assert(std::endian::native == std::endian::little, "real() writes the machine's bytes");

void ByteWriter::unsigned_number(std::uint64_t value) {
  if (value < 0x80) {
    bytes_.push_back(static_cast<char>(value));
    return;
  }
  char raw[10];
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) raw[size++] = static_cast<char>(value | 0x80);
  raw[size++] = static_cast<char>(value);
  bytes_.append(raw, size);
}

void ByteWriter::signed_number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  unsigned_number((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void ByteWriter::real(double value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes_.append(raw, sizeof value);
}

void ByteWriter::string(std::string_view text) {
  unsigned_number(text.size());
  bytes_.append(text);
}

void ByteReader::fail() {
  ok_ = false;
  rest_ = {};
}

std::string_view ByteReader::take(std::size_t size) {
  if (!ok_ || size > rest_.size()) {
    fail();
    return {};
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t ByteReader::u8() {
  const std::string_view byte = take(1);
  return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
}

std::uint64_t ByteReader::unsigned_number() {
  // After a failure there is nothing left, and so this fails again.
  constexpr std::size_t size_max = 10;
  const std::size_t size = std::min(rest_.size(), size_max);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<std::uint8_t>(rest_[i]);
    // The tenth byte has room for one bit; more would be cut off silently.
    if (i + 1 == size_max && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    rest_.remove_prefix(i + 1);
    return value;
  }
  fail();
  return 0;
}

std::int64_t ByteReader::signed_number() {
  const std::uint64_t bits = unsigned_number();
  return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
}

void ByteReader::skip_numbers(std::size_t count) {
  std::size_t size = 0;
  while (count > 0 && size < rest_.size()) {
    if ((static_cast<std::uint8_t>(rest_[size++]) & 0x80) == 0) --count;
  }
  rest_.remove_prefix(size);
  if (count > 0) fail();
}

double ByteReader::real() {
  const std::string_view raw = take(sizeof(double));
  double value = 0;
  if (ok_) std::memcpy(&value, raw.data(), sizeof value);
  return value;
}

std::string_view ByteReader::string() {
  return take(unsigned_number());
}

Hash128 ByteReader::hash() {
  Hash128 hash;
  const std::string_view raw = take(hash.bytes.size());
  if (ok_) std::memcpy(hash.bytes.data(), raw.data(), raw.size());
  return hash;
}

std::size_t ByteReader::count() {
  const std::uint64_t count = unsigned_number();
  if (count <= rest_.size()) return count;
  fail();
  return 0;
}

std::int64_t subtract_wrapping(std::int64_t number, std::int64_t base) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(number) -
                                   static_cast<std::uint64_t>(base));
}

std::int64_t add_wrapping(std::int64_t base, std::int64_t difference) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) +
                                   static_cast<std::uint64_t>(difference));
}

}  // namespace sojourn
