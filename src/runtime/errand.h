#pragma once

/// An errand: what a reaction asks for that cannot be done inside the committer's transaction, an
/// event for the log or a call of a web address. It is written down with the reaction and removed
/// once its event is durable, so that a crash in between repeats it; the log recognises the repeat.

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "domain/effects/effect.h"

namespace sojourn::runtime {

using Errand = std::variant<effects::AppendEvent, effects::CallWebhook>;

[[nodiscard]] std::string encode(const Errand& errand);
/// Error `damaged_errand` where the bytes are not what encode() writes.
[[nodiscard]] Result<Errand> decode_errand(std::string_view bytes);

}  // namespace sojourn::runtime
