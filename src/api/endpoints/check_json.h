#pragma once

/// A rendered message and its checks as JSON: of `POST /api/v1/render` and of `sojourn render`.

#include "base/json.h"
#include "domain/reaction/preview.h"

namespace sojourn::api {

/// One object of RenderedMessage.
void write_preview(JsonWriter& out, const reaction::Preview& preview);

}  // namespace sojourn::api
