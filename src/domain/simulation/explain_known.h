#pragma once

/// What the explanations share: the contact as conditions see it, with facts that no rule counts
/// folded from its events. Internal to explain.h.

#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "domain/reaction/contact_view.h"
#include "domain/simulation/explain.h"

namespace sojourn::simulation {

/// Facts of one condition, folded from events.
using FoldedFacts = absl::flat_hash_map<facts::FactId, facts::FactState>;

/// Folds what `condition` asks of behaviour from the events that the predicate lets through.
template <typename Wanted>
[[nodiscard]] FoldedFacts fold_facts(const segments::Condition& condition,
                                     const std::vector<events::Event>& events, Wanted wanted) {
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  FoldedFacts folded;
  for (const facts::FactDefinition& fact : reads.facts) {
    facts::FactState state;
    state.id = facts::fact_id(fact);
    for (const events::Event& event : events) {
      if (event.name != fact.match.event || !wanted(event)) continue;
      if (const auto occurrence = facts::occurrence_in(fact, event)) state.add(fact, *occurrence);
    }
    folded[state.id] = std::move(state);
  }
  return folded;
}

/// A contact's view in which some facts are others than those of its state. Borrows everything.
class FoldedView final : public segments::ConditionView, public segments::SinceView {
 public:
  FoldedView(const Known& known, const FoldedFacts& folded, const Timestamp& now)
      : known_(known),
        folded_(folded),
        view_(known.rules, known.contact, known.ledger, no_effects_, now,
              [](const journeys::ContactChange&, const std::string&, Timestamp) {}) {}

  // segments::ConditionView
  [[nodiscard]] contacts::ContactId contact() const override { return view_.contact(); }
  [[nodiscard]] absl::TimeZone zone() const override { return view_.zone(); }
  [[nodiscard]] const Value* attribute(std::string_view path) const override;
  [[nodiscard]] const facts::FactState* fact(const facts::FactId& id) const override;
  [[nodiscard]] bool in_segment(std::string_view key) const override;
  [[nodiscard]] bool on_list(std::string_view key) const override { return view_.on_list(key); }
  [[nodiscard]] segments::ScoreReading score(std::string_view key, double level) const override;
  [[nodiscard]] bool crossed(std::string_view score, std::string_view threshold) const override;
  [[nodiscard]] segments::GradeReading grade(std::string_view key) const override;
  [[nodiscard]] segments::ConsentIs::State consent(std::string_view channel,
                                                   std::string_view topic) const override;
  [[nodiscard]] bool is_reachable(std::string_view channel, std::string_view topic) const override;

  // segments::SinceView
  [[nodiscard]] std::optional<Timestamp> attribute_since(std::string_view path) const override;
  [[nodiscard]] std::optional<Timestamp> membership_since(std::string_view segment) const override;
  [[nodiscard]] std::optional<Timestamp> listing_since(std::string_view list) const override;
  [[nodiscard]] Timestamp crossing_due(std::string_view score,
                                       std::string_view threshold) const override {
    return view_.crossing_due(score, threshold);
  }

  [[nodiscard]] const reaction::ContactView& whole() const { return view_; }

 private:
  const Known& known_;
  const FoldedFacts& folded_;
  const std::vector<effects::Effect> no_effects_;
  const reaction::ContactView view_;
};

/// The tree of a condition, asked at `now`; of a run where one is given.
[[nodiscard]] segments::ExplainedRow explain_at(const Known& known,
                                                const segments::Condition& condition, Timestamp now,
                                                const journeys::Run* run = nullptr);

/// The newest decision that the predicate lets through; null where there is none.
template <typename Wanted>
[[nodiscard]] const effects::Decision* newest_decision(const Known& known, Wanted wanted) {
  for (auto each = known.decisions.rbegin(); each != known.decisions.rend(); ++each) {
    if (wanted(*each)) return &*each;
  }
  return nullptr;
}

/// The contact's newest run of the journey; null where its state holds none. Those of the holdout
/// were let in on paper only and are none.
[[nodiscard]] const journeys::Run* newest_run(const Known& known, std::uint32_t journey);

[[nodiscard]] Check failed(std::string code, std::optional<Timestamp> at, std::string evidence,
                           std::optional<Fix> fix = {});
[[nodiscard]] Check passed(std::string code, std::optional<Timestamp> at, std::string evidence);

/// `the journey was paused from … to …`
[[nodiscard]] std::string pause_in_words(const Pause& pause);

/// By which runs name the journey; 0 where nothing is known of it.
[[nodiscard]] std::uint32_t number_of(const reaction::JourneyRule* rule,
                                      const std::optional<Publication>& publication);

/// The version that the run follows; null where it is not kept.
[[nodiscard]] const reaction::JourneyRule* followed_by(const Known& known,
                                                       const journeys::Run& run);

/// True of a run that stands still as its journey is paused; `rule` may be null.
[[nodiscard]] bool is_stopped(const reaction::JourneyRule* rule, const journeys::Run& run);

/// Where an active run waits, and until when: `is at “w”: wait 2 days, until …`
[[nodiscard]] std::string place_in_words(const Known& known, const journeys::Run& run);
/// How a run ended: `ended: exited (all done)`
[[nodiscard]] std::string end_in_words(const Known& known, const journeys::Run& run);

/// Whether a definition is in force, as the first check of every chain. Appends it; false where
/// it failed.
bool check_published(std::string_view kind, std::string_view key, bool in_force,
                     const std::optional<Publication>& publication, std::vector<Check>& checks);

/// `was_inside` -> `was inside`
[[nodiscard]] std::string words_of_code(std::string_view code);

/// Sets the summary from the last check that decided.
void summarise(Explanation& explanation, std::string happened, std::string did_not);

/// Rows that a check's evidence names.
inline constexpr std::size_t deciding_rows_max = 3;
[[nodiscard]] std::string deciding_in_words(const segments::ExplainedRow& row);

}  // namespace sojourn::simulation
