#include "domain/simulation/conservation.h"

#include "domain/campaigns/bandit.h"

#include <fmt/format.h>

#include <array>
#include <compare>
#include <map>
#include <utility>

namespace sojourn::simulation {
namespace {

using messages::DeliveryState;

/// How a run can end, as counters call it.
constexpr std::array<std::string_view, 5> endings = {"completed", "exited", "goal", "merged",
                                                     "erased"};

/// What is counted at one place: a version of the journey as a whole, or a step of it.
struct Tally {
  std::map<std::string, std::int64_t> counts;
  std::int64_t here = 0;  ///< runs that are inside, or wait here, now

  [[nodiscard]] std::int64_t of(std::string_view outcome) const {
    std::int64_t sum = 0;
    for (const auto& [name, count] : counts) {
      const bool is_one = name == outcome || name.starts_with(fmt::format("{}:", outcome));
      if (is_one) sum += count;
    }
    return sum;
  }
};

struct Place {
  int version = 0;
  std::string step;  ///< empty: the journey as a whole
  friend auto operator<=>(const Place&, const Place&) = default;
};

std::map<Place, Tally> tallies_of(const Stage& stage, std::string_view journey,
                                  const std::vector<Stage::Count>& counts) {
  std::map<Place, Tally> tallies;
  for (const Stage::Count& count : counts) {
    if (!count.variant.empty()) continue;
    tallies[{count.version, count.step}].counts[count.outcome] += count.count;
  }
  const reaction::JourneyRule* rule = stage.rules().journey(journey);
  for (const reaction::ContactState* contact : stage.everybody()) {
    for (const journeys::Run& run : contact->runs) {
      const bool inside =
          rule != nullptr && run.journey == rule->number && run.state == journeys::RunState::active;
      if (!inside) continue;
      ++tallies[{run.version, ""}].here;
      ++tallies[{run.version, run.step}].here;
    }
  }
  return tallies;
}

struct Sum {
  std::string_view name;
  std::int64_t sum = 0;
};

void compare(std::vector<std::string>& gaps, std::string_view place, const Sum& whole,
             const Sum& parts) {
  if (whole.sum == parts.sum) return;
  gaps.push_back(
      fmt::format("{}: {} {}, {} {}", place, whole.sum, whole.name, parts.sum, parts.name));
}

/// Runs: at each place as many have come as have gone or are there.
void compare_runs(std::vector<std::string>& gaps, std::string_view journey, const Place& place,
                  const Tally& tally) {
  const std::string version = fmt::format("{} (version {})", journey, place.version);
  const std::int64_t moved = tally.of("moved_out") - tally.of("moved_in");
  if (place.step.empty()) {
    std::int64_t ended = 0;
    for (const std::string_view ending : endings) ended += tally.of(ending);
    compare(gaps, version, {"entered", tally.of("entered")},
            {"inside, ended or moved", tally.here + ended + moved});
    return;
  }
  // A step that does not wait is passed at once, without being reached first.
  const std::int64_t reached = tally.of("reached");
  if (reached == 0 && tally.here == 0 && moved == 0) return;
  compare(gaps, fmt::format("{} {}", version, place.step), {"reached", reached},
          {"passed, left, moved or waiting",
           tally.of("passed") + tally.of("left") + moved + tally.here});
}

/// What is counted of one arm of an experiment.
struct ArmTally {
  std::int64_t taken = 0;
  std::int64_t came = 0;
  std::int64_t succeeded = 0;
};

/// Nobody is counted in an arm who did not take it, nor as a success who did not come.
void compare_arms(std::vector<std::string>& gaps, std::string_view journey,
                  const std::vector<Stage::Count>& counts) {
  std::map<std::pair<Place, std::string>, ArmTally> arms;
  for (const Stage::Count& count : counts) {
    if (count.variant.empty()) continue;
    ArmTally& arm = arms[{{count.version, count.step}, count.variant}];
    if (count.outcome == effects::arm_came) arm.came += count.count;
    if (count.outcome == effects::arm_succeeded) arm.succeeded += count.count;
  }
  constexpr std::string_view way = "way:";
  for (const Stage::Count& count : counts) {
    if (!count.outcome.starts_with(way)) continue;
    const auto arm = arms.find({{count.version, count.step}, count.outcome.substr(way.size())});
    if (arm != arms.end()) arm->second.taken += count.count;
  }
  for (const auto& [key, arm] : arms) {
    if (arm.succeeded <= arm.came && arm.came <= arm.taken) continue;
    gaps.push_back(fmt::format("{} (version {}) {}, arm {}: {} took it, {} came, {} succeeded",
                               journey, key.first.version, key.first.step, key.second, arm.taken,
                               arm.came, arm.succeeded));
  }
}

/// The messages of one step. A run may move between two versions while one is on its way, so they
/// are added up over all versions.
struct Messages {
  Tally tally;
  bool any = false;
  std::map<DeliveryState, std::int64_t> states;

  [[nodiscard]] std::int64_t in(DeliveryState state) const {
    const auto found = states.find(state);
    return found == states.end() ? 0 : found->second;
  }
};

std::map<std::string, Messages> messages_of(const Stage& stage, std::string_view journey,
                                            const std::vector<Stage::Count>& counts) {
  std::map<std::string, Messages> steps;
  for (const Stage::Count& count : counts) {
    const bool is_of_step = !count.step.empty() && count.variant.empty();
    if (is_of_step) steps[count.step].tally.counts[count.outcome] += count.count;
  }
  for (const messages::Message& message : stage.messages_of(journey)) {
    // A notice to the team is counted as `notified`.
    if (message.template_key.empty()) continue;
    steps[message.step].any = true;
    ++steps[message.step].states[message.state];
  }
  return steps;
}

void compare_messages(std::vector<std::string>& gaps, std::string_view place,
                      const Messages& messages) {
  const Tally& tally = messages.tally;
  if (!messages.any && tally.of("queued") == 0) return;
  const std::int64_t on_their_way =
      messages.in(DeliveryState::queued) + messages.in(DeliveryState::claimed) +
      messages.in(DeliveryState::committing) + messages.in(DeliveryState::retry);
  // The last counts those that were refused; of those sent, a bounce says it later.
  const std::int64_t ended = tally.of("sent") + tally.of("skipped") + tally.of("cancelled") +
                             tally.of("uncertain") + messages.in(DeliveryState::failed);
  compare(gaps, place, {"queued", tally.of("queued")},
          {"sent, held back, failed or on their way", on_their_way + ended});
}

}  // namespace

std::vector<std::string> uncounted(const Stage& stage, std::string_view journey) {
  std::vector<std::string> gaps;
  const std::vector<Stage::Count> counts = stage.counts("journey", journey);
  for (const auto& [place, tally] : tallies_of(stage, journey, counts)) {
    compare_runs(gaps, journey, place, tally);
  }
  compare_arms(gaps, journey, counts);
  for (const auto& [step, messages] : messages_of(stage, journey, counts)) {
    compare_messages(gaps, fmt::format("{} {}", journey, step), messages);
  }
  return gaps;
}

std::vector<std::string> uncounted_of_campaign(const Stage& stage, std::string_view campaign) {
  std::vector<std::string> gaps;
  const CampaignView view = stage.campaign(campaign);
  if (!view.standing) return gaps;
  const campaigns::Standing& standing = *view.standing;
  const std::int64_t all = campaigns::sum_of(view.counts).all();
  const std::int64_t left =
      static_cast<std::int64_t>(standing.audience) - static_cast<std::int64_t>(standing.gone) - all;
  const bool has_finished = standing.state == campaigns::State::finished;
  if (left < 0 || (has_finished && left != 0)) {
    gaps.push_back(fmt::format("of {} contacts {} are gone, {} have a message, and it is {}",
                               standing.audience, standing.gone, all, to_string(standing.state)));
  }
  for (const auto& [arm, outcomes] : view.outcomes) {
    const auto found = view.counts.find(arm);
    const std::int64_t messages = found == view.counts.end() ? 0 : found->second.all();
    for (const char* name : {"opened", "clicked", "converted", "timely", "unsubscribed"}) {
      const std::int64_t count = campaigns::outcome_of(outcomes, name);
      if (count <= messages) continue;
      gaps.push_back(fmt::format("{} of {} messages {}", count, messages, name));
    }
  }
  std::uint32_t shares = 0;
  for (const std::uint32_t share : standing.shares) shares += share;
  if (!standing.shares.empty() && shares != campaigns::whole_share) {
    gaps.push_back(fmt::format("the shares are {} together", shares));
  }
  return gaps;
}

}  // namespace sojourn::simulation
