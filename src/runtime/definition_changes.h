#pragma once

/// What a request changes, definition by definition, before anybody asks whether it fits together.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/reaction/rules.h"
#include "runtime/runtime.h"
#include "store/state.h"

namespace sojourn::runtime {

class DefinitionChanges {
 public:
  /// The request outlives it.
  DefinitionChanges(const DefinitionRequest& request, std::string actor, Timestamp now)
      : request_(request), actor_(std::move(actor)), now_(now) {}

  /// Compares the files with what the store holds, and then what none of them holds.
  Result<void> find(store::StateReads& reads);

  /// As it would be: archived ones too, by kind and key.
  using Place = std::pair<std::string, std::string>;
  [[nodiscard]] const std::map<Place, store::DefinitionRecord>& definitions() const {
    return definitions_;
  }
  /// Whether a file of the request defines it.
  [[nodiscard]] bool has_file(const Place& place) const { return files_.contains(place); }
  /// Changes, and problems of files that name nothing or what another names.
  [[nodiscard]] DefinitionPlan take_plan() { return std::move(plan_); }
  /// To be written, with new versions.
  [[nodiscard]] std::vector<store::DefinitionRecord> take_changed() { return std::move(changed_); }

 private:
  Result<void> take_file(store::StateReads& reads, const DefinitionFile& file);
  Result<void> take_rest(store::StateReads& reads);
  Result<void> archive(store::StateReads& reads, store::DefinitionRecord definition);
  /// The change that nothing is, of the definition in force; null: of nothing.
  [[nodiscard]] DefinitionChange change_of(const reaction::DefinitionName& name,
                                           const store::DefinitionRecord* known) const;
  [[nodiscard]] bool is_unseen(const store::DefinitionRecord& known) const;
  void check_those_inside(const DefinitionChange& archived, const std::string& path);
  /// What a pause holds back would never be decided.
  Result<void> check_pause(store::StateReads& reads, const store::DefinitionRecord& archived);
  /// Who has got a campaign's message got it as its definition says: it stays as it is.
  Result<void> check_campaign(store::StateReads& reads, const store::DefinitionRecord& known,
                              const std::string& path, bool is_archived);
  void put(const reaction::DefinitionName& name, store::DefinitionRecord record);

  const DefinitionRequest& request_;
  const std::string actor_;
  const Timestamp now_;
  std::map<Place, store::DefinitionRecord> definitions_;
  std::uint32_t next_number_ = 1;
  std::map<Place, std::string> files_;  ///< by what they define
  DefinitionPlan plan_;
  std::vector<store::DefinitionRecord> changed_;
};

/// Error `changed_meanwhile` where something that would change has another revision than the
/// caller has seen.
[[nodiscard]] Result<void> refuse_changed_meanwhile(const DefinitionPlan& plan);

}  // namespace sojourn::runtime
