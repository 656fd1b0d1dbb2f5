#include "domain/journeys/journey.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::journeys {
namespace {

using definitions::Reader;

Result<Trigger> read_trigger(const Value& value, const std::string& path) {
  Reader reader(value, path);
  if (reader.find("event") != nullptr) {
    TRY(condition, segments::read_condition(Object{{"did", value}}, path));
    segments::Did did = std::get<segments::Did>(std::move(condition.node));
    const bool counts_up =
        did.measure == segments::Measure::count && did.comparison == segments::Comparison::at_least;
    if (!counts_up) return reader.refuse("out_of_range", "", "counts with at_least only");
    return Trigger(EventTrigger{std::move(did)});
  }
  for (const bool entered : {true, false}) {
    const std::string_view member = entered ? "segment_entered" : "segment_left";
    if (reader.find(member) == nullptr) continue;
    TRY(segment, reader.key(member));
    TRY_VOID(reader.finish());
    return Trigger(SegmentTrigger{std::move(segment), entered});
  }
  if (const Value* crossed = reader.find("score_crossed")) {
    TRY_VOID(reader.finish());
    Reader inner(*crossed, reader.path_of("score_crossed"));
    TRY(score, inner.key("score"));
    TRY(threshold, inner.key("threshold"));
    TRY_VOID(inner.finish());
    return Trigger(ScoreTrigger{std::move(score), std::move(threshold)});
  }
  if (reader.find("entry") != nullptr) {
    TRY_VOID(reader.boolean_or("entry", true));
    TRY_VOID(reader.finish());
    return Trigger(EntryTrigger{});
  }
  return reader.refuse("unknown_trigger", "",
                       "must hold event, segment_entered, segment_left, score_crossed or entry");
}

/// Reads nested lists of steps into one flat list, in the order in which they are written.
class StepListReader {
 public:
  explicit StepListReader(Journey& journey) : journey_(journey) {}

  /// Reads a list; its last step goes on to `after`. Answers the id of the first step, or `after`
  /// where the list is empty.
  Result<std::string> read(const Value* value, const std::string& path, const std::string& after,
                           int depth) {
    if (value == nullptr || value->is_null()) return after;
    const Value::List* items = value->as_list();
    if (items == nullptr || depth > segments::condition_depth_max) {
      return failure({.code = items == nullptr ? "wrong_type" : "too_deep",
                      .message = fmt::format("{} must be a list of steps, nested at most {} deep",
                                             path, segments::condition_depth_max),
                      .field = path});
    }
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < items->size(); ++i) {
      Reader reader((*items)[i], fmt::format("{}[{}]", path, i));
      TRY(id, reader.key("id"));
      ids.push_back(std::move(id));
    }
    for (std::size_t i = 0; i < items->size(); ++i) {
      const std::string& next = i + 1 < ids.size() ? ids[i + 1] : after;
      TRY_VOID(read_step((*items)[i], fmt::format("{}[{}]", path, i), next, depth));
    }
    return ids.empty() ? after : ids.front();
  }

 private:
  Result<void> read_step(const Value& value, const std::string& path, const std::string& next,
                         int depth) {
    Reader reader(value, path);
    Step step;
    TRY(id, reader.key("id"));
    step.id = std::move(id);
    TRY(action, read_action(value, path));
    step.action = std::move(action);
    TRY(name, reader.optional_text("name"));
    step.name = name.value_or(describe(step.action));
    step.next = next;
    const bool fresh = journey_.index.try_emplace(step.id, journey_.steps.size()).second;
    if (!fresh) {
      return reader.refuse("duplicate_key", "id", fmt::format("\"{}\" is used twice", step.id));
    }
    if (journey_.steps.size() >= steps_max) {
      return reader.refuse("too_many", "",
                           fmt::format("is beyond the limit of {} steps", steps_max));
    }
    const std::size_t place = journey_.steps.size();
    journey_.steps.push_back(std::move(step));
    return read_paths(value, path, place, next, depth);
  }

  Result<void> read_paths(const Value& value, const std::string& path, std::size_t place,
                          const std::string& next, int depth) {
    const auto list = [&](std::string_view kind, std::string_view member) {
      return find_path(*value.as_object(), fmt::format("{}.{}", kind, member));
    };
    if (std::holds_alternative<WaitFor>(journey_.steps[place].action)) {
      TRY(then, read(list("wait_for", "then"), path + ".wait_for.then", next, depth + 1));
      TRY(otherwise,
          read(list("wait_for", "otherwise"), path + ".wait_for.otherwise", next, depth + 1));
      WaitFor& wait = std::get<WaitFor>(journey_.steps[place].action);
      wait.then = std::move(then);
      wait.otherwise = std::move(otherwise);
    }
    if (const Branch* branch = std::get_if<Branch>(&journey_.steps[place].action)) {
      const std::size_t arms = branch->arms.size();
      for (std::size_t i = 0; i < arms; ++i) {
        const std::string member = fmt::format("arms.{}.steps", i);
        TRY(first, read(list("branch", member), fmt::format("{}.branch.arms[{}].steps", path, i),
                        next, depth + 1));
        std::get<Branch>(journey_.steps[place].action).arms[i].next = std::move(first);
      }
      TRY(otherwise,
          read(list("branch", "otherwise"), path + ".branch.otherwise", next, depth + 1));
      std::get<Branch>(journey_.steps[place].action).otherwise = std::move(otherwise);
    }
    return {};
  }

  Journey& journey_;
};

Result<void> read_reentry(Reader& reader, Journey& journey) {
  const Value* value = reader.find("reentry");
  if (value == nullptr) return {};
  if (value->as_object() != nullptr) {
    Reader inner(*value, "reentry");
    TRY(after, inner.duration("after"));
    TRY_VOID(inner.finish());
    journey.reentry = Reentry::after;
    journey.reentry_after = after;
    return {};
  }
  TRY(choice, reader.choice("reentry", {"never", "always"}));
  journey.reentry = static_cast<Reentry>(choice);
  return {};
}

struct TriggerDescriber {
  std::string operator()(const EventTrigger& trigger) const {
    return segments::describe(segments::Condition{trigger.did});
  }
  std::string operator()(const SegmentTrigger& trigger) const {
    return fmt::format("{} segment {}", trigger.entered ? "enters" : "leaves", trigger.segment);
  }
  std::string operator()(const ScoreTrigger& trigger) const {
    return fmt::format("score {} becomes {}", trigger.score, trigger.threshold);
  }
  std::string operator()(const EntryTrigger&) const { return "entered from another journey"; }
};

struct WaysLister {
  const Step& step;
  std::vector<Way> operator()(const WaitFor& wait) const {
    return {{wait.then, "it happened"}, {wait.otherwise, "after " + format_duration(wait.at_most)}};
  }
  std::vector<Way> operator()(const Branch& branch) const {
    std::vector<Way> ways;
    for (const Branch::Arm& arm : branch.arms) ways.push_back({arm.next, arm.name});
    ways.push_back({branch.otherwise, "otherwise"});
    return ways;
  }
  std::vector<Way> operator()(const Exit&) const { return {}; }
  template <typename Action>
  std::vector<Way> operator()(const Action&) const {
    return {{step.next, ""}};
  }
};

}  // namespace

const Step* Journey::find(std::string_view id) const {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : &steps[found->second];
}

Result<Journey> read_journey(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  Journey journey;
  TRY(key, reader.key("key"));
  journey.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  journey.name = name.value_or(journey.key);
  TRY(trigger_value, reader.require("trigger"));
  TRY(trigger, read_trigger(*trigger_value, "trigger"));
  journey.trigger = std::move(trigger);
  TRY_VOID(read_reentry(reader, journey));
  if (const Value* goal = reader.find("goal")) {
    Reader inner(*goal, "goal");
    TRY(match, facts::read_event_match(*goal, "goal"));
    inner.find("event");
    inner.find("where");
    TRY_VOID(inner.finish());
    journey.goal = std::move(match);
  }
  if (const Value* exit_when = reader.find("exit_when")) {
    TRY(condition, segments::read_condition(*exit_when, "exit_when"));
    journey.exit_when = std::move(condition);
  }
  TRY(steps, reader.require("steps"));
  TRY(entry, StepListReader(journey).read(steps, "steps", "", 0));
  journey.entry = std::move(entry);
  if (journey.steps.empty()) return reader.refuse("missing_member", "steps", "must hold a step");
  TRY_VOID(reader.finish());
  return journey;
}

std::string describe(const Trigger& trigger) {
  return std::visit(TriggerDescriber(), trigger);
}

void bind(Journey& journey, const absl::TimeZone& zone, const segments::Names& names) {
  if (EventTrigger* trigger = std::get_if<EventTrigger>(&journey.trigger)) {
    segments::Condition condition{std::move(trigger->did)};
    segments::bind(condition, zone, names);
    trigger->did = std::get<segments::Did>(std::move(condition.node));
  }
  if (journey.exit_when) segments::bind(*journey.exit_when, zone, names);
  for (Step& step : journey.steps) {
    Branch* branch = std::get_if<Branch>(&step.action);
    if (branch == nullptr) continue;
    for (Branch::Arm& arm : branch->arms) segments::bind(arm.when, zone, names);
  }
}

std::vector<Way> ways_on(const Step& step) {
  return std::visit(WaysLister{step}, step.action);
}

}  // namespace sojourn::journeys
