#include "domain/segments/evaluate.h"

#include <algorithm>

namespace sojourn::segments {
namespace {

class Evaluator {
 public:
  Evaluator(const ConditionView& view, Timestamp now) : view_(view), now_(now) {}

  Verdict operator()(const AllOf& all) const {
    Verdict verdict{.value = true};
    for (const Condition& part : all.parts) combine(verdict, part, true);
    return verdict;
  }

  Verdict operator()(const AnyOf& any) const {
    Verdict verdict{.value = false};
    for (const Condition& part : any.parts) combine(verdict, part, false);
    return verdict;
  }

  Verdict operator()(const Not& negation) const {
    Verdict verdict = evaluate(negation.part.front(), view_, now_);
    verdict.value = !verdict.value;
    return verdict;
  }

  Verdict operator()(const AttributeIs& attribute) const {
    return {.value = facts::holds(attribute.filter, view_.attribute(attribute.filter.path))};
  }

  Verdict operator()(const InSegment& membership) const {
    return {.value = view_.in_segment(membership.segment)};
  }

  Verdict operator()(const ScoreIs& question) const {
    if (!question.threshold.empty()) {
      return {.value = view_.crossed(question.score, question.threshold)};
    }
    const ScoreReading reading = view_.score(question.score, question.at_least);
    return {.value = reading.value >= question.at_least, .recheck = reading.changes};
  }

  Verdict operator()(const Did& did) const {
    const facts::FactState* fact = view_.fact(did.fact);
    if (fact == nullptr) return {.value = compare(0, did)};
    if (!did.within) return {.value = compare_total(fact->count, did)};
    const int count = fact->count_since(now_ - *did.within);
    Verdict verdict{.value = compare(count, did)};
    // The count falls when its oldest occurrence leaves the window; what it falls to may matter
    // only later, so this is a lower bound.
    if (count > 0) {
      const auto oldest = fact->newest.end() - count;
      verdict.recheck = *oldest + *did.within;
    }
    return verdict;
  }

 private:
  void combine(Verdict& whole, const Condition& part, bool neutral) const {
    const Verdict verdict = evaluate(part, view_, now_);
    if (verdict.value != neutral) whole.value = !neutral;
    whole.recheck = std::min(whole.recheck, verdict.recheck);
  }

  static bool compare(int count, const Did& did) {
    switch (did.comparison) {
      case Comparison::at_least:
        return count >= did.times;
      case Comparison::at_most:
        return count <= did.times;
      case Comparison::exactly:
        return count == did.times;
    }
    return false;
  }

  static bool compare_total(std::uint64_t count, const Did& did) {
    constexpr std::uint64_t clamp = facts::occurrences_max + 1;
    return compare(static_cast<int>(std::min(count, clamp)), did);
  }

  const ConditionView& view_;
  const Timestamp now_;
};

}  // namespace

Verdict evaluate(const Condition& condition, const ConditionView& view, Timestamp now) {
  return std::visit(Evaluator(view, now), condition.node);
}

}  // namespace sojourn::segments
