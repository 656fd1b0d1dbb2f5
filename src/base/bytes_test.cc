#include "base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

namespace sojourn {
namespace {

TEST(Bytes, ReadBackWhatWasWritten) {
  EXPECT_TRUE(rc::check([](std::uint8_t small, std::uint64_t unsigned_number,
                           std::int64_t signed_number, double real, const std::string& text) {
    ByteWriter out;
    out.u8(small);
    out.unsigned_number(unsigned_number);
    out.signed_number(signed_number);
    out.real(real);
    out.string(text);
    out.hash(Hash128{{1, 2, 3}});
    const std::string bytes = out.take();
    ByteReader in(bytes);
    RC_ASSERT(in.u8() == small);
    RC_ASSERT(in.unsigned_number() == unsigned_number);
    RC_ASSERT(in.signed_number() == signed_number);
    RC_ASSERT(in.real() == real);
    RC_ASSERT(in.string() == text);
    RC_ASSERT(in.hash() == (Hash128{{1, 2, 3}}));
    RC_ASSERT(in.ok());
    RC_ASSERT(in.at_end());
  }));
}

TEST(Bytes, KeepTheEndsOfTheNumberRange) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    ByteWriter out;
    out.signed_number(number);
    out.unsigned_number(static_cast<std::uint64_t>(number));
    const std::string bytes = out.take();
    ByteReader in(bytes);
    EXPECT_EQ(in.signed_number(), number);
    EXPECT_EQ(in.unsigned_number(), static_cast<std::uint64_t>(number));
    EXPECT_TRUE(in.ok());
  }
}

TEST(Bytes, AReadBeyondTheEndFailsAndSoDoesEveryReadAfterIt) {
  ByteReader in(
      "\x05"
      "abc");
  EXPECT_EQ(in.string(), "");
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0);
  EXPECT_EQ(in.unsigned_number(), 0u);
  EXPECT_EQ(in.real(), 0);
  EXPECT_EQ(in.hash(), Hash128{});
  EXPECT_FALSE(in.ok());
}

TEST(Bytes, ANumberOfMoreThan64BitsIsMalformed) {
  const std::string largest = std::string(9, '\xff') + "\x01";
  ByteReader fits(largest);
  EXPECT_EQ(fits.unsigned_number(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(fits.ok());
  const std::string cut = std::string(9, '\xff') + "\x02";
  ByteReader too_large(cut);
  EXPECT_EQ(too_large.unsigned_number(), 0u);
  EXPECT_FALSE(too_large.ok());
  const std::string endless(20, '\xff');
  ByteReader never_ends(endless);
  EXPECT_EQ(never_ends.unsigned_number(), 0u);
  EXPECT_FALSE(never_ends.ok());
}

TEST(Bytes, ACountLargerThanWhatIsLeftIsMalformed) {
  const std::string three("\x03xyz");
  ByteReader in(three);
  EXPECT_EQ(in.count(), 3u);
  EXPECT_TRUE(in.ok());
  const std::string four("\x04xyz");
  ByteReader beyond(four);
  EXPECT_EQ(beyond.count(), 0u);
  EXPECT_FALSE(beyond.ok());
}

TEST(Bytes, AnyBytesAreReadWithoutHarm) {
  EXPECT_TRUE(rc::check([](const std::vector<char>& hostile) {
    const std::string bytes(hostile.begin(), hostile.end());
    ByteReader in(bytes);
    for (int i = 0; i < 4; ++i) {
      in.unsigned_number();
      in.string();
      in.signed_number();
      in.count();
    }
    RC_ASSERT(!in.ok() || bytes.size() >= 16);
  }));
}

TEST(Bytes, DifferencesOfAnyTwoNumbersComeBack) {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(add_wrapping(largest, 1), smallest);
  EXPECT_EQ(add_wrapping(smallest, subtract_wrapping(largest, smallest)), largest);
  EXPECT_EQ(subtract_wrapping(5, 7), -2);
}

}  // namespace
}  // namespace sojourn
