#pragma once

/// The members of a block that are its type's own.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/definitions/reader.h"
#include "domain/templates/blocks/block_json.h"
#include "domain/templates/blocks/document.h"

namespace sojourn::templates::blocks {

/// `type`: the place of the block's type in Content.
[[nodiscard]] Result<Content> read_content(definitions::Reader& reader, std::size_t type,
                                           BlockPlace place);

}  // namespace sojourn::templates::blocks
