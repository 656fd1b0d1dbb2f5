#pragma once

/// The mail that asks to confirm an address, where a workspace has none of its own.

#include "domain/reaction/rules.h"

namespace sojourn::reaction {

/// Says who asks, and nothing else: no marketing goes to an address that nobody has confirmed.
[[nodiscard]] const TemplateRule& confirmation_template();

}  // namespace sojourn::reaction
