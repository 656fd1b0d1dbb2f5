#include "domain/experiments/standing.h"

#include <algorithm>
#include <utility>

namespace sojourn::experiments {
namespace {

/// Empty: none.
std::string winner_of(const Decide& decide, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::winner) return verdict.arm;
  switch (decide.if_unclear) {
    case Decide::IfUnclear::keep:
      return {};
    case Decide::IfUnclear::leading:
      return verdict.arm;
    case Decide::IfUnclear::arm:
      return decide.arm;
  }
  return {};
}

}  // namespace

Timestamp look_due(const Plan& plan, const Standing& standing, std::span<const ArmCount> counts) {
  if (!plan.decide || standing.look || standing.winner) return Timestamp::never();
  const bool enough = std::all_of(counts.begin(), counts.end(), [&](const ArmCount& count) {
    return count.people >= plan.decide->at_least;
  });
  return enough ? standing.since + plan.decide->after : Timestamp::never();
}

Standing look(const Decide& decide, Standing standing, std::vector<ArmCount> counts,
              Timestamp now) {
  Verdict verdict = judge(counts, decide.confidence);
  const std::string winner = winner_of(decide, verdict);
  standing.look = Look{now, std::move(counts), std::move(verdict)};
  if (!winner.empty()) standing.winner = Winner{winner, now, ""};
  return standing;
}

}  // namespace sojourn::experiments
