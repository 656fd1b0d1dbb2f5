#pragma once

/// Sentences for people about events, decisions and codes.

#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/effects/decision.h"
#include "domain/events/event.h"
#include "domain/reaction/rules.h"

namespace sojourn::api {

/// `7 days`, `36 hours`, `1 minute`.
[[nodiscard]] std::string in_words(Duration duration);

/// `quiet_hours` -> `quiet hours`.
[[nodiscard]] std::string code_in_words(std::string_view code);

/// `Viewed /pricing`, `Clicked https://…`; else the event's name.
[[nodiscard]] std::string event_in_words(const events::Event& event);

/// `Entered Hot leads`; names as the rules in force have them, else keys.
[[nodiscard]] std::string decision_in_words(const effects::Decision& decision,
                                            const reaction::Rules& rules);

}  // namespace sojourn::api
