#pragma once

/// One attempt to tell a web address what happened, and what it answered.

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"

namespace sojourn::effects {

struct WebPost {
  std::string id;  ///< the same for every attempt; no dots, which the signature separates by
  std::string url;
  std::string body;  ///< JSON
  /// Keys as bytes; the receiver needs one of them to know the call as ours. While a key is being
  /// replaced there are two.
  std::vector<std::string> keys;
};

struct WebPostAnswer {
  int status = 0;        ///< of HTTP; 0: no answer came
  std::string error;     ///< code of why none came; empty otherwise
  Duration retry_after;  ///< asked for by the receiver; zero: nothing was said
  Duration took;
};

/// Makes one attempt and calls `done` once, from any thread. A poster that stops does not call it.
using WebPoster = std::function<void(WebPost post, std::function<void(WebPostAnswer)> done)>;

}  // namespace sojourn::effects
