#pragma once

/// Why a condition holds for a contact, or not: each of its questions with its answer, what was
/// measured, and since when. Every answer is that of evaluate().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "domain/segments/evaluate.h"

namespace sojourn::segments {

/// One row of the tree, as conditions nest.
struct ExplainedRow {
  enum class Kind : std::uint8_t { question, all, any, negation };
  Kind kind = Kind::question;
  std::string text = {};  ///< describe()
  bool ok = false;
  /// A count or an amount, the attribute's value, the score now…; null where there is none.
  Value value = {};
  /// As Verdict::recheck, and when fading alone reaches or leaves a threshold that is asked for.
  Timestamp changes = Timestamp::never();
  /// Since when what it reads has been so that it is true; absent where it is not true, or nobody
  /// wrote down when.
  std::optional<Timestamp> since = {};
  std::vector<ExplainedRow> rows = {};  ///< of all, any and negation
};

/// When what a contact has was written, or changes by itself. Implemented over the contact's state.
class SinceView {
 public:
  virtual ~SinceView() = default;
  [[nodiscard]] virtual std::optional<Timestamp> attribute_since(std::string_view path) const = 0;
  [[nodiscard]] virtual std::optional<Timestamp> membership_since(
      std::string_view segment) const = 0;
  [[nodiscard]] virtual std::optional<Timestamp> listing_since(std::string_view list) const = 0;
  /// When fading alone reaches or leaves the threshold; never where it does not.
  [[nodiscard]] virtual Timestamp crossing_due(std::string_view score,
                                               std::string_view threshold) const = 0;
};

/// Pure, as evaluate(); the condition is bound.
[[nodiscard]] ExplainedRow explain(const Condition& condition, const ConditionView& view,
                                   const SinceView& since, Timestamp now);

/// The questions that decide the answer: those that are false where the whole is, true where it is
/// true, as they are written and at most `limit`. Of a negation the questions below it.
[[nodiscard]] std::vector<const ExplainedRow*> deciding(const ExplainedRow& row, std::size_t limit);

/// `did "Page Viewed" at least 2 times in last 7 days: 1`
[[nodiscard]] std::string in_words(const ExplainedRow& row);

}  // namespace sojourn::segments
