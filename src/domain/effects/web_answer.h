#pragma once

/// What a web address answered to a call that a journey's step made.

#include <functional>
#include <string>

#include "domain/effects/effect.h"

namespace sojourn::effects {

/// More of a body is cut off (PRODUCT 4).
inline constexpr std::size_t answer_bytes_max = 64 * 1024;

struct WebAnswer {
  int status = 0;     ///< of HTTP; 0: no answer came
  std::string body;   ///< at most answer_bytes_max
  std::string error;  ///< why none came, or why the call was not made; empty otherwise
};

/// Makes a call, with all its attempts, and calls `done` once, from any thread. A caller that is
/// destroyed before an answer came does not call it.
using WebCaller = std::function<void(CallWebhook call, std::function<void(WebAnswer)> done)>;

}  // namespace sojourn::effects
