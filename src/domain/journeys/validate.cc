#include "domain/journeys/validate.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/journeys/advance.h"

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

  /// How many steps at which nobody waits lead from this one back to it; 0: they do not. Loops
  /// through a go-to step are that step's.
  [[nodiscard]] std::size_t loop_at_once(std::size_t start) const {
    if (may_wait(journey_.steps[start].action)) return 0;
    const bool is_of_go_to = goes_to(start);
    std::vector<std::size_t> distance(ways_.size());
    std::vector<std::size_t> open = {start};
    for (std::size_t next = 0; next < open.size(); ++next) {
      for (const std::size_t to : ways_[open[next]]) {
        if (to == start) return distance[open[next]] + 1;
        const bool stops = may_wait(journey_.steps[to].action) || (goes_to(to) && !is_of_go_to);
        if (stops || distance[to] != 0) continue;
        distance[to] = distance[open[next]] + 1;
        open.push_back(to);
      }
    }
    return 0;
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

  [[nodiscard]] bool goes_to(std::size_t place) const {
    return std::holds_alternative<GoToStep>(journey_.steps[place].action);
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

/// What is wrong with a loop of so many steps that leads from this one back to it without a wait;
/// empty: nothing. A go-to step ends its loop, which is not to take too long.
std::string fault_of_loop(const Step& step, std::size_t steps) {
  const auto* go_to = std::get_if<GoToStep>(&step.action);
  if (steps == 0) return {};
  if (go_to == nullptr) return "a run comes back to it without having waited anywhere";
  const std::size_t passed = steps * static_cast<std::size_t>(go_to->at_most);
  if (passed <= steps_per_advance_max) return {};
  return fmt::format(
      "a run comes back to it {} times without having waited anywhere, over {} steps; the limit is "
      "{} steps at one instant",
      go_to->at_most, passed, steps_per_advance_max);
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
    std::string fault = fault_of_loop(step, graph.loop_at_once(place));
    if (!loop_reported && !fault.empty()) {
      report("loop_without_wait", std::move(fault));
      loop_reported = true;
    }
    check_experiment(journey, graph, place, problems);
  }
  return problems;
}

}  // namespace sojourn::journeys
