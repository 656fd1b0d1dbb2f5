#include "domain/segments/condition.h"

#include <fmt/format.h>

#include <cmath>

#include "domain/segments/condition_json.h"

namespace sojourn::segments {
namespace {

Timestamp instant_of_bound(const std::string& text, const absl::TimeZone& zone) {
  const std::optional<facts::DateValue> date = facts::parse_date(text);
  // Readers refuse what is no date.
  return date ? facts::interval_of(*date, zone).first : Timestamp{};
}

/// How many of the newest occurrences tell every count that the answer depends on.
int times_kept(const Did& did) {
  const auto times = static_cast<int>(did.amount);
  switch (did.comparison) {
    case Comparison::at_least:
    case Comparison::less_than:
      return times;
    case Comparison::at_most:
    case Comparison::exactly:
    case Comparison::more_than:
      return times + 1;
    case Comparison::between:
      return static_cast<int>(did.upper) + 1;
  }
  return facts::occurrences_max;
}

facts::FactDefinition bounded(const facts::EventMatch& match, const Window& window) {
  facts::FactDefinition fact{.match = match};
  if (window.since) fact.from = window.since->at;
  if (window.until) fact.until = window.until->at;
  return fact;
}

facts::FactDefinition fact_of(const Did& did) {
  facts::FactDefinition fact = bounded(did.match, did.window);
  if (did.measure != Measure::count) {
    const bool distinct = did.measure == Measure::distinct;
    fact.measured = distinct ? facts::Measured::distinct : facts::Measured::number;
    fact.property = did.property;
  }
  if (did.window.last) {
    fact.keep =
        did.measure == Measure::count ? facts::kept_for(times_kept(did)) : facts::occurrences_max;
  }
  return fact;
}

facts::FactDefinition fact_of(const Sequence::Stage& stage) {
  return {.match = stage.match, .keep = sequence_kept};
}

struct Binder {
  const absl::TimeZone& zone;
  const Names& names;

  void operator()(AllOf& all) const { each(all.parts); }
  void operator()(AnyOf& any) const { each(any.parts); }
  void operator()(Not& negation) const { each(negation.part); }
  void operator()(Did& did) const {
    bind_window(did.window);
    did.fact = facts::fact_id(fact_of(did));
  }
  void operator()(Occurred& occurred) const {
    bind_window(occurred.window);
    occurred.fact = facts::fact_id({.match = occurred.match});
  }
  void operator()(Sequence& sequence) const {
    bind_window(sequence.window);
    for (Sequence::Stage& stage : sequence.stages) stage.fact = facts::fact_id(fact_of(stage));
  }
  void operator()(InSegment& membership) const {
    if (auto key = names.segment(membership.segment)) membership.segment = std::move(*key);
  }
  void operator()(OnList& membership) const {
    if (auto key = names.list(membership.list)) membership.list = std::move(*key);
  }
  void operator()(AttributeIs&) const {}
  void operator()(ScoreIs&) const {}
  void operator()(GradeIs&) const {}
  void operator()(Reachable&) const {}
  void operator()(ConsentIs&) const {}
  void operator()(RandomShare&) const {}

  void each(std::vector<Condition>& parts) const {
    for (Condition& part : parts) bind(part, zone, names);
  }
  void bind_window(Window& window) const {
    if (window.since) window.since->at = instant_of_bound(window.since->text, zone);
    if (window.until) window.until->at = instant_of_bound(window.until->text, zone);
  }
};

struct ReadsCollector {
  Reads& reads;

  void operator()(const AllOf& all) const { each(all.parts); }
  void operator()(const AnyOf& any) const { each(any.parts); }
  void operator()(const Not& negation) const { each(negation.part); }
  void operator()(const AttributeIs& attribute) const {
    const std::string_view path = facts::path_head(attribute.filter);
    reads.attributes.emplace_back(path.substr(0, path.find('.')));
    if (path.find('.') != std::string_view::npos) reads.attributes.emplace_back(path);
    if (facts::asks_for_time(attribute.filter.op)) reads.zone = true;
  }
  void operator()(const Did& did) const {
    reads.facts.push_back(fact_of(did));
    note_zone(did.window.last);
  }
  void operator()(const Occurred& occurred) const {
    reads.facts.push_back({.match = occurred.match});
    note_zone(occurred.window.last);
    note_zone(occurred.longer_ago);
  }
  void operator()(const Sequence& sequence) const {
    for (const Sequence::Stage& stage : sequence.stages) {
      reads.facts.push_back(fact_of(stage));
      note_zone(stage.within);
    }
    note_zone(sequence.window.last);
  }
  void operator()(const InSegment& membership) const {
    reads.segments.push_back(membership.segment);
  }
  void operator()(const OnList& membership) const { reads.lists.push_back(membership.list); }
  void operator()(const ScoreIs& question) const {
    reads.scores.push_back(question.score);
    if (question.threshold.empty()) return;
    reads.thresholds.push_back({question.score, question.threshold});
  }
  void operator()(const GradeIs& question) const { reads.grades.push_back(question.grade); }
  void operator()(const Reachable&) const { reads.consent = true; }
  void operator()(const ConsentIs&) const { reads.consent = true; }
  void operator()(const RandomShare&) const {}

  void each(const std::vector<Condition>& parts) const {
    for (const Condition& part : parts) collect_reads(part, reads);
  }
  /// Months and calendar days are as long as the zone has them.
  void note_zone(const std::optional<Span>& span) const {
    if (span && span->unit != Span::Unit::exact) reads.zone = true;
  }
};

}  // namespace

bool is_ever(const Window& window) {
  return !window.last && !window.since && !window.until;
}

std::optional<Error> check_amounts(const Did& did) {
  const bool is_between = did.comparison == Comparison::between;
  const double greatest = is_between ? did.upper : did.amount;
  if (is_between && did.amount > did.upper) {
    return Error{
        .code = "out_of_range",
        .message = fmt::format("begins with {}, which is above {}", did.amount, did.upper)};
  }
  if (did.measure != Measure::count) {
    constexpr double amount_max = 1e12;
    if (std::abs(did.amount) <= amount_max && std::abs(greatest) <= amount_max) return std::nullopt;
    return Error{.code = "out_of_range",
                 .message = fmt::format("is {}, the limit is {}", greatest, amount_max)};
  }
  // At least 0 times, and less than 0 times, are slips of the keyboard.
  const bool from_one =
      did.comparison == Comparison::at_least || did.comparison == Comparison::less_than;
  const double least = from_one ? 1 : 0;
  constexpr double most = facts::occurrences_max - 1;
  const bool whole = did.amount == std::floor(did.amount) && greatest == std::floor(greatest);
  if (whole && did.amount >= least && greatest <= most) return std::nullopt;
  return Error{
      .code = "out_of_range",
      .message = fmt::format("is {}, it must be a whole number from {} to {}",
                             whole && did.amount >= least ? greatest : did.amount, least, most)};
}

std::optional<Error> check_stages(const Sequence& sequence) {
  if (sequence.stages.size() < 2 || sequence.stages.size() > stages_max) {
    return Error{.code = "out_of_range",
                 .message = fmt::format("has {} items, it must have 2 to {}",
                                        sequence.stages.size(), stages_max)};
  }
  const Sequence::Stage& first = sequence.stages.front();
  if (first.never || first.within) {
    return Error{.code = "bad_sequence",
                 .message = "begins with something that is done, at any distance"};
  }
  return std::nullopt;
}

bool operator==(const Condition& a, const Condition& b) {
  return write_condition(a) == write_condition(b);
}

void bind(Condition& condition, const absl::TimeZone& zone, const Names& names) {
  std::visit(Binder{zone, names}, condition.node);
}

void collect_reads(const Condition& condition, Reads& reads) {
  std::visit(ReadsCollector{reads}, condition.node);
}

}  // namespace sojourn::segments
