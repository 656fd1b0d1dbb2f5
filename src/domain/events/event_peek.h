#pragma once

/// The beginning of an event's bytes in the log: enough to pass over most events without decoding
/// them.

#include <string_view>

#include "base/hash.h"

namespace sojourn::events {

/// Views into the bytes.
struct EventHead {
  std::string_view user_id;
  std::string_view anonymous_id;
  Hash128 contact;  ///< zero: none
  /// Whether it writes attributes. True where the bytes are damaged, so that whoever decodes them
  /// finds out.
  bool has_traits = false;
};

/// Of bytes that encode() wrote (event_codec.h).
[[nodiscard]] EventHead peek(std::string_view bytes);

}  // namespace sojourn::events
