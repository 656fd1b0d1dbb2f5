#pragma once

/// What the audience index reads: rules as its definitions, and a contact's state as its row.

#include <optional>
#include <vector>

#include "domain/audience/index.h"
#include "domain/audience/scan.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"

namespace sojourn::reaction {

class AudienceDefinitions final : public audience::Definitions {
 public:
  /// `rules` outlives it.
  explicit AudienceDefinitions(const Rules& rules) : rules_(rules) {}

  [[nodiscard]] std::optional<std::uint32_t> segment(std::string_view key) const override;
  [[nodiscard]] std::optional<std::uint32_t> list(std::string_view key) const override;
  [[nodiscard]] std::optional<NumberedScore> score(std::string_view key) const override;
  [[nodiscard]] const scoring::Grade* grade(std::string_view key) const override;
  [[nodiscard]] absl::TimeZone zone() const override { return rules_.zone(); }
  [[nodiscard]] bool needs_opt_in(std::string_view topic) const override {
    return policies::needs_opt_in(rules_.policies(), topic);
  }

 private:
  const Rules& rules_;
};

/// The facts that rules count.
[[nodiscard]] std::vector<facts::FactDefinition> counted_facts(const Rules& rules);

/// The contact's email address as the consent ledger knows it; empty where there is none.
[[nodiscard]] std::string ledger_address(const ContactState& state);

/// `address`: the ledger's hash of ledger_address(); absent where that is empty. Borrows the state.
[[nodiscard]] audience::ContactRow audience_row(const ContactState& state,
                                                std::optional<Hash128> address);

}  // namespace sojourn::reaction
