#pragma once

/// Stores with a planted fault.

#include <memory>

#include "base/clock.h"
#include "simulation/planted.h"
#include "store/store.h"

namespace sojourn::simulate {

/// `inner` with the fault where it is one of the store; `inner` itself where it is not.
[[nodiscard]] std::unique_ptr<store::Store> with_fault(Planted planted, const Clock& clock,
                                                       std::unique_ptr<store::Store> inner);

}  // namespace sojourn::simulate
