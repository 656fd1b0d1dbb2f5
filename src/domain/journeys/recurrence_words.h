#pragma once

/// The everyday schedules in words: `every monday at 09:00`, `every month on the last friday at
/// noon`. Part of recurrence.h, which says what they mean.

#include <string>
#include <string_view>

#include "domain/journeys/recurrence.h"

namespace sojourn::journeys {

/// Whether a text is one in words: it begins with `every`.
[[nodiscard]] bool is_in_words(std::string_view text);
/// Reads the words; the rule is not checked yet.
[[nodiscard]] Result<Recurrence> parse_words(std::string_view text);
/// The words for a rule, which may say less than it: they fit where parse_words reads it from them.
[[nodiscard]] std::string words_for(const Recurrence& rule);

}  // namespace sojourn::journeys
