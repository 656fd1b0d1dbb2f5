#pragma once

/// Counters of journeys as answers show them: sums over the versions of a definition.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "domain/experiments/verdict.h"
#include "domain/reaction/rules.h"
#include "store/state.h"

namespace sojourn::api {

struct StepCounts {
  std::uint64_t reached = 0;  ///< began to wait there
  std::uint64_t passed = 0;
  std::uint64_t left = 0;  ///< ended there
  std::uint64_t sent = 0;
  // Messages, by reason.
  std::map<std::string, std::uint64_t> skipped;
  std::map<std::string, std::uint64_t> deferred;
  std::map<std::string, std::uint64_t> cancelled;
  std::map<std::string, std::uint64_t> failed;
  std::map<std::string, std::uint64_t> ways;  ///< how often each was taken
  /// Of experiments, by arm and version of the journey.
  std::map<std::pair<std::string, int>, experiments::ArmCount> arms;

  /// Of an arm, from the version on that began its experiment.
  [[nodiscard]] experiments::ArmCount arm(const std::string& name, int since_version) const;
  /// Waiting there now: only waits are reached before they are passed or left.
  [[nodiscard]] std::uint64_t here(bool waits) const;
};

struct JourneyCounts {
  std::uint64_t entered = 0;
  std::uint64_t completed = 0;
  std::uint64_t goal = 0;
  std::uint64_t exited = 0;
  std::uint64_t merged = 0;
  std::uint64_t erased = 0;                          ///< with the contact
  std::map<std::string, std::uint64_t> not_entered;  ///< refusals, by reason
  std::map<std::string, StepCounts> steps;           ///< by id; steps of older versions too

  [[nodiscard]] std::uint64_t active() const;
};

/// An archived journey in which nobody is left to finish: as good as gone.
[[nodiscard]] bool is_over(const reaction::JourneyRule& rule, const JourneyCounts& counts);

[[nodiscard]] Result<JourneyCounts> read_journey_counts(store::StateReads& view,
                                                        std::string_view journey);

}  // namespace sojourn::api
