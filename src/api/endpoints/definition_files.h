#pragma once

/// Definition files in a request's body: `files: [{path, text}]`.

#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "runtime/runtime.h"

namespace sojourn::api {

enum class Presence : bool { optional, required };

/// Errors that name the item and its field; `missing_field` where it is required and absent.
[[nodiscard]] Result<std::vector<runtime::DefinitionFile>> read_definition_files(const Object& body,
                                                                                 Presence presence);

}  // namespace sojourn::api
