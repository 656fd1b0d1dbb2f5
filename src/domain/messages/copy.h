#pragma once

/// What a contact was sent, kept so that `view_online_url` can show it: the mail as it was rendered
/// then, whatever template and contact are since.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sojourn::messages {

struct MailCopy {
  std::string subject;
  /// Without the image that tells an open: who reads a page has not opened a mail. Empty: none.
  std::string html;
  std::string text;  ///< empty: none
  friend bool operator==(const MailCopy&, const MailCopy&) = default;
};

/// As long as offers in a mail hold, and a season's mails are compared with the next one's.
inline constexpr Duration copy_kept = Duration::days(90);

/// When a copy of what is sent at this instant goes: after copy_kept, at a full hour, so that all
/// copies of an hour go together.
[[nodiscard]] Timestamp copy_end(Timestamp sent);

[[nodiscard]] std::string encode(const MailCopy& copy);
/// Error `damaged_copy` where the bytes are not what encode() writes.
[[nodiscard]] Result<MailCopy> decode_copy(std::string_view bytes);

}  // namespace sojourn::messages
