#pragma once

/// From definition files to a plan: what would change, what is wrong, and the rules that result.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "domain/reaction/rules.h"
#include "runtime/journey_versions.h"
#include "runtime/runtime.h"
#include "store/store.h"

namespace sojourn::runtime {

/// Files of a workspace folder that are no definitions are passed over: only these are read.
[[nodiscard]] bool is_definition_file(std::string_view path);

struct PreparedDefinitions {
  DefinitionPlan plan;
  std::vector<store::DefinitionRecord> changed;     ///< to be written, with new versions
  std::vector<reaction::DefinitionSource> sources;  ///< of everything in force, as it would be
  std::string time_zone;                            ///< where the workspace's definition names none
  std::shared_ptr<const reaction::Rules> rules;  ///< of everything; null where there are problems
  /// What becomes of those inside journeys: what the request says, and of journeys that are
  /// corrected after all, that they move to the present version.
  std::map<std::string, journeys::Inside, std::less<>> inside;
};

/// The same in the words of a plan.
[[nodiscard]] std::vector<DefinitionSetAside> set_aside_in(const reaction::Rules& rules);

/// Compares files with what the store holds and compiles both together. What becomes of definitions
/// without a file the request says; one that others need cannot be archived: a problem, and so are
/// contacts inside a journey, unless they are to finish or to leave. What is set aside already and
/// that no file corrects stays so, and hinders nothing.
[[nodiscard]] Result<PreparedDefinitions> prepare_definitions(store::StateReads& reads,
                                                              const DefinitionRequest& request,
                                                              const std::string& actor,
                                                              Timestamp now);

/// False where contacts follow a version of a changed journey that the rules neither know nor have
/// set aside: somebody entered it after they were compiled.
[[nodiscard]] Result<bool> knows_all_followed(store::StateReads& reads,
                                              const reaction::Rules& rules,
                                              const std::vector<store::DefinitionRecord>& changed);

/// The rules of what the store holds. What does not compile under the present rules is set aside.
[[nodiscard]] Result<std::shared_ptr<const reaction::Rules>> load_rules(store::StateReads& reads);

/// Writes down what is set aside, for the next start.
[[nodiscard]] Result<void> note_set_aside(store::StateTransaction& transaction,
                                          const reaction::Rules& rules);

/// The rules when a program starts. Where it asks for facts that the store does not know, as after
/// an update that counts something in another way, they are published as of `now`: contacts will
/// get their history. So is a change of what is set aside: what is left out is not counted
/// meanwhile, and what is in force again is asked of everybody.
[[nodiscard]] Result<std::shared_ptr<const reaction::Rules>> rules_at_start(store::Store& store,
                                                                            Timestamp now);

/// The same with another pause of one journey, as the next generation of rules.
[[nodiscard]] Result<std::shared_ptr<const reaction::Rules>> rules_with_pause(
    store::StateReads& reads, std::uint32_t journey, const JourneyPause& pause);

}  // namespace sojourn::runtime
