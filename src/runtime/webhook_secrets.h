#pragma once

/// The secret of an outgoing webhook endpoint: what its receiver verifies signatures with.

#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace sojourn::runtime {

/// Standard Webhooks asks for 24 to 64.
inline constexpr std::size_t webhook_secret_bytes = 32;

/// As it is stored (base/secret_box.h).
[[nodiscard]] std::string seal_webhook_secret(const HashKey& master, const Hash128& endpoint,
                                              std::string_view secret);
/// The bytes that sign. Error `secret_not_opened`.
[[nodiscard]] Result<std::string> open_webhook_secret(const HashKey& master,
                                                      const Hash128& endpoint,
                                                      std::string_view sealed);
/// As receivers configure it: `whsec_` and the base64 of the bytes.
[[nodiscard]] std::string webhook_secret_text(std::string_view secret);

}  // namespace sojourn::runtime
