#include "domain/journeys/step.h"

#include <fmt/format.h>

#include <array>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {
namespace {

template <typename Action>
using Read = Result<Action> (*)(const Value& value, const std::string& path);

template <typename Action, Read<Action> read>
Result<StepAction> read_as(const Value& value, const std::string& path) {
  Result<Action> action = read(value, path);
  if (!action) return tl::unexpected(std::move(action.error()));
  return StepAction(std::move(*action));
}

struct Kind {
  std::string_view name;
  Result<StepAction> (*read)(const Value& value, const std::string& path);
};
// In the order of StepAction's alternatives.
constexpr std::array<Kind, std::variant_size_v<StepAction>> kinds = {{
    {"send", read_as<Send, read_send>},
    {"notify", read_as<NotifyUser, read_notify_user>},
    {"wait", read_as<Wait, read_wait>},
    {"wait_for", read_as<WaitFor, read_wait_for>},
    {"branch", read_as<Branch, read_branch>},
    {"split", read_as<Split, read_split>},
    {"update", read_as<UpdateContact, read_update_contact>},
    {"add_to_list", read_as<AddToList, read_add_to_list>},
    {"remove_from_list", read_as<RemoveFromList, read_remove_from_list>},
    {"score", read_as<ChangeScore, read_change_score>},
    {"stage", read_as<SetStage, read_set_stage>},
    {"assign", read_as<AssignOwner, read_assign_owner>},
    {"task", read_as<CreateTask, read_create_task>},
    {"deal", read_as<CreateDeal, read_create_deal>},
    {"webhook", read_as<CallWebhook, read_call_webhook>},
    {"track", read_as<TrackEvent, read_track_event>},
    {"enter", read_as<EnterJourney, read_enter_journey>},
    {"leave", read_as<LeaveJourney, read_leave_journey>},
    {"go_to", read_as<GoToStep, read_go_to_step>},
    {"exit", read_as<Exit, read_exit>},
}};

std::string kind_names() {
  std::string names;
  for (const Kind& kind : kinds) {
    if (!names.empty()) names += ", ";
    names += kind.name;
  }
  return names;
}

}  // namespace

std::string_view kind_of(const StepAction& action) {
  return kinds[action.index()].name;
}

Result<StepAction> read_action(const Value& step, const std::string& path) {
  definitions::Reader reader(step, path);
  reader.find("id");
  reader.find("name");
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const Value* value = reader.find(kinds[kind].name);
    if (value == nullptr) continue;
    for (std::size_t other = kind + 1; other < kinds.size(); ++other) {
      if (reader.find(kinds[other].name) == nullptr) continue;
      return reader.refuse("two_actions", kinds[other].name, "is a second action in one step");
    }
    TRY_VOID(reader.finish());
    return kinds[kind].read(*value, reader.path_of(kinds[kind].name));
  }
  const std::string others = reader.unasked();
  return reader.refuse(
      "unknown_step", "",
      fmt::format("{}: it must hold one of {}",
                  others.empty() ? "holds no step" : "has no step but " + others, kind_names()));
}

Value write_action(const StepAction& action) {
  return std::visit([](const auto& each) { return write(each); }, action);
}

std::string describe(const StepAction& action) {
  return std::visit([](const auto& each) { return describe(each); }, action);
}

}  // namespace sojourn::journeys
