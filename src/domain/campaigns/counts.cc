#include "domain/campaigns/counts.h"

#include <cmath>

namespace sojourn::campaigns {
namespace {

using messages::DeliveryState;
using messages::Message;

}  // namespace

std::int64_t Counts::of(DeliveryState state) const {
  const auto found = states.find(state);
  return found == states.end() ? 0 : found->second;
}

std::int64_t Counts::open() const {
  using enum DeliveryState;
  return of(queued) + of(retry) + of(claimed) + of(committing);
}

std::int64_t Counts::handed_over() const {
  return of(DeliveryState::sent) + of(DeliveryState::uncertain);
}

std::int64_t Counts::all() const {
  std::int64_t sum = erased;
  for (const auto& [state, count] : states) sum += count;
  return sum;
}

Counts sum_of(const CountsByArm& arms) {
  Counts sum;
  for (const auto& [arm, counts] : arms) {
    sum.erased += counts.erased;
    for (const auto& [state, count] : counts.states) sum.states[state] += count;
  }
  return sum;
}

std::int64_t outcome_of(const Outcomes& outcomes, std::string_view name) {
  const auto found = outcomes.find(std::string(name));
  return found == outcomes.end() ? 0 : found->second;
}

Rates rates_of(const Counts& counts, const OutcomesByArm& outcomes) {
  Rates rates{.sent = counts.handed_over(), .failed = counts.of(DeliveryState::failed)};
  for (const auto& [arm, counted] : outcomes) {
    const std::int64_t later = outcome_of(counted, "bounced");
    rates.failed += later;
    rates.bounced += later + outcome_of(counted, "refused_address");
    rates.complained += outcome_of(counted, "complained");
  }
  return rates;
}

std::vector<ArmResult> results_of(const Test& test, const CountsByArm& counts,
                                  const OutcomesByArm& outcomes) {
  static const Counts no_messages;
  static const Outcomes nothing;
  // Of revenue the orders are shown.
  const Test::Measure measure =
      test.measure == Test::Measure::revenue ? Test::Measure::converted : test.measure;
  const bool timely = test.has_send_times();
  std::vector<ArmResult> results;
  for (const Arm& arm : test.arms) {
    const auto messages = counts.find(arm.name);
    const auto counted = outcomes.find(arm.name);
    const Outcomes& did = counted == outcomes.end() ? nothing : counted->second;
    results.push_back(
        {.arm = arm.name,
         .sent = (messages == counts.end() ? no_messages : messages->second).handed_over(),
         .successes = outcome_of(did, timely ? "timely" : to_string(measure)),
         .revenue = outcome_of(did, timely ? "timely_revenue" : "revenue")});
  }
  return results;
}

std::optional<Timestamp> handed_over_at(const Message& message) {
  if (message.state == DeliveryState::sent) return message.sent_at;
  // Nobody knows when an answer was lost; it was no sooner than it was due.
  if (message.state == DeliveryState::uncertain) return message.due;
  return std::nullopt;
}

std::optional<std::int64_t> revenue_of(const events::Event& event) {
  constexpr double minor_units = 100;
  constexpr double most = 1e13;  // beyond it, cents are no longer exact
  for (const std::string_view name : {"revenue", "total"}) {
    const Value* amount = event.properties.find(name);
    if (amount == nullptr || !amount->is_number()) continue;
    const double minor = std::round(amount->number() * minor_units);
    return std::abs(minor) <= most ? std::optional(static_cast<std::int64_t>(minor)) : std::nullopt;
  }
  return std::nullopt;
}

bool is_timely(const Test& test, Test::Measure did, const Message& message, Timestamp at) {
  if (!test.has_send_times() || did != test.measure) return false;
  const std::optional<Timestamp> from = handed_over_at(message);
  return from && at <= *from + test.after;
}

std::vector<Counted> counted_of_answer(const Test* test, Test::Measure did, const Message& message,
                                       Timestamp at) {
  std::vector<Counted> counted{{std::string(to_string(did))}};
  if (test != nullptr && is_timely(*test, did, message, at)) counted.push_back({"timely"});
  return counted;
}

std::vector<Counted> counted_of_event(const Test& test, const Message& message,
                                      const events::Event& event) {
  const std::optional<Timestamp> from = handed_over_at(message);
  if (!from || event.at < *from) return {};
  std::vector<Counted> counted;
  const bool timely = is_timely(test, test.measure, message, event.at);
  if (const std::optional<std::int64_t> revenue = revenue_of(event)) {
    counted.push_back({"revenue", *revenue});
    if (timely) counted.push_back({"timely_revenue", *revenue});
  }
  if (message.converted_at) return counted;
  counted.push_back({"converted"});
  if (timely) counted.push_back({"timely"});
  return counted;
}

}  // namespace sojourn::campaigns
