#pragma once

/// A mailbox on an IMAP server, as far as mail is taken from it (RFC 9051, RFC 6851).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sojourn::net {

/// Members block. Errors: `imap_login_refused`, `imap_tls_failed`, `imap_unreachable`,
/// `imap_refused` (the server does not do what it was asked), `interrupted`.
class ImapMailbox {
 public:
  virtual ~ImapMailbox() = default;

  /// Which numbers hold: with another one all mails have new numbers.
  [[nodiscard]] virtual Result<std::uint32_t> uid_validity() = 0;
  /// The numbers of the mails from `first` on, ascending.
  [[nodiscard]] virtual Result<std::vector<std::uint32_t>> uids_from(std::uint32_t first) = 0;
  /// The first `bytes_max` bytes of a mail. Absent where it is gone, or where numbers of that
  /// validity hold no more. The server may mark it as seen.
  [[nodiscard]] virtual Result<std::optional<std::string>> fetch(std::uint32_t uid_validity,
                                                                 std::uint32_t uid,
                                                                 std::size_t bytes_max) = 0;
  enum class Mark : std::uint8_t { seen, unseen };
  [[nodiscard]] virtual Result<void> mark(std::uint32_t uid, Mark mark) = 0;
  /// Into another mailbox of the same server, which must be there.
  [[nodiscard]] virtual Result<void> move(std::uint32_t uid, std::string_view mailbox) = 0;
  /// From any thread: what is under way, and what is asked later, fails.
  virtual void interrupt() = 0;
};

}  // namespace sojourn::net
