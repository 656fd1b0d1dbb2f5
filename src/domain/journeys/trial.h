#pragma once

/// What becomes of the experiments that a run takes part in: it comes to an arm, and it does what
/// is measured or does not. Each is counted once in a run's life.

#include <string_view>

#include "domain/events/event.h"
#include "domain/journeys/advance.h"

namespace sojourn::journeys {

/// The run has come to this arm by the split's last decision in the trail, which says from here on
/// whether it is counted: a run that comes again is not.
void draw(Run& run, const Step& split, const GoTo& way, Trail& trail);

/// Counts a success of every arm whose measure this is and that has none yet.
void succeed(std::string_view journey, Run& run, experiments::Measure measure, Timestamp now,
             Trail& trail);

/// The same where the event is a click or an open of a message that the run sent after it had come
/// to the arm; nothing happens for other events.
void note_answer(std::string_view journey, Run& run, const events::Event& event, Timestamp now,
                 Trail& trail);

}  // namespace sojourn::journeys
