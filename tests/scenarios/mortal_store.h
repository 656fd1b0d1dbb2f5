#pragma once

/// A store under a process that may die: after each transaction, of the log or of the state, the
/// process is dead where that is asked for. What a dead process still does reaches no disk.

#include <cstdint>
#include <memory>

#include "store/store.h"

namespace sojourn::scenarios {

/// One process, from its start to its end.
struct Life {
  bool dies_after_each = false;
  bool dead = false;
  std::uint64_t transactions = 0;  ///< durable ones, of this and of earlier lives

  /// Called when a transaction is durable.
  void committed() {
    ++transactions;
    if (dies_after_each) dead = true;
  }
};

/// `life` outlives the store.
[[nodiscard]] std::unique_ptr<store::Store> make_mortal(std::unique_ptr<store::Store> inner,
                                                        Life& life);

}  // namespace sojourn::scenarios
