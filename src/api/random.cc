#include "api/random.h"

#include <sodium.h>

namespace sojourn::api {

std::string system_random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace sojourn::api
