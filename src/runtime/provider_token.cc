#include "runtime/provider_token.h"

#include "base/text.h"

namespace sojourn::runtime {

std::string make_provider_token(const HashKey& master, std::string_view provider) {
  return to_base32(keyed_hash(derive_key(master, "provider reports"), {provider}).view());
}

}  // namespace sojourn::runtime
