#pragma once

/// What the workspace's definition in force says of hosted pages, kept as settings beside it: each
/// page asks, and must not read all definitions for it.

#include <vector>

#include "base/result.h"
#include "domain/policies/hosted_pages.h"
#include "store/state.h"

namespace sojourn::runtime {

[[nodiscard]] Result<policies::HostedPages> hosted_pages(store::StateReads& reads);

/// Within the publication of these definitions; leaves it as it is where the workspace's is not
/// among them.
[[nodiscard]] Result<void> note_hosted_pages(store::StateTransaction& transaction,
                                             const std::vector<store::DefinitionRecord>& changed);

}  // namespace sojourn::runtime
