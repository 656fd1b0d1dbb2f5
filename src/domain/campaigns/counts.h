#pragma once

/// What is counted of a campaign's messages: how many are in which state, and what people did.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/campaigns/campaign.h"
#include "domain/events/event.h"
#include "domain/messages/message.h"

namespace sojourn::campaigns {

/// How many messages of a campaign, or of one of its arms, are in which state.
struct Counts {
  std::map<messages::DeliveryState, std::int64_t> states = {};
  std::int64_t erased = 0;  ///< messages that went with their contact

  [[nodiscard]] std::int64_t of(messages::DeliveryState state) const;
  /// Not yet handed over: `queued`, `retry`, `claimed` and `committing`.
  [[nodiscard]] std::int64_t open() const;
  /// Those that have, or may have, reached somebody: `sent` and `uncertain`.
  [[nodiscard]] std::int64_t handed_over() const;
  [[nodiscard]] std::int64_t all() const;
};
/// By arm; those without a test under an empty name.
using CountsByArm = std::map<std::string, Counts>;
[[nodiscard]] Counts sum_of(const CountsByArm& arms);

/// `opened`, `clicked`, `bounced`, `complained`, `unsubscribed`, `converted`, `revenue`,
/// `refused_address`, `timely`, `timely_revenue`, `skipped:REASON`, `failed:REASON`.
using Outcomes = std::map<std::string, std::int64_t>;
using OutcomesByArm = std::map<std::string, Outcomes>;
/// Zero where it was not counted.
[[nodiscard]] std::int64_t outcome_of(const Outcomes& outcomes, std::string_view name);

/// What was counted for the rates that pause a campaign.
[[nodiscard]] Rates rates_of(const Counts& counts, const OutcomesByArm& outcomes);
/// What the test's arms have come to, in their order. Where arms have times of their own, what
/// people did within the test's `after` of their message counts, for some have had longer.
[[nodiscard]] std::vector<ArmResult> results_of(const Test& test, const CountsByArm& counts,
                                                const OutcomesByArm& outcomes);

/// When a message reached its contact, or may have; absent where it has not gone.
[[nodiscard]] std::optional<Timestamp> handed_over_at(const messages::Message& message);
/// In minor units, by the event's `revenue`, else its `total`; absent where it says no amount.
[[nodiscard]] std::optional<std::int64_t> revenue_of(const events::Event& event);
/// Whether what the contact did at `at` is what the test measures, soon enough after the message.
/// False for tests whose arms go at one time: what people did is counted as a whole.
[[nodiscard]] bool is_timely(const Test& test, Test::Measure did, const messages::Message& message,
                             Timestamp at);

/// Something to be counted of a message.
struct Counted {
  std::string outcome;
  std::int64_t by = 1;
  friend bool operator==(const Counted&, const Counted&) = default;
};
/// What the first open (`Measure::opened`) or click of a message is counted as. `test` is null
/// where its campaign has none.
[[nodiscard]] std::vector<Counted> counted_of_answer(const Test* test, Test::Measure did,
                                                     const messages::Message& message,
                                                     Timestamp at);
/// What an event of the contact, which the test measures, is counted as; empty where it happened
/// before the message or the message has not gone. `converted` is among it the first time.
[[nodiscard]] std::vector<Counted> counted_of_event(const Test& test,
                                                    const messages::Message& message,
                                                    const events::Event& event);

}  // namespace sojourn::campaigns
