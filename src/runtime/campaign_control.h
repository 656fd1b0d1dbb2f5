#pragma once

/// What people do with a campaign: start, cancel, pause, resume, stop. Each waits until it holds.
///
/// Errors: `unknown_campaign` where there is no such definition in force; `wrong_campaign_state`
/// where what is asked for does not follow on what it is.

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "runtime/runtime.h"

namespace sojourn::runtime {

/// Begins at the time of its schedule, and not before `hold` from now has passed; its audience is
/// that of its beginning, and of a hold that of now. Also starts one that was cancelled. Errors
/// besides: `out_of_range`, `too_many_jobs`.
[[nodiscard]] Result<void> start_campaign(Runtime& runtime, const std::string& key, Duration hold,
                                          const std::string& actor);
/// Before its first message: it is a draft again.
[[nodiscard]] Result<void> cancel_campaign(Runtime& runtime, const std::string& key,
                                           const std::string& actor);
/// No message of it passes its commit point after this.
[[nodiscard]] Result<void> pause_campaign(Runtime& runtime, const std::string& key,
                                          const std::string& actor);
[[nodiscard]] Result<void> resume_campaign(Runtime& runtime, const std::string& key,
                                           const std::string& actor);
/// Nor after this, for ever: what waits is cancelled.
[[nodiscard]] Result<void> stop_campaign(Runtime& runtime, const std::string& key,
                                         const std::string& actor);

}  // namespace sojourn::runtime
