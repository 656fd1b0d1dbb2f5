#pragma once

/// A plan of definitions as answers tell it.

#include "base/json.h"
#include "runtime/runtime.h"

namespace sojourn::api {

/// The members `changes` and `problems` of Plan, into an open object.
void write_plan(JsonWriter& out, const runtime::DefinitionPlan& plan);

}  // namespace sojourn::api
