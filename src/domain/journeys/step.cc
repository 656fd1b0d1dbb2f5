#include "domain/journeys/step.h"

#include <array>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {
namespace {

// In the order of StepAction's alternatives.
constexpr std::array<std::string_view, 7> kinds = {"send",   "notify", "wait", "wait_for",
                                                   "branch", "enter",  "exit"};

template <typename Action>
Result<StepAction> widen(Result<Action> action) {
  if (!action) return tl::unexpected(std::move(action.error()));
  return StepAction(std::move(*action));
}

Result<StepAction> read_kind(std::size_t kind, const Value& value, const std::string& path) {
  switch (kind) {
    case 0:
      return widen(read_send(value, path));
    case 1:
      return widen(read_notify_user(value, path));
    case 2:
      return widen(read_wait(value, path));
    case 3:
      return widen(read_wait_for(value, path));
    case 4:
      return widen(read_branch(value, path));
    case 5:
      return widen(read_enter_journey(value, path));
    case 6:
      return widen(read_exit(value, path));
  }
  return failure("unknown_step", path + " is of no known kind");
}

}  // namespace

static_assert(kinds.size() == std::variant_size_v<StepAction>);

std::string_view kind_of(const StepAction& action) {
  return kinds[action.index()];
}

Result<StepAction> read_action(const Value& step, const std::string& path) {
  definitions::Reader reader(step, path);
  reader.find("id");
  reader.find("name");
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const Value* value = reader.find(kinds[kind]);
    if (value == nullptr) continue;
    for (std::size_t other = kind + 1; other < kinds.size(); ++other) {
      if (reader.find(kinds[other]) == nullptr) continue;
      return reader.refuse("two_actions", kinds[other], "is a second action in one step");
    }
    TRY_VOID(reader.finish());
    return read_kind(kind, *value, reader.path_of(kinds[kind]));
  }
  return reader.refuse("unknown_step", "",
                       "must hold one of send, notify, wait, wait_for, branch, enter, exit");
}

Value write_action(const StepAction& action) {
  return std::visit([](const auto& each) { return write(each); }, action);
}

std::string describe(const StepAction& action) {
  return std::visit([](const auto& each) { return describe(each); }, action);
}

}  // namespace sojourn::journeys
