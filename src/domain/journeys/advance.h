#pragma once

/// Moves one run of a journey as far as it can go now.

#include <string>
#include <vector>

#include "base/time.h"
#include "domain/effects/decision.h"
#include "domain/effects/effect.h"
#include "domain/events/event.h"
#include "domain/journeys/journey.h"
#include "domain/journeys/run.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

/// A run passes at most so many steps at one instant: a cycle without a wait ends in an exit. Every
/// journey without a cycle gets through.
inline constexpr std::size_t steps_per_advance_max = steps_max;

/// What a moving run leaves behind, in the order in which it happened.
struct Trail {
  /// When what is being handled happened: an event's own time, or the instant of a timer.
  Timestamp happened;
  std::vector<effects::Effect> effects;
  std::vector<effects::Decision> decisions;
  std::vector<std::string> entries;  ///< keys of journeys to enter
  std::vector<std::string> leaves;   ///< keys of journeys to leave
};

/// Starts a run at the journey's first step and moves it. Deterministic: the same journey, run,
/// view and `now` give the same result on any machine.
void start(const Journey& journey, Run& run, StepView& view, Timestamp now, Trail& trail);

/// Moves the run on where its wait is over at `now`, by time or because a condition that it waits
/// for has become true; nothing happens where it is not.
void wake(const Journey& journey, Run& run, StepView& view, Timestamp now, Trail& trail);

/// Moves the run on where it waits for this event; nothing happens where it does not.
void notice(const Journey& journey, Run& run, const events::Event& event, StepView& view,
            Timestamp now, Trail& trail);

/// The same while the journey is paused: the run stays, its wait is over, and it takes the way that
/// the event opens when the journey goes on. The first such event decides.
void hold(const Journey& journey, Run& run, const events::Event& event, Timestamp now);

/// Puts a waiting run at another step and moves it on from there; an empty id is past the last.
void move_to(const Journey& journey, Run& run, std::string_view step, StepView& view, Timestamp now,
             Trail& trail);

/// Ends an active run at once, also in the middle of a wait, and refuses its queued messages.
void end(const Journey& journey, Run& run, RunState state, std::string reason, Timestamp now,
         Trail& trail);

/// When time alone may move an active run: its wake, or the instant at which a condition that it
/// waits for is to be asked again.
[[nodiscard]] Timestamp next_due(const Journey& journey, const Run& run,
                                 const segments::ConditionView& view, Timestamp now);

}  // namespace sojourn::journeys
