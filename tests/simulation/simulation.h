#pragma once

/// One simulation: the whole runtime on one thread, on a disk, a channel and people that the seed
/// makes up, with crashes between any two steps and inside them; then the invariants.

#include <cstdint>
#include <string>

#include "simulation/findings.h"
#include "simulation/planted.h"

namespace sojourn::simulate {

struct Outcome {
  std::optional<Violation> violation;
  std::uint64_t trace_hash = 0;
  // What the seed came to, to see that simulations do something.
  std::uint64_t events = 0;
  std::uint64_t crashes = 0;
  std::uint64_t messages = 0;
  std::uint64_t accepted = 0;
  std::uint64_t uncertain = 0;
};

[[nodiscard]] Outcome simulate(std::uint64_t seed, Planted planted, Verbose verbose);

}  // namespace sojourn::simulate
