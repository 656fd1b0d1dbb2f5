#include "domain/simulation/conservation.h"

#include <fmt/format.h>

#include <array>
#include <map>

namespace sojourn::simulation {
namespace {

using messages::DeliveryState;

/// How a run can end, as counters call it.
constexpr std::array<std::string_view, 5> endings = {"completed", "exited", "goal", "merged",
                                                     "erased"};

/// What is counted at one place: the journey as a whole, or a step.
struct Tally {
  std::map<std::string, std::int64_t> counts;
  std::int64_t here = 0;                             ///< runs that wait here now
  bool sends = false;                                ///< messages to contacts
  std::map<DeliveryState, std::int64_t> deliveries;  ///< messages by their state

  [[nodiscard]] std::int64_t of(std::string_view outcome) const {
    std::int64_t sum = 0;
    for (const auto& [name, count] : counts) {
      const bool is_one = name == outcome || name.starts_with(fmt::format("{}:", outcome));
      if (is_one) sum += count;
    }
    return sum;
  }
  [[nodiscard]] std::int64_t in(DeliveryState state) const {
    const auto found = deliveries.find(state);
    return found == deliveries.end() ? 0 : found->second;
  }
};

std::map<std::string, Tally> tallies_of(const Stage& stage, std::string_view journey) {
  std::map<std::string, Tally> tallies;
  for (const Stage::Count& count : stage.counts("journey", journey)) {
    tallies[count.step].counts[count.outcome] += count.count;
  }
  const reaction::JourneyRule* rule = stage.rules().journey(journey);
  for (const reaction::ContactState* contact : stage.everybody()) {
    for (const journeys::Run& run : contact->runs) {
      const bool inside =
          rule != nullptr && run.journey == rule->number && run.state == journeys::RunState::active;
      if (!inside) continue;
      ++tallies[""].here;
      ++tallies[run.step].here;
    }
  }
  for (const messages::Message& message : stage.messages_of(journey)) {
    // A notice to the team is counted as `notified`.
    if (message.template_key.empty()) continue;
    tallies[message.step].sends = true;
    ++tallies[message.step].deliveries[message.state];
  }
  return tallies;
}

void compare(std::vector<std::string>& gaps, std::string_view place, std::string_view whole,
             std::int64_t sum, std::string_view parts, std::int64_t sum_of_parts) {
  if (sum == sum_of_parts) return;
  gaps.push_back(fmt::format("{}: {} {}, {} {}", place, sum, whole, sum_of_parts, parts));
}

}  // namespace

std::vector<std::string> uncounted(const Stage& stage, std::string_view journey) {
  std::vector<std::string> gaps;
  for (const auto& [step, tally] : tallies_of(stage, journey)) {
    if (step.empty()) {
      std::int64_t ended = 0;
      for (const std::string_view ending : endings) ended += tally.of(ending);
      compare(gaps, journey, "entered", tally.of("entered"), "inside or ended", tally.here + ended);
      continue;
    }
    const std::string place = fmt::format("{} {}", journey, step);
    // A step that does not wait is passed at once, without being reached first.
    const std::int64_t reached = tally.of("reached");
    if (reached != 0 || tally.here != 0) {
      compare(gaps, place, "reached", reached, "passed, left or waiting",
              tally.of("passed") + tally.of("left") + tally.here);
    }
    if (!tally.sends && tally.of("queued") == 0) continue;
    const std::int64_t on_their_way =
        tally.in(DeliveryState::queued) + tally.in(DeliveryState::claimed) +
        tally.in(DeliveryState::committing) + tally.in(DeliveryState::retry);
    // The last counts those that were refused; of those sent, a bounce says it later.
    const std::int64_t ended = tally.of("sent") + tally.of("skipped") + tally.of("cancelled") +
                               tally.of("uncertain") + tally.in(DeliveryState::failed);
    compare(gaps, place, "queued", tally.of("queued"), "sent, held back, failed or on their way",
            on_their_way + ended);
  }
  return gaps;
}

}  // namespace sojourn::simulation
