#pragma once

/// A look at a campaign's test that was taken: what was known of the arms, and what it said.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/campaigns/campaign.h"

namespace sojourn::campaigns {

struct TakenLook {
  Timestamp at;
  experiments::Verdict verdict;
  std::vector<ArmResult> results;
  /// Of a bandit: how probable it is that each arm is the best, in the order of `results`.
  std::vector<double> chances = {};
  friend bool operator==(const TakenLook&, const TakenLook&) = default;
};

/// `{"at", "verdict", "arm", "chance", "results": [{"arm", "sent", "successes", "revenue",
/// "best"}]}`
[[nodiscard]] std::string encode_look(const TakenLook& look);
/// Absent where the text is empty or is no look.
[[nodiscard]] std::optional<TakenLook> decode_look(std::string_view text);

}  // namespace sojourn::campaigns
