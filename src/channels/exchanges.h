#pragma once

/// What was asked of services lately and how they answered: what people need to see why something
/// does not leave. Without secrets, headers and bodies.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace sojourn::channels {

struct Exchange {
  std::uint64_t number = 0;  ///< ascending from 1 since the start
  Timestamp at;              ///< real time, when it was asked
  std::string service;       ///< `ses`
  std::string operation;     ///< `send`
  std::string url;           ///< without query, user and fragment
  std::string key;           ///< the same for every attempt of the same thing
  int status = 0;            ///< of HTTP; 0: no answer
  /// `answered`, `not_made`, `outcome_unknown`
  std::string outcome;
  std::string words;  ///< why, in one line; addresses without what stands before their @
  Duration took;

  friend bool operator==(const Exchange&, const Exchange&) = default;
};

/// Thread-safe.
class Exchanges {
 public:
  virtual ~Exchanges() = default;
  /// Those below `number`, of all where it is 0, the newest first.
  [[nodiscard]] virtual std::vector<Exchange> before(std::uint64_t number,
                                                     std::size_t count) const = 0;
};

}  // namespace sojourn::channels
