#pragma once

/// The one source of chance of a simulation: the same seed gives the same throws on any machine.

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace sojourn::simulate {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  /// SplitMix64 (Steele, Lea, Flood 2014).
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to `count` - 1; `count` is not 0.
  std::uint64_t below(std::uint64_t count) { return next() % count; }
  std::size_t index(std::size_t count) { return static_cast<std::size_t>(below(count)); }
  /// `from` to `to`, both included.
  int between(int from, int to) {
    return from + static_cast<int>(below(static_cast<std::uint64_t>(to - from) + 1));
  }
  bool chance(int percent) { return below(100) < static_cast<std::uint64_t>(percent); }
  bool per_mille(int chances) { return below(1000) < static_cast<std::uint64_t>(chances); }
  Duration up_to(Duration longest) {
    return {static_cast<std::int64_t>(below(static_cast<std::uint64_t>(longest.ms) + 1))};
  }
  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[index(choices.size())];
  }
  /// A seed for dice of its own, so that one part's throws do not shift another's.
  std::uint64_t fork() { return next(); }

 private:
  std::uint64_t state_;
};

}  // namespace sojourn::simulate
