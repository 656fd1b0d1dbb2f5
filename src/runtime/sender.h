#pragma once

/// Whose name a message bears.

#include <optional>

#include "base/result.h"
#include "domain/messages/content.h"
#include "domain/messages/email.h"
#include "domain/messages/message.h"
#include "domain/reaction/rules.h"
#include "store/state.h"

namespace sojourn::runtime {

/// What came with a message that somebody asked for by the API; absent of every other.
[[nodiscard]] Result<std::optional<messages::Content>> content_of(store::StateReads& reads,
                                                                  const messages::Message& message);

/// By what came with the message (null: nothing), else its campaign and that one's arm, else
/// `otherwise`.
[[nodiscard]] messages::Mailbox sender_of(const reaction::Rules& rules,
                                          const messages::Message& message,
                                          const messages::Content* content,
                                          const messages::Mailbox& otherwise);

}  // namespace sojourn::runtime
