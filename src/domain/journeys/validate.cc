#include "domain/journeys/validate.h"

#include <fmt/format.h>

#include <algorithm>

namespace sojourn::journeys {
namespace {

/// The graph by the places of steps in the journey.
class Graph {
 public:
  explicit Graph(const Journey& journey) : journey_(journey), ways_(journey.steps.size()) {
    for (std::size_t place = 0; place < journey.steps.size(); ++place) {
      for (const Way& way : ways_on(journey.steps[place])) {
        const auto found = journey.index.find(way.to);
        if (found != journey.index.end()) ways_[place].push_back(found->second);
      }
    }
  }

  /// Which steps a run can come to.
  [[nodiscard]] std::vector<bool> reached() const {
    std::vector<bool> seen(ways_.size());
    const auto entry = journey_.index.find(journey_.entry);
    std::vector<std::size_t> open;
    if (entry != journey_.index.end()) open.push_back(entry->second);
    spread(std::move(open), seen);
    return seen;
  }

  /// Whether a message is sent on any way from here.
  [[nodiscard]] bool sends_after(std::size_t start) const {
    std::vector<bool> seen(ways_.size());
    spread(ways_[start], seen);
    for (std::size_t place = 0; place < seen.size(); ++place) {
      const bool sends = std::holds_alternative<Send>(journey_.steps[place].action);
      if (seen[place] && sends) return true;
    }
    return false;
  }

  /// Whether steps at which nobody waits lead from this one back to it.
  [[nodiscard]] bool loops_at_once(std::size_t start) const {
    if (may_wait(journey_.steps[start].action)) return false;
    std::vector<bool> seen(ways_.size());
    std::vector<std::size_t> open = ways_[start];
    while (!open.empty()) {
      const std::size_t place = open.back();
      open.pop_back();
      if (place == start) return true;
      if (seen[place] || may_wait(journey_.steps[place].action)) continue;
      seen[place] = true;
      open.insert(open.end(), ways_[place].begin(), ways_[place].end());
    }
    return false;
  }

 private:
  /// Marks the open steps and all that they lead to.
  void spread(std::vector<std::size_t> open, std::vector<bool>& seen) const {
    while (!open.empty()) {
      const std::size_t place = open.back();
      open.pop_back();
      if (seen[place]) continue;
      seen[place] = true;
      open.insert(open.end(), ways_[place].begin(), ways_[place].end());
    }
  }

  const Journey& journey_;
  std::vector<std::vector<std::size_t>> ways_;
};

/// What an experiment measures must be able to happen.
void check_experiment(const Journey& journey, const Graph& graph, std::size_t place,
                      std::vector<GraphProblem>& problems) {
  const Step& step = journey.steps[place];
  const auto* split = std::get_if<Split>(&step.action);
  if (split == nullptr || !split->experiment) return;
  const bool by_goal = split->experiment->measure == experiments::Measure::goal;
  if (by_goal && !journey.goal) {
    problems.push_back({step.id, "experiment_without_goal",
                        "its experiment is measured by the goal, and the journey has none"});
  } else if (!by_goal && !graph.sends_after(place)) {
    problems.push_back({step.id, "experiment_without_mail",
                        "its experiment is measured by answers to messages, and none is sent after "
                        "it"});
  }
}

}  // namespace

bool may_wait(const StepAction& action) {
  return std::holds_alternative<Wait>(action) || std::holds_alternative<WaitFor>(action) ||
         std::holds_alternative<CallWebhook>(action);
}

std::vector<GraphProblem> validate(const Journey& journey) {
  const Graph graph(journey);
  const std::vector<bool> reached = graph.reached();
  std::vector<GraphProblem> problems;
  bool loop_reported = false;
  for (std::size_t place = 0; place < journey.steps.size(); ++place) {
    const Step& step = journey.steps[place];
    const auto report = [&](std::string code, std::string message) {
      problems.push_back({step.id, std::move(code), std::move(message)});
    };
    if (!reached[place]) {
      report("unreachable_step", "no way leads to it");
      continue;
    }
    for (const Way& way : ways_on(step)) {
      if (way.to.empty() || journey.find(way.to) != nullptr) continue;
      report("unknown_step", fmt::format("it goes on to \"{}\", which there is not", way.to));
    }
    // One loop has many steps: the first of them is enough.
    if (!loop_reported && graph.loops_at_once(place)) {
      report("loop_without_wait", "a run comes back to it without having waited anywhere");
      loop_reported = true;
    }
    check_experiment(journey, graph, place, problems);
  }
  return problems;
}

}  // namespace sojourn::journeys
