#pragma once

/// Which segments, scores and facts are still being built after a publication, and how far that is;
/// or are incomplete because it was cancelled.

#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"
#include "runtime/runtime.h"

namespace sojourn::api::endpoints {

class Building {
 public:
  /// `rules` outlives it.
  static Result<Building> read(const runtime::Runtime& runtime, const reaction::Rules& rules,
                               store::StateReads& view);

  enum class State : std::uint8_t { ready, building, incomplete };
  /// Of everything.
  [[nodiscard]] State state() const;
  /// Not ready: it changed, or reads what did, and not every contact has been brought to it.
  [[nodiscard]] State of(reaction::Place place) const;
  /// Not ready: it reads what is not.
  [[nodiscard]] State of(const segments::Condition& condition) const;

  /// `state`, and while it is being built `progress`.
  void write(JsonWriter& out, State state) const;

 private:
  explicit Building(const reaction::Rules& rules) : rules_(&rules) {}

  const reaction::Rules* rules_;
  runtime::BackfillState state_;
  std::vector<bool> places_;  ///< empty: everything is ready
};

}  // namespace sojourn::api::endpoints
