// simulate: runs seeds of the simulation. Every seed is one test; so is every planted fault.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "base/log.h"
#include "simulation/simulation.h"

namespace sojourn::simulate {
namespace {

/// A planted fault must be found within so many seeds.
constexpr std::uint64_t planted_seeds_max = 40;
/// Of so many seeds one is run twice, to see that it repeats itself.
constexpr std::uint64_t repeat_every = 25;

struct Score {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
};

std::string repeat_command(std::uint64_t seed, std::string_view planted) {
  std::string command = fmt::format("build/release/simulate --seed {}", seed);
  if (!planted.empty()) command += fmt::format(" --planted {}", planted);
  return command;
}

/// False where the seed broke an invariant or did not repeat itself.
bool run_seed(std::uint64_t seed, Verbose verbose, Outcome& sums) {
  const Outcome outcome = simulate(seed, Planted::none, verbose);
  sums.events += outcome.events;
  sums.crashes += outcome.crashes;
  sums.messages += outcome.messages;
  sums.accepted += outcome.accepted;
  sums.uncertain += outcome.uncertain;
  if (outcome.violation) {
    fmt::print("seed {}: invariant {}: {}\n  {}\n", seed, outcome.violation->invariant,
               outcome.violation->what, repeat_command(seed, ""));
    return false;
  }
  if (seed % repeat_every != 1 && verbose == Verbose::no) return true;
  const std::uint64_t again = simulate(seed, Planted::none, Verbose::no).trace_hash;
  if (again == outcome.trace_hash) return true;
  fmt::print("seed {}: two runs of it differ: traces {:016x} and {:016x}\n  {}\n", seed,
             outcome.trace_hash, again, repeat_command(seed, ""));
  return false;
}

Score run_seeds(std::uint64_t from, std::uint64_t count, Verbose verbose) {
  Score score;
  Outcome sums;
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    ++(run_seed(seed, verbose, sums) ? score.passed : score.failed);
    std::fflush(stdout);
  }
  fmt::print("{} events, {} crashes, {} messages, {} taken over by the peer, {} uncertain\n",
             sums.events, sums.crashes, sums.messages, sums.accepted, sums.uncertain);
  return score;
}

/// True where one of the first seeds shows the fault.
bool is_caught(const PlantedName& planted) {
  for (std::uint64_t seed = 1; seed <= planted_seeds_max; ++seed) {
    const Outcome outcome = simulate(seed, planted.fault, Verbose::no);
    if (!outcome.violation) continue;
    fmt::print("planted {}: caught by seed {}: invariant {}: {}\n  {}\n", planted.name, seed,
               outcome.violation->invariant, outcome.violation->what,
               repeat_command(seed, planted.name));
    return true;
  }
  fmt::print("planted {}: not caught by {} seeds\n", planted.name, planted_seeds_max);
  return false;
}

int run(int argc, char** argv) {
  CLI::App app("runs the whole system under faults, from seeds");
  std::uint64_t from = 1;
  std::uint64_t seeds = 0;
  std::uint64_t seed = 0;
  std::string planted;
  app.add_option("--seeds", seeds, "so many seeds");
  app.add_option("--from", from, "the first of them");
  app.add_option("--seed", seed, "one seed, with its trace");
  app.add_option("--planted", planted, "all, or the name of one fault: must be caught");
  CLI11_PARSE(app, argc, argv);
  // The disk fails on purpose; the trace tells.
  log::set_sink([](log::Level, std::string_view) {});

  Score score;
  const auto add = [&](bool passed) { ++(passed ? score.passed : score.failed); };
  bool known = planted.empty() || planted == "all";
  for (const PlantedName& each : planted_names) {
    if (planted != "all" && planted != each.name) continue;
    known = true;
    if (seed == 0) {
      add(is_caught(each));
    } else {
      add(simulate(seed, each.fault, Verbose::yes).violation.has_value());
    }
  }
  if (!known) {
    fmt::print(stderr, "there is no fault \"{}\"\n", planted);
    return 2;
  }
  if (seed != 0 && planted.empty()) seeds = 1;
  if (seeds != 0) {
    const Score more =
        seed != 0 ? run_seeds(seed, 1, Verbose::yes) : run_seeds(from, seeds, Verbose::no);
    score.passed += more.passed;
    score.failed += more.failed;
  }
  fmt::print("{} passed, {} failed\n", score.passed, score.failed);
  return score.failed == 0 && score.passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace sojourn::simulate

int main(int argc, char** argv) {
  return sojourn::simulate::run(argc, argv);
}
