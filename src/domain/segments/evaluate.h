#pragma once

/// Answers a condition for one contact at one instant, and says when time alone may change it.

#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/contacts/contact_id.h"
#include "domain/segments/condition.h"

namespace sojourn::segments {

/// A score as conditions see it.
struct ScoreReading {
  double value = 0;  ///< now
  /// The first instant at which fading alone takes the value below the level that was asked about,
  /// or, from below zero, up to it; never where it stays on its side.
  Timestamp changes = Timestamp::never();
};

/// A grade as conditions see it.
struct GradeReading {
  std::string grade;                       ///< `A1`
  Timestamp changes = Timestamp::never();  ///< likewise, to another grade
};

/// What a condition may ask of a contact. Implemented over the contact's state by the reaction, and
/// by tables in tests.
class ConditionView {
 public:
  virtual ~ConditionView() = default;
  [[nodiscard]] virtual contacts::ContactId contact() const = 0;
  /// Where the contact's local days begin and end: its own zone, else the workspace's.
  [[nodiscard]] virtual absl::TimeZone zone() const = 0;
  /// Null where absent. `path` is dotted.
  [[nodiscard]] virtual const Value* attribute(std::string_view path) const = 0;
  /// Null where nothing was counted yet.
  [[nodiscard]] virtual const facts::FactState* fact(const facts::FactId& id) const = 0;
  [[nodiscard]] virtual bool in_segment(std::string_view key) const = 0;
  [[nodiscard]] virtual bool on_list(std::string_view key) const = 0;
  [[nodiscard]] virtual ScoreReading score(std::string_view key, double level) const = 0;
  [[nodiscard]] virtual bool crossed(std::string_view score, std::string_view threshold) const = 0;
  [[nodiscard]] virtual GradeReading grade(std::string_view key) const = 0;
  [[nodiscard]] virtual ConsentIs::State consent(std::string_view channel,
                                                 std::string_view topic) const = 0;
  /// As `Reachable` asks.
  [[nodiscard]] virtual bool is_reachable(std::string_view channel,
                                          std::string_view topic) const = 0;
};

/// A contact of whom nothing is known; views that know less than everything begin here.
class NobodyView : public ConditionView {
 public:
  [[nodiscard]] contacts::ContactId contact() const override { return {}; }
  [[nodiscard]] absl::TimeZone zone() const override { return absl::UTCTimeZone(); }
  [[nodiscard]] const Value* attribute(std::string_view) const override { return nullptr; }
  [[nodiscard]] const facts::FactState* fact(const facts::FactId&) const override {
    return nullptr;
  }
  [[nodiscard]] bool in_segment(std::string_view) const override { return false; }
  [[nodiscard]] bool on_list(std::string_view) const override { return false; }
  [[nodiscard]] ScoreReading score(std::string_view, double) const override { return {}; }
  [[nodiscard]] bool crossed(std::string_view, std::string_view) const override { return false; }
  [[nodiscard]] GradeReading grade(std::string_view) const override { return {}; }
  [[nodiscard]] ConsentIs::State consent(std::string_view, std::string_view) const override {
    return ConsentIs::State::unknown;
  }
  [[nodiscard]] bool is_reachable(std::string_view, std::string_view) const override {
    return false;
  }
};

using facts::Verdict;

/// The share of [0, 100) that the contact falls into, for ever the same for one seed.
[[nodiscard]] double random_percent(const contacts::ContactId& contact, std::string_view seed);

/// Pure: the same view, condition and `now` give the same verdict. The condition is bound.
[[nodiscard]] Verdict evaluate(const Condition& condition, const ConditionView& view,
                               Timestamp now);

/// What a question about behaviour measured in its window, for explanations: a count or an amount.
/// Absent where there is nothing to average, and for other questions.
[[nodiscard]] std::optional<double> measured(const Did& did, const ConditionView& view,
                                             Timestamp now);

}  // namespace sojourn::segments
