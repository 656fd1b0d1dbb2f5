#include "base/bytes.h"

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
  // Most numbers are small. After a failure there is nothing left.
  if (!rest_.empty() && (rest_.front() & 0x80) == 0) {
    const auto small = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return small;
  }
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = u8();
    // The tenth byte has room for one bit; more would be cut off silently.
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return ok_ ? value : 0;
  }
  fail();
  return 0;
}

std::int64_t ByteReader::signed_number() {
  const std::uint64_t bits = unsigned_number();
  return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
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
