#pragma once

/// Answers a condition for one contact at one instant, and says when time alone may change it.

#include <string_view>

#include "base/time.h"
#include "domain/segments/condition.h"

namespace sojourn::segments {

/// A score as conditions see it.
struct ScoreReading {
  double value = 0;  ///< now
  /// The first instant at which fading alone takes the value below `at_least`, or, from below zero,
  /// up to it; never where it stays on its side.
  Timestamp changes = Timestamp::never();
};

/// What a condition may ask of a contact. Implemented over the contact's state by the reaction, and
/// by tables in tests.
class ConditionView {
 public:
  virtual ~ConditionView() = default;
  /// Null where absent. `path` is dotted.
  [[nodiscard]] virtual const Value* attribute(std::string_view path) const = 0;
  /// Null where nothing was counted yet.
  [[nodiscard]] virtual const facts::FactState* fact(const facts::FactId& id) const = 0;
  [[nodiscard]] virtual bool in_segment(std::string_view key) const = 0;
  [[nodiscard]] virtual ScoreReading score(std::string_view key, double at_least) const = 0;
  [[nodiscard]] virtual bool crossed(std::string_view score, std::string_view threshold) const = 0;
};

struct Verdict {
  bool value = false;
  /// A lower bound of the instant at which the answer may change without any event; never: it
  /// will not.
  Timestamp recheck = Timestamp::never();

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// Pure: the same view, condition and `now` give the same verdict.
[[nodiscard]] Verdict evaluate(const Condition& condition, const ConditionView& view,
                               Timestamp now);

}  // namespace sojourn::segments
