#pragma once

/// The log worked again from its beginning by a fresh engine in memory, and what differs between
/// its contacts and those that the store holds (invariants 2, 3 and 4).

#include <vector>

#include "runtime/runtime.h"
#include "simulation/auditor.h"
#include "simulation/findings.h"

namespace sojourn::simulate {

/// To be called when all is quiet. `identifiers` are looked up in both. Error: of the store.
[[nodiscard]] Result<void> compare_with_recomputation(
    store::Store& store, const HashKey& master,
    const std::vector<contacts::Identifier>& identifiers, const Auditor& auditor, Timestamp now,
    Findings& findings);

}  // namespace sojourn::simulate
