#pragma once

/// Events that a call of the management API makes of a change, and waits for.

#include <vector>

#include "base/result.h"
#include "domain/events/event.h"
#include "runtime/runtime.h"

namespace sojourn::api {

/// Returns when the engine has applied the events, and all before them. Errors: those of
/// Runtime::submit() and write(); `change_pending` where the log does not answer in time.
[[nodiscard]] Result<void> apply_events(runtime::Runtime& runtime,
                                        std::vector<events::Event> events);

}  // namespace sojourn::api
