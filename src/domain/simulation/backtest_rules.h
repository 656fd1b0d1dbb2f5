#pragma once

/// The part of a workspace's definitions that a backtest needs: the journeys that it replays and
/// what they read, and the events of the log that can matter to these.
///
/// What a definition refers to is found in its text: whatever it mentions by key or name. So no
/// kind of step or condition need be known here, and more than what is meant is never wrong, only
/// slower.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "base/string_map.h"
#include "domain/reaction/rules.h"

namespace sojourn::simulation {

/// The events of the log that rules may look at.
class WantedEvents {
 public:
  /// Names that the rules index, those that a text of `mentions` holds, and Sojourn's own.
  WantedEvents(std::shared_ptr<const reaction::Rules> rules, std::vector<std::string> mentions);
  [[nodiscard]] bool contains(std::string_view name) const;

  /// Whether every journey is entered by events alone, and so by nobody who has none of those that
  /// let_in() names. Else what a contact is, or time, lets people in as well.
  [[nodiscard]] bool alone_let_in() const;
  [[nodiscard]] bool let_in(std::string_view name) const;

 private:
  const std::shared_ptr<const reaction::Rules> rules_;
  absl::flat_hash_set<std::string, TextHash, std::equal_to<>> mentions_;
};

struct ReducedRules {
  std::shared_ptr<const reaction::Rules> rules;
  /// Every text that stands in the definition of one of the journeys, and every part of it within
  /// quotation marks: a step waits for an event by its name.
  std::vector<std::string> mentions;
  std::vector<reaction::Problem> problems;  ///< not empty: nothing else is to be used
};

/// Compiles everything, to find problems, and then `journeys` alone: with the journeys that they
/// enter, and all that any of them reads. Numbers and versions stay those of the sources; paused
/// journeys run, and superseded versions are left out.
/// Problem `unknown_journey` where there is none of a key.
[[nodiscard]] ReducedRules reduce_rules(const std::vector<reaction::DefinitionSource>& sources,
                                        const std::vector<std::string>& journeys,
                                        const std::string& time_zone);

/// Keys of the journeys among `changed`, and of those that mention one of these or something that
/// does, in order. Who enters a changed journey is not touched for that.
[[nodiscard]] std::vector<std::string> journeys_reading(
    const std::vector<reaction::DefinitionSource>& sources,
    const std::vector<reaction::DefinitionName>& changed);

}  // namespace sojourn::simulation
