/// Compressed bodies never unpack to more than they may, and what was packed reads back.

#include <zlib.h>

#include <string>

#include "fuzz/fuzz.h"
#include "net/gzip.h"

namespace sojourn::fuzz {

namespace {

std::string gzip(std::string_view plain) {
  constexpr int gzip_window_bits = 16 + MAX_WBITS;
  constexpr int memory_level = 8;
  z_stream stream{};
  ENSURE(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window_bits, memory_level,
                      Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ENSURE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

void run(std::string_view input) {
  constexpr std::size_t bytes_max = 64 * 1024;
  const Result<std::string> unpacked = net::inflate_gzip(input, bytes_max);
  if (unpacked) ENSURE(unpacked->size() <= bytes_max);

  const std::string packed = gzip(input);
  const Result<std::string> exact = net::inflate_gzip(packed, input.size());
  ENSURE(exact.has_value());
  ENSURE(*exact == input);
  if (!input.empty()) ENSURE(!net::inflate_gzip(packed, input.size() - 1).has_value());
  ENSURE(!net::inflate_gzip(std::string_view(packed).substr(0, packed.size() - 1), input.size())
              .has_value());
}

}  // namespace sojourn::fuzz
