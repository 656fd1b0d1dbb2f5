#pragma once

/// What a campaign's recipients did with its message, by which a campaign's numbers lead to people.

#include <cstdint>
#include <optional>
#include <string_view>

namespace sojourn::campaigns {

/// The numbers are stored.
enum class Answer : std::uint8_t {
  opened = 0,          ///< by a person
  machine_opened = 1,  ///< by a mail program or a scanner, also where a person opened it too
  clicked = 2,         ///< by a person
  bounced = 3,         ///< came back after it was taken
  complained = 4,
  unsubscribed = 5,  ///< by a link of this very message
  converted = 6,     ///< did what the campaign's test measures
};
inline constexpr std::uint8_t answer_max = 6;

[[nodiscard]] std::string_view to_string(Answer answer);
[[nodiscard]] std::optional<Answer> parse_answer(std::string_view text);
/// Every name, for messages to people.
inline constexpr std::string_view answer_words =
    "opened, machine_opened, clicked, bounced, complained, unsubscribed, converted";

}  // namespace sojourn::campaigns
