#include "domain/segments/evaluate.h"

#include <algorithm>
#include <cstring>

#include "domain/segments/measurement.h"
#include "domain/segments/sequence.h"

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
    const Value* head = view_.attribute(facts::path_head(attribute.filter));
    if (!facts::asks_for_time(attribute.filter.op)) {
      return facts::holds(attribute.filter, head, {.now = now_});
    }
    return facts::holds(attribute.filter, head, {.now = now_, .zone = view_.zone()});
  }

  Verdict operator()(const InSegment& membership) const {
    return {.value = view_.in_segment(membership.segment)};
  }

  Verdict operator()(const OnList& membership) const {
    return {.value = view_.on_list(membership.list)};
  }

  Verdict operator()(const ScoreIs& question) const {
    if (!question.threshold.empty()) {
      return {.value = view_.crossed(question.score, question.threshold)};
    }
    Verdict verdict{.value = true};
    if (question.at_least) {
      const ScoreReading reading = view_.score(question.score, *question.at_least);
      verdict.value = reading.value >= *question.at_least;
      verdict.recheck = reading.changes;
    }
    if (question.below) {
      const ScoreReading reading = view_.score(question.score, *question.below);
      verdict.value = verdict.value && reading.value < *question.below;
      verdict.recheck = std::min(verdict.recheck, reading.changes);
    }
    return verdict;
  }

  Verdict operator()(const GradeIs& question) const {
    const GradeReading reading = view_.grade(question.grade);
    const bool found = std::find(question.one_of.begin(), question.one_of.end(), reading.grade) !=
                       question.one_of.end();
    return {.value = found, .recheck = reading.changes};
  }

  Verdict operator()(const Reachable& question) const {
    return {.value = view_.is_reachable(question.channel, question.topic)};
  }

  Verdict operator()(const ConsentIs& question) const {
    return {.value = view_.consent(question.channel, question.topic) == question.state};
  }

  Verdict operator()(const RandomShare& share) const {
    return {.value = random_percent(view_.contact(), share.seed) < share.percent};
  }

  Verdict operator()(const Did& did) const {
    const facts::FactState* fact = view_.fact(did.fact);
    return fact == nullptr ? Verdict{compare(did, Measurement{})}
                           : answer(did, *fact, now_, zone_for(did.window));
  }

  Verdict operator()(const Occurred& occurred) const {
    const facts::FactState* fact = view_.fact(occurred.fact);
    if (fact == nullptr || fact->count == 0) return {};
    const bool is_first = occurred.which == Occurred::Which::first;
    const Timestamp at = is_first ? fact->first : fact->last;
    const absl::TimeZone zone = view_.zone();
    if (occurred.longer_ago) {
      return facts::is_longer_ago(at, *occurred.longer_ago, {.now = now_, .zone = zone});
    }
    const Window& window = occurred.window;
    const bool inside =
        (!window.since || at >= window.since->at) && (!window.until || at < window.until->at);
    if (!inside || !window.last) return {.value = inside};
    const Timestamp leaves = leaves_last(at, *window.last, zone);
    // What its sender's clock puts a little ahead has happened, as for counts.
    return now_ < leaves ? Verdict{.value = true, .recheck = leaves} : Verdict{};
  }

  Verdict operator()(const Sequence& sequence) const {
    std::vector<const facts::FactState*> facts;
    for (const Sequence::Stage& stage : sequence.stages) facts.push_back(view_.fact(stage.fact));
    return answer(sequence, facts, now_, view_.zone());
  }

 private:
  void combine(Verdict& whole, const Condition& part, bool neutral) const {
    const Verdict verdict = evaluate(part, view_, now_);
    if (verdict.value != neutral) whole.value = !neutral;
    whole.recheck = std::min(whole.recheck, verdict.recheck);
  }

  /// Exact spans are the same in every zone, and looking one up is not free.
  [[nodiscard]] absl::TimeZone zone_for(const Window& window) const {
    const bool calendar = window.last && window.last->unit != Span::Unit::exact;
    return calendar ? view_.zone() : absl::UTCTimeZone();
  }

  const ConditionView& view_;
  const Timestamp now_;
};

}  // namespace

double random_percent(const contacts::ContactId& contact, std::string_view seed) {
  const Hash128 hash = keyed_hash(HashKey{}, {"share", contact.hash.view(), seed});
  std::uint64_t bits = 0;
  std::memcpy(&bits, hash.bytes.data(), sizeof bits);
  // 53 bits make a double exactly.
  return static_cast<double>(bits >> 11) / 0x1p53 * 100;
}

Verdict evaluate(const Condition& condition, const ConditionView& view, Timestamp now) {
  return std::visit(Evaluator(view, now), condition.node);
}

std::optional<double> measured(const Did& did, const ConditionView& view, Timestamp now) {
  const facts::FactState* fact = view.fact(did.fact);
  return amount_of(did, fact == nullptr ? Measurement{} : measure(did, *fact, now, view.zone()));
}

}  // namespace sojourn::segments
