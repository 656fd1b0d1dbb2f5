#pragma once

/// What a refusal, or a report of a delivery, means: from its codes and its words to a reason.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "channels/inbound/reason.h"
#include "channels/inbound/status_code.h"

namespace sojourn::channels::inbound {

/// What became of the mail, as a report says it (RFC 3464 §2.3.3).
enum class Action : std::uint8_t { none, failed, delayed, delivered, relayed, expanded };

/// What is known of one recipient's delivery.
struct Refusal {
  Action action = Action::none;
  std::optional<EnhancedStatus> status = {};
  int reply_code = 0;      ///< 0: none
  std::string words = {};  ///< of the server that refused, as they stand
};

/// What is said beyond this is not judged: servers say why in the first lines.
constexpr std::size_t judged_bytes_max = 4096;

struct Verdict {
  Kind kind = Kind::unknown;
  Reason reason = Reason::unrecognised;
  /// Whether words or codes named a cause; false: only that it failed.
  bool is_certain = false;
};

/// Total: what nothing names is `permanent` or `temporary`. What a code of class 4 says holds for
/// now only: it is never hard.
[[nodiscard]] Verdict judge(const Refusal& refusal);

/// The reason that `folded_text` (phrase.h) names, if it names one in words that are certain.
[[nodiscard]] std::optional<Reason> named_reason(std::string_view folded_text);

}  // namespace sojourn::channels::inbound
