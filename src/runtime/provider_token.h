#pragma once

/// The secret part of the address to which a mail provider reports: `/hooks/<provider>/<token>`.

#include <string>
#include <string_view>

#include "base/hash.h"

namespace sojourn::runtime {

/// 128 bits in base32: 26 characters, the same for ever. Who knows it may report, as far as the
/// provider signs nothing else. A key for this purpose alone is derived from `master`.
[[nodiscard]] std::string make_provider_token(const HashKey& master, std::string_view provider);

}  // namespace sojourn::runtime
