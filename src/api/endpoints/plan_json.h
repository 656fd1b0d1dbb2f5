#pragma once

/// A plan of definitions as answers tell it.

#include <string>
#include <vector>

#include "base/json.h"
#include "runtime/runtime.h"

namespace sojourn::api {

/// One object of DefinitionProblem.
void write_problem(JsonWriter& out, const runtime::DefinitionProblem& problem);

/// The members of Plan but `reach`, into an open object.
void write_plan(JsonWriter& out, const runtime::DefinitionPlan& plan);

/// `the definitions have 2 problems; the first: FILE: …`, of at least one.
[[nodiscard]] std::string problems_in_words(
    const std::vector<runtime::DefinitionProblem>& problems);

}  // namespace sojourn::api
