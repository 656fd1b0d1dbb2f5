#include "domain/segments/sequence.h"

#include <algorithm>
#include <span>

namespace sojourn::segments {
namespace {

using facts::FactState;
using facts::Occurrence;

std::span<const Occurrence> occurrences_of(const FactState* fact) {
  return fact == nullptr ? std::span<const Occurrence>() : std::span(fact->newest);
}

/// Something happened after `begin` and not after `end`.
bool happened_between(const FactState* fact, Timestamp begin, Timestamp end) {
  const auto all = occurrences_of(fact);
  return std::any_of(all.begin(), all.end(), [&](const Occurrence& occurrence) {
    return occurrence.at > begin && occurrence.at <= end;
  });
}

class SequenceMatcher {
 public:
  SequenceMatcher(const Sequence& sequence, const std::vector<const FactState*>& facts,
                  Timestamp now, const absl::TimeZone& zone)
      : sequence_(sequence), facts_(facts), now_(now), zone_(zone) {}

  facts::Verdict run() {
    std::vector<Timestamp> reached = first_stage();
    std::size_t last = 0;  // the happening stage that `reached` belongs to
    for (std::size_t i = 1; i < sequence_.stages.size(); ++i) {
      if (sequence_.stages[i].never) continue;
      reached = following(reached, last, i);
      last = i;
    }
    bool complete = false;
    for (const Timestamp at : reached) complete = stays_away(at, last) || complete;
    return {.value = complete, .recheck = recheck_};
  }

 private:
  void recheck_at(Timestamp instant) {
    if (instant > now_) recheck_ = std::min(recheck_, instant);
  }

  /// The times of the first stage that lie in the window.
  std::vector<Timestamp> first_stage() {
    const Window& window = sequence_.window;
    std::vector<Timestamp> times;
    for (const Occurrence& occurrence : occurrences_of(facts_.front())) {
      const Timestamp at = occurrence.at;
      if (window.since && at < window.since->at) continue;
      if (window.until && at >= window.until->at) continue;
      if (window.last) {
        const Timestamp leaves = leaves_last(at, *window.last, zone_);
        if (leaves <= now_) continue;
        recheck_at(leaves);
      }
      times.push_back(at);
    }
    return times;
  }

  /// The times of stage `to` that follow one of `reached`, with nothing forbidden in between.
  std::vector<Timestamp> following(const std::vector<Timestamp>& reached, std::size_t from,
                                   std::size_t to) {
    const std::optional<Span>& within = sequence_.stages[to].within;
    std::vector<Timestamp> times;
    for (const Occurrence& occurrence : occurrences_of(facts_[to])) {
      const bool follows = std::any_of(reached.begin(), reached.end(), [&](Timestamp before) {
        return before < occurrence.at &&
               (!within || occurrence.at <= add(before, *within, zone_)) &&
               nothing_between(before, occurrence.at, from, to);
      });
      if (follows) times.push_back(occurrence.at);
    }
    return times;
  }

  /// None of the stages between two that happen took place between their times.
  [[nodiscard]] bool nothing_between(Timestamp begin, Timestamp end, std::size_t from,
                                     std::size_t to) const {
    for (std::size_t i = from + 1; i < to; ++i) {
      const std::optional<Span>& within = sequence_.stages[i].within;
      const Timestamp limit = within ? std::min(end, add(begin, *within, zone_)) : end;
      if (happened_between(facts_[i], begin, limit)) return false;
    }
    return true;
  }

  /// What must not follow the last stage has not, and cannot any more.
  bool stays_away(Timestamp at, std::size_t last) {
    bool complete = true;
    for (std::size_t i = last + 1; i < sequence_.stages.size(); ++i) {
      const std::optional<Span>& within = sequence_.stages[i].within;
      const Timestamp limit = within ? add(at, *within, zone_) : Timestamp::never();
      if (happened_between(facts_[i], at, limit)) return false;
      if (!within || limit <= now_) continue;
      recheck_at(limit);
      complete = false;
    }
    return complete;
  }

  const Sequence& sequence_;
  const std::vector<const FactState*>& facts_;
  const Timestamp now_;
  const absl::TimeZone& zone_;
  Timestamp recheck_ = Timestamp::never();
};

}  // namespace

facts::Verdict answer(const Sequence& sequence, const std::vector<const FactState*>& facts,
                      Timestamp now, const absl::TimeZone& zone) {
  return SequenceMatcher(sequence, facts, now, zone).run();
}

}  // namespace sojourn::segments
