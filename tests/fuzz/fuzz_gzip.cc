/// Compressed bodies never unpack to more than they may.

#include <string>

#include "fuzz/fuzz.h"
#include "net/gzip.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  constexpr std::size_t bytes_max = 64 * 1024;
  const Result<std::string> unpacked = net::inflate_gzip(input, bytes_max);
  if (unpacked) ENSURE(unpacked->size() <= bytes_max);
}

}  // namespace sojourn::fuzz
