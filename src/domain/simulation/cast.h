#pragma once

/// The people and the times of a scenario, as its lines write them.

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/contacts/contact_id.h"
#include "domain/simulation/scenario_text.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// Null where nobody is called so yet. Valid until the stage moves.
[[nodiscard]] const reaction::ContactState* find(const Stage& stage, const Who& who);

/// `ana`, `~phone`
[[nodiscard]] std::string name_of(const Who& who);
/// The same for a contact; its id where it has neither name.
[[nodiscard]] std::string name_of(const reaction::ContactState& contact);
[[nodiscard]] std::string name_of(const Stage& stage, const contacts::ContactId& id);

/// Reads and writes times in the zone that was named last.
class WallClock {
 public:
  explicit WallClock(std::string zone) : zone_(std::move(zone)) {}

  [[nodiscard]] const std::string& zone() const { return zone_; }
  /// A zone that is named holds from now on. Errors as parse_timestamp() and parse_local_time().
  Result<Timestamp> read(const When& when);
  /// `2026-03-02T21:50`, with seconds and their fraction where there are any; `for ever` of never.
  [[nodiscard]] std::string write(Timestamp time) const;

 private:
  std::string zone_;
};

}  // namespace sojourn::simulation
