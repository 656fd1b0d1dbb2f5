#pragma once

/// A contact's state as conditions, steps and policies ask for it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/effects/effect.h"
#include "domain/journeys/steps/step_context.h"
#include "domain/policies/policies.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "domain/segments/evaluate.h"

namespace sojourn::reaction {

/// Borrows everything; lives as long as one reaction. Scores are read at `now`, which
/// the reaction moves from instant to instant.
class ContactView final : public segments::ConditionView, public journeys::StepView {
 public:
  /// Carries out what a step changes in the contact.
  using Change = std::function<void(const journeys::ContactChange& change,
                                    const std::string& event_id, Timestamp now)>;
  /// `effects` holds what the reaction has decided so far: an opt-out among them counts at once.
  ContactView(const Rules& rules, const ContactState& contact,
              const policies::ConsentLedger& ledger, const std::vector<effects::Effect>& effects,
              const Timestamp& now, Change change)
      : rules_(rules),
        contact_(contact),
        ledger_(ledger),
        effects_(effects),
        now_(now),
        change_(std::move(change)) {}

  // segments::ConditionView
  [[nodiscard]] contacts::ContactId contact() const override { return contact_.id; }
  [[nodiscard]] absl::TimeZone zone() const override;
  [[nodiscard]] const Value* attribute(std::string_view path) const override;
  [[nodiscard]] const facts::FactState* fact(const facts::FactId& id) const override;
  [[nodiscard]] bool in_segment(std::string_view key) const override;
  [[nodiscard]] segments::ScoreReading score(std::string_view key, double at_least) const override;
  [[nodiscard]] bool crossed(std::string_view score, std::string_view threshold) const override;
  [[nodiscard]] bool on_list(std::string_view key) const override;
  [[nodiscard]] segments::GradeReading grade(std::string_view key) const override;
  [[nodiscard]] segments::ConsentIs::State consent(std::string_view channel,
                                                   std::string_view topic) const override;
  [[nodiscard]] bool is_reachable(std::string_view channel, std::string_view topic) const override;

  // journeys::StepView
  [[nodiscard]] const segments::ConditionView& conditions() const override { return *this; }
  [[nodiscard]] std::string address(std::string_view channel) const override;
  [[nodiscard]] policies::Answer ask_policies(const policies::Proposal& proposal,
                                              Timestamp now) const override;
  [[nodiscard]] Result<std::string> render(const std::string& text, const journeys::Run& run,
                                           Timestamp now) const override;
  void change(const journeys::ContactChange& change, const std::string& event_id,
              Timestamp now) override {
    change_(change, event_id, now);
  }

  /// From now on the policies say no, with this reason; empty: they are asked again.
  void refuse_messages(std::string reason) { refusal_ = std::move(reason); }

  [[nodiscard]] policies::AddressConsent consent_of(std::string_view channel,
                                                    std::string_view address) const;
  /// The first instant at which fading alone reaches or leaves the threshold; never where none.
  [[nodiscard]] Timestamp crossing_due(std::string_view score, std::string_view threshold) const;
  /// The name of the contact's own time zone; empty where it has none.
  [[nodiscard]] std::string zone_name() const;

 private:
  [[nodiscard]] const scoring::ScoreState* score_state(const ScoreRuleSet& set) const;

  const Rules& rules_;
  const ContactState& contact_;
  const policies::ConsentLedger& ledger_;
  const std::vector<effects::Effect>& effects_;
  const Timestamp& now_;
  const Change change_;
  std::string refusal_;
};

}  // namespace sojourn::reaction
