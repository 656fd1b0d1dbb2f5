#pragma once

/// Which segments and scores are still being built after a publication, and how far that is.

#include <vector>

#include "base/json.h"
#include "domain/reaction/rules.h"
#include "runtime/runtime.h"

namespace sojourn::api::endpoints {

class Building {
 public:
  static Result<Building> read(const runtime::Runtime& runtime, const reaction::Rules& rules,
                               store::StateReads& view);

  /// It changed, or reads what did, and not every contact has been brought to it.
  [[nodiscard]] bool is_building(reaction::Place place) const {
    return !places_.empty() && places_[place];
  }
  /// `state`, and while it is being built `progress`.
  void write(JsonWriter& out, reaction::Place place) const;

 private:
  runtime::BackfillState state_;
  std::vector<bool> places_;  ///< empty: nothing is being built
};

}  // namespace sojourn::api::endpoints
