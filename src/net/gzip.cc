#include "net/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace sojourn::net {
namespace {

constexpr std::size_t part_bytes = 16 << 10;
constexpr int gzip_window_bits = 15 + 16;  // zlib's way to say: gzip only

using Stream = std::unique_ptr<z_stream, decltype(&inflateEnd)>;

tl::unexpected<Error> malformed() {
  return failure("malformed_gzip", "the body is not well-formed gzip");
}

tl::unexpected<Error> too_large(std::size_t bytes_max) {
  const std::string limit = std::to_string(bytes_max);
  return failure({.code = "too_large",
                  .message = "the unpacked body is more than " + limit + " bytes",
                  .limit = limit});
}

}  // namespace

Result<std::string> inflate_gzip(std::string_view compressed, std::size_t bytes_max) {
  if (compressed.size() > std::numeric_limits<uInt>::max()) return too_large(bytes_max);
  z_stream state{};
  if (inflateInit2(&state, gzip_window_bits) != Z_OK) return malformed();
  const Stream stream(&state, &inflateEnd);
  // zlib does not write through next_in; its type is older than const.
  stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream->avail_in = static_cast<uInt>(compressed.size());

  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    // One byte more than allowed tells a body at the limit from one beyond it.
    const std::size_t room = std::min(part_bytes, bytes_max - before + 1);
    text.resize(before + room);
    stream->next_out = reinterpret_cast<Bytef*>(text.data() + before);
    stream->avail_out = static_cast<uInt>(room);
    const int status = inflate(stream.get(), Z_NO_FLUSH);
    text.resize(before + room - stream->avail_out);
    if (text.size() > bytes_max) return too_large(bytes_max);
    if (status == Z_STREAM_END) {
      if (stream->avail_in == 0) return text;
      if (inflateReset(stream.get()) != Z_OK) return malformed();
    } else if (status != Z_OK) {  // Z_BUF_ERROR: the end is missing
      return malformed();
    }
  }
}

}  // namespace sojourn::net
