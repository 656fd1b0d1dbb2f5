#pragma once

/// What a simulation tells: the trace of its actions, and the invariants that it found broken.

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace sojourn::simulate {

/// Numbers are those of docs/internals/invariants.md; 0 is what no number stands for: the runtime
/// did not come to rest, or the store could not be opened.
struct Violation {
  int invariant = 0;
  std::string what;
};

enum class Verbose { no, yes };

class Findings {
 public:
  explicit Findings(Verbose verbose) : verbose_(verbose) {}

  /// The first one counts; a simulation ends with it.
  void broken(int invariant, std::string what) {
    note("BROKEN " + std::to_string(invariant) + ": " + what);
    if (!violation_) violation_ = Violation{invariant, std::move(what)};
  }
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }

  void note(std::string_view line) {
    // FNV-1a: the trace's fingerprint, for the check that a seed repeats itself.
    for (const char byte : line) hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    hash_ = (hash_ ^ '\n') * 0x100000001b3;
    if (verbose_ == Verbose::yes) std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
  }
  [[nodiscard]] std::uint64_t trace_hash() const { return hash_; }

 private:
  const Verbose verbose_;
  std::optional<Violation> violation_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace sojourn::simulate
