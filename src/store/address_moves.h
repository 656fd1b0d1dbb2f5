#pragma once

/// What transactions of the embedded store can do besides: bring an address's records under another
/// hash. Only what takes up data of an earlier version needs it.

#include "base/hash.h"
#include "base/result.h"

namespace sojourn::store {

class AddressMoves {
 public:
  virtual ~AddressMoves() = default;
  /// What the ledger, the suppression list and sign-ups say under `from` they say under `to` from
  /// now on; where both say something of a topic, the later counts.
  virtual Result<void> move_address(const Hash128& from, const Hash128& to) = 0;
};

}  // namespace sojourn::store
