#pragma once

/// The files that the build put into the program: the web app and the browser snippet.

#include <span>

#include "api/web_files.h"

namespace sojourn::cli {

/// Empty in presets that embed nothing.
[[nodiscard]] std::span<const api::WebFile> embedded_files();

}  // namespace sojourn::cli
