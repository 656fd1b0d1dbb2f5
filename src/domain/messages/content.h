#pragma once

/// What a message says beyond its template: the data and the texts that were given when it was
/// asked for (POST /api/v1/messages). Kept as JSON beside its row in the outbox.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "domain/messages/email.h"

namespace sojourn::messages {

/// Texts that stand for a template, in Liquid.
struct InlineTexts {
  std::string subject;
  std::string html;
  std::optional<std::string> text = {};
  friend bool operator==(const InlineTexts&, const InlineTexts&) = default;
};

struct Content {
  std::optional<InlineTexts> texts = {};  ///< absent: the message names a template
  std::optional<Mailbox> from = {};       ///< absent: the workspace's
  std::string reply_to = {};              ///< an address; empty: none
  Object data = {};                       ///< what templates see as `data`
  /// Of the call that asked for it: another call with its Idempotency-Key is told from a repeat.
  std::string request = {};
  friend bool operator==(const Content&, const Content&) = default;
};

/// JSON; reading it gives the same.
[[nodiscard]] std::string encode(const Content& content);
/// Error `damaged_content` where the text is not what encode() writes.
[[nodiscard]] Result<Content> decode_content(std::string_view text);

}  // namespace sojourn::messages
