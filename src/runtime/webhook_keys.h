#pragma once

/// What a workspace and its webhook peers know each other by: the key that signs calls out, and the
/// tokens in the addresses that calls come in by.

#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace sojourn::runtime {

/// The key under which calls are signed (Standard Webhooks), 32 bytes derived from the workspace's
/// key.
[[nodiscard]] std::string webhook_signing_key(const HashKey& master);
/// As receivers configure it: `whsec_` and the base64 of webhook_signing_key().
[[nodiscard]] std::string webhook_secret(const HashKey& master);

/// Longer keys get no token: it has to fit into the addresses that other services store.
inline constexpr std::size_t hook_key_bytes_max = 64;
/// Longer tokens are refused unread; that of the longest key has 110.
inline constexpr std::size_t hook_token_characters_max = 128;

/// The last part of `/hooks/<token>`: base64url of (version, key, 128 bits of MAC). Who knows it
/// may send events to the webhook `key`, of at most hook_key_bytes_max; it does not expire. A key
/// for this purpose alone is derived from `master`.
[[nodiscard]] std::string make_hook_token(const HashKey& master, std::string_view key);
/// The webhook's key; absent where the text is not what make_hook_token() wrote. Compares in
/// constant time.
[[nodiscard]] std::optional<std::string> read_hook_token(const HashKey& master,
                                                         std::string_view text);

}  // namespace sojourn::runtime
