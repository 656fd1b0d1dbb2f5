#pragma once

/// Idempotency keys of messages that were asked for by the API: how long they stand for a message.

#include "base/result.h"
#include "base/time.h"
#include "domain/messages/message.h"
#include "store/state.h"

namespace sojourn::runtime {

/// From then on a key names another message (docs/guides/transactional.md).
inline constexpr Duration request_key_kept = Duration::days(7);
/// Then the message's row gives its key away, and what was kept beside it is removed: when the log
/// has forgotten the call, too (runtime/repeats.h).
inline constexpr Duration request_kept = Duration::days(14);
/// The contact's newest messages among which a new one looks for those.
inline constexpr int messages_looked_at = 50;

/// Whether its key may name another message: it is that old, and waits for nothing any more.
[[nodiscard]] bool has_free_key(const messages::Message& message, Timestamp now);

/// To be called before a message that is asked for by the API is queued: takes its key from one
/// that need not have it any more, and frees those of the contact that are due to be. Does nothing
/// for other messages.
[[nodiscard]] Result<void> free_request_keys(store::StateTransaction& transaction,
                                             const messages::Message& wanted, Timestamp now);

}  // namespace sojourn::runtime
