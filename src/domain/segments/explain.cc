#include "domain/segments/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::segments {
namespace {

Value time_or_null(const facts::FactState* fact, Occurred::Which which) {
  if (fact == nullptr || fact->count == 0) return {};
  return format_timestamp(which == Occurred::Which::first ? fact->first : fact->last);
}

std::string_view state_word(ConsentIs::State state) {
  static constexpr std::string_view words[] = {"opted_in", "opted_out", "unknown", "suppressed"};
  return words[static_cast<std::size_t>(state)];
}

/// When the count reached what was asked for; only kept occurrences tell.
std::optional<Timestamp> reached_at(const Did& did, const facts::FactState* fact) {
  const bool rises = did.measure == Measure::count && (did.comparison == Comparison::at_least ||
                                                       did.comparison == Comparison::more_than);
  if (!rises || fact == nullptr) return std::nullopt;
  const auto times = static_cast<std::size_t>(did.amount) +
                     (did.comparison == Comparison::more_than ? std::size_t{1} : std::size_t{0});
  if (times == 1 && !did.window.last && fact->count > 0) return fact->first;
  const bool kept = did.window.last && times > 0 && fact->newest.size() >= times;
  // Whoever did it more often was in the window before the oldest one that is kept, or no longer:
  // that cannot be told apart.
  if (!kept || fact->newest.size() > times || fact->count > times) return std::nullopt;
  return fact->newest[times - 1].at;
}

/// Scores decay, and shares have no end of digits: nobody reads more than these.
double rounded(double number, double parts) {
  return std::round(number * parts) / parts;
}
constexpr double tenths = 10;
constexpr double hundredths = 100;  ///< amounts may be money

class Explainer {
 public:
  Explainer(const ConditionView& view, const SinceView& since, Timestamp now)
      : view_(view), since_(since), now_(now) {}

  void operator()(const AllOf& all, ExplainedRow& row) const {
    row.kind = ExplainedRow::Kind::all;
    add_rows(all.parts, row);
    if (!row.ok || row.rows.empty()) return;
    Timestamp latest = Timestamp::beginning();
    for (const ExplainedRow& part : row.rows) {
      if (!part.since) return;
      latest = std::max(latest, *part.since);
    }
    row.since = latest;
  }
  void operator()(const AnyOf& any, ExplainedRow& row) const {
    row.kind = ExplainedRow::Kind::any;
    add_rows(any.parts, row);
    const auto true_ones = std::count_if(row.rows.begin(), row.rows.end(),
                                         [](const ExplainedRow& part) { return part.ok; });
    if (true_ones != 1) return;
    for (const ExplainedRow& part : row.rows) {
      if (part.ok) row.since = part.since;
    }
  }
  void operator()(const Not& negation, ExplainedRow& row) const {
    row.kind = ExplainedRow::Kind::negation;
    add_rows(negation.part, row);
  }
  void operator()(const AttributeIs& attribute, ExplainedRow& row) const {
    const std::string_view path = facts::path_head(attribute.filter);
    const Value* value = view_.attribute(path);
    if (value != nullptr) row.value = *value;
    if (!facts::asks_for_time(attribute.filter.op)) row.since = since_.attribute_since(path);
  }
  void operator()(const Did& did, ExplainedRow& row) const {
    const std::optional<double> amount = measured(did, view_, now_);
    const bool whole = did.measure == Measure::count;
    if (amount)
      row.value =
          whole ? Value(static_cast<std::int64_t>(*amount)) : Value(rounded(*amount, hundredths));
    row.since = reached_at(did, view_.fact(did.fact));
  }
  void operator()(const Occurred& occurred, ExplainedRow& row) const {
    row.value = time_or_null(view_.fact(occurred.fact), occurred.which);
  }
  void operator()(const Sequence& sequence, ExplainedRow& row) const {
    Value::List last;
    for (const Sequence::Stage& stage : sequence.stages) {
      last.push_back(time_or_null(view_.fact(stage.fact), Occurred::Which::last));
    }
    row.value = std::move(last);
  }
  void operator()(const InSegment& membership, ExplainedRow& row) const {
    row.value = view_.in_segment(membership.segment);
    row.since = since_.membership_since(membership.segment);
  }
  void operator()(const OnList& membership, ExplainedRow& row) const {
    row.value = view_.on_list(membership.list);
    row.since = since_.listing_since(membership.list);
  }
  void operator()(const ScoreIs& question, ExplainedRow& row) const {
    row.value = rounded(view_.score(question.score, question.at_least.value_or(0)).value, tenths);
  }
  void operator()(const GradeIs& question, ExplainedRow& row) const {
    row.value = view_.grade(question.grade).grade;
  }
  void operator()(const Reachable& question, ExplainedRow& row) const {
    row.value = state_word(view_.consent(question.channel, question.topic));
  }
  void operator()(const ConsentIs& question, ExplainedRow& row) const {
    row.value = state_word(view_.consent(question.channel, question.topic));
  }
  void operator()(const RandomShare& share, ExplainedRow& row) const {
    row.value = rounded(random_percent(view_.contact(), share.seed), hundredths);
  }

 private:
  void add_rows(const std::vector<Condition>& parts, ExplainedRow& row) const {
    for (const Condition& part : parts) row.rows.push_back(explain(part, view_, since_, now_));
  }

  const ConditionView& view_;
  const SinceView& since_;
  const Timestamp now_;
};

/// When the first of a condition's thresholds is reached or left. Scores watch theirs themselves,
/// so that verdicts do not tell.
struct CrossingDue {
  const SinceView& view;

  Timestamp operator()(const AllOf& all) const { return first_of(all.parts); }
  Timestamp operator()(const AnyOf& any) const { return first_of(any.parts); }
  Timestamp operator()(const Not& negation) const { return first_of(negation.part); }
  Timestamp operator()(const ScoreIs& question) const {
    if (question.threshold.empty()) return Timestamp::never();
    return view.crossing_due(question.score, question.threshold);
  }
  template <typename Other>
  Timestamp operator()(const Other&) const {
    return Timestamp::never();
  }
  [[nodiscard]] Timestamp first_of(const std::vector<Condition>& parts) const {
    Timestamp first = Timestamp::never();
    for (const Condition& part : parts) first = std::min(first, std::visit(*this, part.node));
    return first;
  }
};

void collect(const ExplainedRow& row, std::size_t limit, std::vector<const ExplainedRow*>& found) {
  if (found.size() >= limit) return;
  switch (row.kind) {
    case ExplainedRow::Kind::question:
      found.push_back(&row);
      return;
    case ExplainedRow::Kind::negation:
      return collect(row.rows.front(), limit, found);
    case ExplainedRow::Kind::all:
    case ExplainedRow::Kind::any:
      if (row.rows.empty()) {
        found.push_back(&row);
        return;
      }
      for (const ExplainedRow& part : row.rows) {
        if (part.ok == row.ok) collect(part, limit, found);
      }
  }
}

}  // namespace

ExplainedRow explain(const Condition& condition, const ConditionView& view, const SinceView& since,
                     Timestamp now) {
  Verdict verdict = evaluate(condition, view, now);
  verdict.recheck = std::min(verdict.recheck, std::visit(CrossingDue{since}, condition.node));
  ExplainedRow row{.text = describe(condition), .ok = verdict.value, .changes = verdict.recheck};
  const Explainer explainer(view, since, now);
  std::visit([&](const auto& node) { explainer(node, row); }, condition.node);
  if (!row.ok) row.since.reset();
  return row;
}

std::vector<const ExplainedRow*> deciding(const ExplainedRow& row, std::size_t limit) {
  std::vector<const ExplainedRow*> found;
  collect(row, limit, found);
  return found;
}

std::string in_words(const ExplainedRow& row) {
  const std::string value = row.value.is_null() ? "nothing" : to_json(row.value);
  return fmt::format("{}: {}", row.text, value);
}

}  // namespace sojourn::segments
