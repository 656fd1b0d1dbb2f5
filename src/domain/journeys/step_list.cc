#include "domain/journeys/step_list.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {
namespace {

using definitions::Reader;

/// A list of steps within a step, and the id of its first one, which the step goes on to.
struct Path {
  std::string member;  ///< `wait_for.then`
  std::string shown;   ///< as errors name it: `wait_for.any[0].steps`
  std::string* first;
};

/// Where the paths of each kind of step stand. Pointers into the action.
struct PathLister {
  std::vector<Path> operator()(WaitFor& wait) const {
    std::vector<Path> paths;
    for (std::size_t i = 0; i < wait.arms.size(); ++i) {
      if (wait.one_arm) {
        paths.push_back({"wait_for.then", "wait_for.then", &wait.arms[i].next});
      } else {
        paths.push_back(numbered("wait_for.any", i, wait.arms[i].next));
      }
    }
    paths.push_back({"wait_for.otherwise", "wait_for.otherwise", &wait.otherwise});
    return paths;
  }
  std::vector<Path> operator()(Branch& branch) const {
    return with_arms("branch", branch.arms, branch.otherwise);
  }
  std::vector<Path> operator()(Split& split) const {
    return with_arms("split", split.arms, split.otherwise);
  }
  std::vector<Path> operator()(CallWebhook& call) const {
    return {{"webhook.then", "webhook.then", &call.then},
            {"webhook.otherwise", "webhook.otherwise", &call.otherwise}};
  }
  template <typename Action>
  std::vector<Path> operator()(Action&) const {
    return {};
  }

 private:
  static Path numbered(std::string_view list, std::size_t i, std::string& first) {
    return {fmt::format("{}.{}.steps", list, i), fmt::format("{}[{}].steps", list, i), &first};
  }
  template <typename Arm>
  static std::vector<Path> with_arms(std::string_view kind, std::vector<Arm>& arms,
                                     std::string& otherwise) {
    std::vector<Path> paths;
    for (std::size_t i = 0; i < arms.size(); ++i) {
      paths.push_back(numbered(fmt::format("{}.arms", kind), i, arms[i].next));
    }
    const std::string member = fmt::format("{}.otherwise", kind);
    paths.push_back({member, member, &otherwise});
    return paths;
  }
};

class StepListReader {
 public:
  StepListReader(Journey& journey, definitions::Findings& findings)
      : journey_(journey), findings_(findings) {}

  /// Reads a list; its last step goes on to `after`. Answers the id of the first step, or `after`
  /// where the list is empty.
  std::string read(const Value* value, const std::string& path, const std::string& after,
                   int depth) {
    if (value == nullptr || value->is_null()) return after;
    const Value::List* items = value->as_list();
    if (items == nullptr || depth > segments::condition_depth_max) {
      findings_.add({.code = items == nullptr ? "wrong_type" : "too_deep",
                     .message = fmt::format("{} must be a list of steps, nested at most {} deep",
                                            path, segments::condition_depth_max),
                     .field = path,
                     .limit = std::to_string(segments::condition_depth_max)});
      return after;
    }
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < items->size(); ++i) {
      Result<std::string> id = Reader((*items)[i], fmt::format("{}[{}]", path, i)).key("id");
      ids.push_back(findings_.take(id) ? std::move(*id) : std::string());
    }
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (ids[i].empty()) continue;
      const std::string& next = i + 1 < ids.size() ? ids[i + 1] : after;
      const std::string here = fmt::format("{}[{}]", path, i);
      Result<std::size_t> place = read_step((*items)[i], here, ids[i], next);
      if (findings_.take(place)) read_paths((*items)[i], here, *place, next, depth);
    }
    return ids.empty() ? after : ids.front();
  }

 private:
  /// Its place in the journey.
  Result<std::size_t> read_step(const Value& value, const std::string& path, const std::string& id,
                                const std::string& next) {
    Reader reader(value, path);
    Step step;
    step.id = id;
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
                           fmt::format("is beyond the limit of {} steps", steps_max),
                           std::to_string(steps_max));
    }
    journey_.steps.push_back(std::move(step));
    return journey_.steps.size() - 1;
  }

  void read_paths(const Value& value, const std::string& path, std::size_t place,
                  const std::string& next, int depth) {
    // Reading the lists adds steps, which moves this one: it is changed on a copy.
    StepAction action = journey_.steps[place].action;
    for (const Path& each : std::visit(PathLister(), action)) {
      const Value* list = find_path(*value.as_object(), each.member);
      *each.first = read(list, fmt::format("{}.{}", path, each.shown), next, depth + 1);
    }
    journey_.steps[place].action = std::move(action);
  }

  Journey& journey_;
  definitions::Findings& findings_;
};

}  // namespace

std::string read_step_list(const Value& value, const std::string& path, Journey& journey,
                           definitions::Findings& findings) {
  return StepListReader(journey, findings).read(&value, path, "", 0);
}

}  // namespace sojourn::journeys
