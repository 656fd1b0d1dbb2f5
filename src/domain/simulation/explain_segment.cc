// Why a contact is in a segment, or not.
#include <fmt/format.h>

#include "domain/simulation/explain_known.h"

namespace sojourn::simulation {

using effects::Decision;
using effects::DecisionKind;

Result<Explanation> explain_segment(const Known& known, std::string_view key,
                                    const std::optional<Publication>& publication) {
  const reaction::SegmentRule* rule = known.rules.segment(key);
  if (rule == nullptr && !publication) {
    return failure({.code = "unknown_segment",
                    .message = fmt::format("there is no segment “{}”", key),
                    .field = "segment",
                    .value = std::string(key)});
  }
  Explanation explanation;
  const std::string did_not = fmt::format("not in “{}”", key);
  if (!check_published("segment", key, rule != nullptr, publication, explanation.checks)) {
    summarise(explanation, "", did_not);
    return explanation;
  }
  segments::ExplainedRow row = explain_at(known, rule->segment.condition, known.now);
  explanation.happened = row.ok;
  const Decision* last = newest_decision(known, [&](const Decision& decision) {
    const bool of_segment = decision.kind == DecisionKind::segment_entered ||
                            decision.kind == DecisionKind::segment_left;
    return of_segment && decision.key == key;
  });
  Check check{
      .code = "condition", .ok = row.ok, .at = row.since, .evidence = deciding_in_words(row)};
  if (last != nullptr) {
    const bool entered = last->kind == DecisionKind::segment_entered;
    if (entered == row.ok) check.at = last->at;
    check.evidence +=
        fmt::format("; {} at {}", entered ? "entered" : "left", format_timestamp(last->at));
  }
  if (row.changes != Timestamp::never()) {
    check.evidence +=
        fmt::format("; may change by time alone at {}", format_timestamp(row.changes));
  }
  check.rows.push_back(std::move(row));
  explanation.checks.push_back(std::move(check));
  summarise(explanation, fmt::format("in “{}”", key), did_not);
  return explanation;
}

}  // namespace sojourn::simulation
