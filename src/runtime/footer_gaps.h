#pragma once

/// Refuses to publish marketing that does not show what the law asks for
/// (domain/reaction/footer_check.h).

#include "runtime/definitions.h"
#include "runtime/outbox.h"

namespace sojourn::runtime {

/// Adds a problem for each gap of a template that `prepared` publishes, that a published journey or
/// campaign sends, or that may be made of a published brand or block; then there are no rules.
/// What was published before and is not touched hinders nobody.
void refuse_footer_gaps(PreparedDefinitions& prepared, const SenderSettings& sender);

}  // namespace sojourn::runtime
