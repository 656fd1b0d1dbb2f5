#pragma once

/// Copies of mails that were sent, which are kept for a while. Every view of the state and every
/// transaction has them; few ask for them, so that they are a noun of their own.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/ensure.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/messages/message.h"
#include "store/state.h"

namespace sojourn::store {

/// Also when its time is over and it has not been removed yet.
struct MessageCopy {
  std::string bytes;
  Timestamp end;
  friend bool operator==(const MessageCopy&, const MessageCopy&) = default;
};

class MessageCopyReads {
 public:
  virtual ~MessageCopyReads() = default;
  /// What was kept by put_message_copy(); absent: nothing.
  virtual Result<std::optional<MessageCopy>> message_copy(messages::MessageId id) = 0;
  /// When the first of all copies goes; absent: there is none.
  virtual Result<std::optional<Timestamp>> earliest_copy_end() = 0;
};

class MessageCopies : public MessageCopyReads {
 public:
  /// Keeps what was sent until `end`, in place of what was kept before; it goes when the message is
  /// erased, and by remove_message_copies().
  virtual Result<void> put_message_copy(messages::MessageId id, std::string_view bytes,
                                        Timestamp end) = 0;
  /// Removes copies whose time is over at `now`, at most `limit` of them, the oldest first.
  virtual Result<void> remove_message_copies(Timestamp now, std::size_t limit) = 0;
};

/// Of this view or transaction, which outlives them.
[[nodiscard]] inline MessageCopyReads& copies_in(StateReads& reads) {
  auto* copies = dynamic_cast<MessageCopyReads*>(&reads);
  ENSURE(copies != nullptr);
  return *copies;
}
/// Of this transaction, which outlives them.
[[nodiscard]] inline MessageCopies& copies_in(StateTransaction& transaction) {
  auto* copies = dynamic_cast<MessageCopies*>(&transaction);
  ENSURE(copies != nullptr);
  return *copies;
}

}  // namespace sojourn::store
