// Journeys that are paused, and go on.
#include <algorithm>

#include "runtime/definitions.h"
#include "runtime/workspace_runtime.h"

namespace sojourn::runtime {
namespace {

Result<std::uint32_t> number_of(store::StateReads& reads, const std::string& key) {
  TRY(definitions, reads.definitions());
  const auto found = std::find_if(definitions.begin(), definitions.end(), [&](const auto& each) {
    return each.kind == "journey" && each.key == key && !each.archived;
  });
  if (found != definitions.end()) return found->number;
  return failure({.code = "unknown_journey",
                  .message = "there is no such journey",
                  .field = "key",
                  .value = key});
}

}  // namespace

Result<void> WorkspaceRuntime::change_pause(
    const std::string& key, const std::string& action,
    const std::function<Result<JourneyPause>(const JourneyPause&)>& next, bool goes_on,
    const std::string& actor) {
  const std::lock_guard lock(apply_mutex_);
  if (stopping_) return failure("stopping", "the server is stopping");
  std::uint32_t number = 0;
  JourneyPause pause;
  std::shared_ptr<const reaction::Rules> rules;
  {
    TRY(view, parts_.store.view());
    TRY(found, number_of(*view, key));
    number = found;
    TRY(present, read_pause(*view, number));
    TRY(changed, next(present));
    pause = changed;
    TRY(made, rules_with_pause(*view, number, pause));
    rules = std::move(made);
  }
  const Timestamp now = parts_.clock.now();
  auto answer = std::make_shared<std::promise<Result<void>>>();
  committer_.change_rules(
      rules,
      [=](Batch&, store::StateTransaction& transaction) -> Result<void> {
        TRY_VOID(write_pause(transaction, number, pause));
        if (goes_on)
          TRY_VOID(JourneyChanges::add(transaction, {.journey = number, .choice = GoOn{}}));
        return transaction.append_audit(actor, action, "journey/" + key, "", now);
      },
      [answer](Result<void> done) { answer->set_value(std::move(done)); });
  return await(answer->get_future());
}

Result<void> WorkspaceRuntime::pause_journey(const std::string& key, const std::string& actor) {
  const auto next = [&](const JourneyPause& present) -> Result<JourneyPause> {
    if (present.paused_since) {
      return failure({.code = "already_paused",
                      .message = "the journey has been paused since " +
                                 format_timestamp(*present.paused_since),
                      .field = "key",
                      .value = key});
    }
    JourneyPause pause{.paused_since = parts_.clock.now(), .earlier = ended_pauses(present)};
    if (pause.earlier.size() > earlier_pauses_max) pause.earlier.erase(pause.earlier.begin());
    return pause;
  };
  return change_pause(key, "journey.pause", next, false, actor);
}

Result<void> WorkspaceRuntime::resume_journey(const std::string& key,
                                              const journeys::Overdue& overdue,
                                              const std::string& actor) {
  const auto next = [&](const JourneyPause& present) -> Result<JourneyPause> {
    if (!present.paused_since) {
      return failure({.code = "not_paused",
                      .message = "the journey is not paused",
                      .field = "key",
                      .value = key});
    }
    return JourneyPause{.paused_since = {},
                        .resumed = journeys::Resumed{.paused_since = *present.paused_since,
                                                     .at = parts_.clock.now(),
                                                     .overdue = overdue},
                        .earlier = present.earlier};
  };
  return change_pause(key, "journey.resume", next, true, actor);
}

Result<void> WorkspaceRuntime::declare_winner(const reaction::Declaration& declaration) {
  if (stopping_) return failure("stopping", "the server is stopping");
  auto answer = std::make_shared<std::promise<Result<void>>>();
  committer_.change_experiments(
      [this, declaration](Batch&, store::StateTransaction& transaction) {
        return Experiments::declare(transaction, *committer_.rules(), declaration,
                                    parts_.clock.now());
      },
      [answer](Result<void> done) { answer->set_value(std::move(done)); });
  return await(answer->get_future());
}

}  // namespace sojourn::runtime
