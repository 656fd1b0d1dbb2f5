#pragma once

/// A step of a journey: one of the kinds below. A new kind is a file in steps/, a line here and in
/// step.cc, and a scenario (docs/internals/recipes.md).

#include <string>
#include <variant>

#include "domain/journeys/steps/add_to_list.h"
#include "domain/journeys/steps/assign_owner.h"
#include "domain/journeys/steps/branch.h"
#include "domain/journeys/steps/call_webhook.h"
#include "domain/journeys/steps/change_score.h"
#include "domain/journeys/steps/create_deal.h"
#include "domain/journeys/steps/create_task.h"
#include "domain/journeys/steps/enter_journey.h"
#include "domain/journeys/steps/exit.h"
#include "domain/journeys/steps/go_to_step.h"
#include "domain/journeys/steps/leave_journey.h"
#include "domain/journeys/steps/notify_user.h"
#include "domain/journeys/steps/remove_from_list.h"
#include "domain/journeys/steps/send.h"
#include "domain/journeys/steps/set_stage.h"
#include "domain/journeys/steps/split.h"
#include "domain/journeys/steps/track_event.h"
#include "domain/journeys/steps/update_contact.h"
#include "domain/journeys/steps/wait.h"
#include "domain/journeys/steps/wait_for.h"

namespace sojourn::journeys {

using StepAction =
    std::variant<Send, NotifyUser, Wait, WaitFor, Branch, Split, UpdateContact, AddToList,
                 RemoveFromList, ChangeScore, SetStage, AssignOwner, CreateTask, CreateDeal,
                 CallWebhook, TrackEvent, EnterJourney, LeaveJourney, GoToStep, Exit>;

struct Step {
  std::string id;  ///< stable: written by people, kept through every edit
  std::string name;
  StepAction action;
  std::string next;  ///< id; empty: past the last. Steps with paths of their own do not read it.

  friend bool operator==(const Step&, const Step&) = default;
};

/// The member under which a step's action stands in YAML: `send`, `notify`, `wait`, `wait_for`…
[[nodiscard]] std::string_view kind_of(const StepAction& action);

/// Reads the one action that the step's object holds; errors name the path.
[[nodiscard]] Result<StepAction> read_action(const Value& step, const std::string& path);
[[nodiscard]] Value write_action(const StepAction& action);
[[nodiscard]] std::string describe(const StepAction& action);

}  // namespace sojourn::journeys
