#include "base/signed_bytes.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace sojourn {
namespace {

Hash128 mac(std::string_view bytes) {
  return keyed_hash(HashKey{{1, 2, 3}}, {bytes});
}

std::string signed_with(std::string_view content) {
  std::string bytes(content);
  const Hash128 hash = mac(content);
  bytes += hash.view();
  return bytes;
}

TEST(SignedBytes, AreWhatStandsBeforeTheirHash) {
  const std::string bytes = signed_with("content");
  EXPECT_EQ(read_signed(bytes, mac), "content");
}

TEST(SignedBytes, AreRefusedWhereAnyBitIsAnother) {
  const std::string bytes = signed_with("content");
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string other = bytes;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(read_signed(other, mac), std::nullopt) << "bit " << bit;
  }
}

TEST(SignedBytes, HoldMoreThanTheHash) {
  EXPECT_EQ(read_signed("", mac), std::nullopt);
  EXPECT_EQ(read_signed("short", mac), std::nullopt);
  EXPECT_EQ(read_signed(signed_with(""), mac), std::nullopt);
}

}  // namespace
}  // namespace sojourn
