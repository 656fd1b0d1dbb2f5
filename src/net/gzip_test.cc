#include "net/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace sojourn::net {
namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(InflateGzip, GivesTheTextBack) {
  const std::string text(100'000, 'a');
  EXPECT_EQ(inflate_gzip(gzip(text), 1 << 20).value(), text);
  EXPECT_EQ(inflate_gzip(gzip(""), 0).value(), "");
}

TEST(InflateGzip, JoinsMembers) {
  EXPECT_EQ(inflate_gzip(gzip("one ") + gzip("two"), 100).value(), "one two");
}

TEST(InflateGzip, TakesATextAtTheLimitAndRefusesOneBeyondIt) {
  const std::string packed = gzip(std::string(50'000, 'x'));
  EXPECT_EQ(inflate_gzip(packed, 50'000).value().size(), 50'000U);
  const auto refused = inflate_gzip(packed, 49'999);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "too_large");
  EXPECT_EQ(refused.error().limit, "49999");
}

TEST(InflateGzip, RefusesAnythingElse) {
  const std::string packed = gzip("hello, hello, hello");
  std::string damaged = packed;
  damaged[packed.size() - 5] = static_cast<char>(damaged[packed.size() - 5] ^ 1);
  for (const std::string& text : {std::string(), std::string("{}"), damaged,
                                  packed.substr(0, packed.size() - 1), packed + "x"}) {
    const auto result = inflate_gzip(text, 1000);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, "malformed_gzip");
  }
}

}  // namespace
}  // namespace sojourn::net
