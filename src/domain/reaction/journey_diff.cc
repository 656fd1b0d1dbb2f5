#include "domain/reaction/journey_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "domain/journeys/journey.h"
#include "domain/segments/condition_text.h"

namespace sojourn::reaction {
namespace {

using journeys::Journey;
using journeys::Step;

/// One way out of a step that has several, with what leads there.
struct Arm {
  std::string name;
  std::string text;

  /// Most arms are named by what leads there.
  [[nodiscard]] std::string shown() const { return name == text ? text : name + ": " + text; }
};

struct ArmLister {
  std::vector<Arm> operator()(const journeys::Branch& branch) const {
    std::vector<Arm> arms;
    for (const auto& arm : branch.arms) arms.push_back({arm.name, segments::describe(arm.when)});
    return arms;
  }
  std::vector<Arm> operator()(const journeys::WaitFor& wait) const {
    std::vector<Arm> arms;
    for (const auto& arm : wait.arms) {
      const auto* awaited = std::get_if<journeys::AwaitedEvent>(&arm.awaited);
      arms.push_back(
          {arm.name, awaited != nullptr
                         ? journeys::describe(*awaited)
                         : segments::describe(std::get<segments::Condition>(arm.awaited))});
    }
    return arms;
  }
  std::vector<Arm> operator()(const journeys::Split& split) const {
    std::vector<Arm> arms;
    for (const auto& arm : split.arms) {
      arms.push_back({arm.name, fmt::format("{:g} %", arm.percent)});
    }
    return arms;
  }
  template <typename Action>
  std::vector<Arm> operator()(const Action&) const {
    return {};
  }
};

std::string names_of(const std::vector<Arm>& arms) {
  std::string text;
  for (const Arm& arm : arms) text += (text.empty() ? "" : ", ") + arm.name;
  return text;
}

const Arm* find_arm(const std::vector<Arm>& arms, const std::string& name) {
  const auto found =
      std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) { return arm.name == name; });
  return found == arms.end() ? nullptr : &*found;
}

/// Arms of one name are the same arm; the others are compared in their order.
void diff_arms(const std::string& path, const std::vector<Arm>& before,
               const std::vector<Arm>& after, ValueDiffer& differ) {
  std::vector<const Arm*> gone;
  std::vector<const Arm*> fresh;
  for (const Arm& arm : before) {
    const Arm* now = find_arm(after, arm.name);
    if (now == nullptr) {
      gone.push_back(&arm);
    } else {
      differ.add(fmt::format("{}, arm \"{}\"", path, arm.name), arm.text, now->text);
    }
  }
  for (const Arm& arm : after) {
    if (find_arm(before, arm.name) == nullptr) fresh.push_back(&arm);
  }
  for (std::size_t i = 0; i < std::max(gone.size(), fresh.size()); ++i) {
    differ.add(path + ", arm", i < gone.size() ? gone[i]->shown() : "",
               i < fresh.size() ? fresh[i]->shown() : "");
  }
  // The first arm that holds decides.
  if (gone.empty() && fresh.empty()) {
    differ.add(path + ", order of arms", names_of(before), names_of(after));
  }
}

std::string target_of(const journeys::Way& way) {
  return way.to.empty() ? "the end" : way.to;
}

std::string ways_text(const Step& step) {
  std::string text;
  for (const journeys::Way& way : journeys::ways_on(step)) {
    text += text.empty() ? "" : ", ";
    if (!way.label.empty()) text += way.label + ": ";
    text += target_of(way);
  }
  return text;
}

/// Where each way leads, by a name that stays when the words on it change; the only one has none.
std::map<std::string, std::string> ways_by_name(const Step& step) {
  const std::vector<Arm> arms = std::visit(ArmLister(), step.action);
  const std::vector<journeys::Way> ways = journeys::ways_on(step);
  std::map<std::string, std::string> named;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    std::string name = ways[i].label;
    if (!arms.empty() && i == arms.size()) name = "otherwise";
    if (arms.size() > 1 && i < arms.size()) name = arms[i].name;
    named.emplace(std::move(name), target_of(ways[i]));
  }
  return named;
}

/// The places of steps among those that both versions have: a step that was put between two others
/// moves neither.
std::map<std::string, std::size_t> ranks_of_common(const Journey& journey, const Journey& other) {
  std::map<std::string, std::size_t> ranks;
  for (const Step& step : journey.steps) {
    if (other.find(step.id) != nullptr) ranks.emplace(step.id, ranks.size());
  }
  return ranks;
}

void diff_action(const std::string& path, const Step& a, const Step& b, ValueDiffer& differ) {
  const std::string before = journeys::describe(a.action);
  const std::string after = journeys::describe(b.action);
  if (journeys::kind_of(a.action) != journeys::kind_of(b.action)) {
    return differ.add(path, before, after);
  }
  const Value was = journeys::write_action(a.action);
  const Value is = journeys::write_action(b.action);
  const std::vector<Arm> arms_before = std::visit(ArmLister(), a.action);
  const std::vector<Arm> arms_after = std::visit(ArmLister(), b.action);
  const bool has_arms = !arms_before.empty() && was.as_object() != nullptr;
  if (has_arms && (arms_before.size() > 1 || arms_after.size() > 1)) {
    diff_arms(path, arms_before, arms_after, differ);
    // With one arm the same members stand in the step itself.
    return differ.members(
        path, *was.as_object(), *is.as_object(),
        {"arms", "any", "name", "event", "where", "same", "when", "clicked", "opened", "bounced"});
  }
  const bool by_members = !has_arms && was.as_object() != nullptr && is.as_object() != nullptr;
  if (!by_members && before != after) return differ.add(path, before, after);
  differ.values(path, &was, &is);
}

/// Where ways that both have lead now. A step with one way leads to the step behind it: that says
/// something only where it has moved.
void diff_ways(const std::string& path, const Step& a, const Step& b, bool has_moved,
               ValueDiffer& differ) {
  const std::map<std::string, std::string> before = ways_by_name(a);
  const std::map<std::string, std::string> after = ways_by_name(b);
  std::string from;
  std::string to;
  for (const auto& [name, target] : before) {
    const auto now = after.find(name);
    if (now == after.end() || now->second == target || (name.empty() && !has_moved)) continue;
    const std::string words = name.empty() ? "" : name + ": ";
    from += (from.empty() ? "" : ", ") + words + target;
    to += (to.empty() ? "" : ", ") + words + now->second;
  }
  differ.add(path + " goes on to", from, to);
}

void diff_step(const Step& a, const Step& b, bool has_moved, ValueDiffer& differ) {
  const std::string path = "step " + a.id;
  diff_action(path, a, b, differ);
  // A step without a name of its own is called by what it does.
  const bool is_named =
      a.name != journeys::describe(a.action) || b.name != journeys::describe(b.action);
  if (is_named) differ.add(path + ".name", a.name, b.name);
  diff_ways(path, a, b, has_moved, differ);
}

void diff_steps(const Journey& a, const Journey& b, ValueDiffer& differ) {
  const auto ranks_before = ranks_of_common(a, b);
  const auto ranks_after = ranks_of_common(b, a);
  for (const Step& step : a.steps) {
    differ.set_step(step.id);
    if (const Step* now = b.find(step.id)) {
      diff_step(step, *now, ranks_before.at(step.id) != ranks_after.at(step.id), differ);
    } else {
      differ.add("step " + step.id, journeys::describe(step.action), "");
    }
  }
  for (const Step& step : b.steps) {
    if (a.find(step.id) != nullptr) continue;
    differ.set_step(step.id);
    differ.add("step " + step.id, "",
               fmt::format("{}, then {}", journeys::describe(step.action), ways_text(step)));
  }
  differ.set_step("");
}

std::string goal_text(const Journey& journey) {
  return journey.goal ? journeys::describe(*journey.goal) : std::string();
}

std::string exits_text(const Journey& journey) {
  std::string text;
  for (const journeys::AwaitedEvent& awaited : journey.exit_on) {
    text += (text.empty() ? "" : ", or ") + journeys::describe(awaited);
  }
  return text;
}

}  // namespace

Result<void> diff_journeys(const Value& before, const Value& after, ValueDiffer& differ) {
  TRY(b, journeys::read_journey(after));
  const Object& was = *before.as_object();
  const Object& is = *after.as_object();
  const Result<Journey> a = journeys::read_journey(before);
  if (!a) {
    differ.members("", was, is, {});
    return {};
  }
  differ.add("trigger", journeys::describe(a->triggers), journeys::describe(b.triggers));
  differ.add("goal", goal_text(*a), goal_text(b));
  differ.add("exit_on", exits_text(*a), exits_text(b));
  differ.members("", was, is, {"trigger", "goal", "exit_on", "steps"});
  diff_steps(*a, b, differ);
  return {};
}

}  // namespace sojourn::reaction
