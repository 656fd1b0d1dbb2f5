#pragma once

/// The brands, saved blocks and assets that templates are made of, and what is to be said of
/// templates that are about to be published.

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/templates/blocks/kit.h"
#include "runtime/runtime.h"
#include "store/state.h"

namespace sojourn::api {

/// Those that are in force; one that the present rules refuse is left out.
[[nodiscard]] Result<templates::blocks::Kit> read_kit(store::StateReads& view);

/// `warnings`: what authors of the templates among `files` should look at, of those that the plan
/// changes. A list of DefinitionProblem.
[[nodiscard]] Result<void> write_warnings(JsonWriter& out, store::StateReads& view,
                                          const std::vector<runtime::DefinitionFile>& files,
                                          const runtime::DefinitionPlan& plan);

}  // namespace sojourn::api
