#pragma once

/// What a mail that came back says about one of ours becomes an event of its contact, and so the
/// message's fate and the address's consent (ARCHITECTURE 1, 7).

#include <cstdint>
#include <string>
#include <vector>

#include "domain/messages/message.h"
#include "runtime/runtime.h"

namespace sojourn::runtime {

struct MailFeedback {
  enum class Kind : std::uint8_t {
    hard_bounce,  ///< `Message Bounced`; the address takes no mail ever again
    soft_bounce,  ///< `Message Bounced`; this mail was given up
    complaint,    ///< `Spam Reported`
    unsubscribe,  ///< `Unsubscribed` from the message's topic; of none, from everything
    reply,        ///< `Email Replied`
  };
  messages::MessageId message;
  Kind kind = Kind::soft_bounce;
  std::string reason = {};  ///< `unknown_user`, `mailbox_full`, `abuse`; empty: none
  std::string status = {};  ///< RFC 3463; empty: none was said
  std::string words = {};   ///< the server's, one line
  /// Of the mail that says so: the same mail again is the same event.
  std::string id = {};
};

/// Appends the events to the log. `done` as in Runtime::submit(); also where there was nothing to
/// append, because messages are unknown or their contacts were erased. Refuses as submit() does.
[[nodiscard]] Result<void> submit_feedback(Runtime& runtime,
                                           const std::vector<MailFeedback>& feedback,
                                           Runtime::Done done);

}  // namespace sojourn::runtime
