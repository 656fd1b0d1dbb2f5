#pragma once

/// Answers every question of segments anew from a contact's events, with nothing kept from before:
/// what incremental answers are compared with.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/events/event.h"
#include "domain/reaction/rules.h"
#include "domain/segments/evaluate.h"

namespace sojourn::simulation {

class Recomputation final : public segments::ConditionView {
 public:
  /// Events in the order in which they were applied. Rules and events outlive it.
  Recomputation(const reaction::Rules& rules, contacts::ContactId contact,
                std::vector<const events::Event*> events, Timestamp now);

  contacts::ContactId contact() const override { return contact_; }
  absl::TimeZone zone() const override;
  const Value* attribute(std::string_view path) const override;
  const facts::FactState* fact(const facts::FactId& id) const override;
  bool in_segment(std::string_view key) const override;
  bool on_list(std::string_view) const override { return false; }
  segments::ScoreReading score(std::string_view key, double level) const override;
  bool crossed(std::string_view score, std::string_view threshold) const override;
  segments::GradeReading grade(std::string_view key) const override;
  segments::ConsentIs::State consent(std::string_view channel,
                                     std::string_view topic) const override;
  bool is_reachable(std::string_view channel, std::string_view topic) const override;

 private:
  void count_facts();
  void write_attributes();
  void fold_consent();
  /// What the first so many events have earned for a score.
  [[nodiscard]] double earned(const scoring::Score& score, std::size_t count, Timestamp now) const;
  /// Thresholds by the value that events make in the order in which they were applied; between them
  /// it only fades.
  [[nodiscard]] scoring::ScoreState lived(const scoring::Score& score) const;
  [[nodiscard]] double value(std::string_view key) const;

  const reaction::Rules& rules_;
  const contacts::ContactId contact_;
  std::vector<const events::Event*> events_;  ///< in the order of application
  const Timestamp now_;
  std::map<facts::FactId, facts::FactState> facts_;
  Object attributes_;
  std::map<std::string, policies::AddressConsent, std::less<>> consents_;  ///< by address
  mutable std::map<std::string, bool, std::less<>> members_;
};

}  // namespace sojourn::simulation
