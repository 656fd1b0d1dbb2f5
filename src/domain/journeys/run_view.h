#pragma once

/// A contact as the conditions of one run ask for it: attributes whose path begins with `event.`
/// are properties of what started the run, those that begin with `run.` what its webhook steps were
/// answered.

#include "domain/journeys/run.h"
#include "domain/segments/evaluate.h"

namespace sojourn::journeys {

/// Borrows both, which outlive it.
class RunView final : public segments::ConditionView {
 public:
  RunView(const segments::ConditionView& contact, const Run& run) : contact_(contact), run_(run) {}

  [[nodiscard]] const Value* attribute(std::string_view path) const override;

  [[nodiscard]] contacts::ContactId contact() const override { return contact_.contact(); }
  [[nodiscard]] absl::TimeZone zone() const override { return contact_.zone(); }
  [[nodiscard]] const facts::FactState* fact(const facts::FactId& id) const override {
    return contact_.fact(id);
  }
  [[nodiscard]] bool in_segment(std::string_view key) const override {
    return contact_.in_segment(key);
  }
  [[nodiscard]] bool on_list(std::string_view key) const override { return contact_.on_list(key); }
  [[nodiscard]] segments::ScoreReading score(std::string_view key, double level) const override {
    return contact_.score(key, level);
  }
  [[nodiscard]] bool crossed(std::string_view score, std::string_view threshold) const override {
    return contact_.crossed(score, threshold);
  }
  [[nodiscard]] segments::GradeReading grade(std::string_view key) const override {
    return contact_.grade(key);
  }
  [[nodiscard]] segments::ConsentIs::State consent(std::string_view channel,
                                                   std::string_view topic) const override {
    return contact_.consent(channel, topic);
  }
  [[nodiscard]] bool is_reachable(std::string_view channel, std::string_view topic) const override {
    return contact_.is_reachable(channel, topic);
  }

 private:
  const segments::ConditionView& contact_;
  const Run& run_;
};

}  // namespace sojourn::journeys
