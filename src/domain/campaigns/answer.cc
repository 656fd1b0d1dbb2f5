#include "domain/campaigns/answer.h"

#include <array>

namespace sojourn::campaigns {
namespace {

constexpr std::array<std::string_view, answer_max + 1> names = {
    "opened", "machine_opened", "clicked", "bounced", "complained", "unsubscribed", "converted"};

}  // namespace

std::string_view to_string(Answer answer) {
  return names[static_cast<std::size_t>(answer)];
}

std::optional<Answer> parse_answer(std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<Answer>(i);
  }
  return std::nullopt;
}

}  // namespace sojourn::campaigns
