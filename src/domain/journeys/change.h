#pragma once

/// What becomes of those inside when a journey is changed: the choices of PRODUCT 4.

#include <optional>
#include <string>
#include <string_view>

#include "base/string_map.h"
#include "base/time.h"
#include "domain/journeys/advance.h"

namespace sojourn::journeys {

/// What a new version means for runs that follow an earlier one.
struct Inside {
  enum class Choice : std::uint8_t {
    finish,  ///< they stay on the version that they follow
    move,    ///< they go on in the new version, at the same step or where `steps` puts them
    replan,  ///< likewise, and what they wait for is reckoned anew from when they began to wait
    leave,   ///< they end
  };
  Choice choice = Choice::finish;
  /// Of move and replan: from the step where a run waits to the step where it goes on; an empty
  /// one: it ends. A run at a step that the new version lacks and that is not named stays on its
  /// version. From a wait to a wait it waits on; to any other step it comes anew.
  StringMap<std::string> steps = {};
};

/// `finish`, `move`, `replan`, `leave`.
[[nodiscard]] std::string_view to_string(Inside::Choice choice);
[[nodiscard]] std::optional<Inside::Choice> inside_choice(std::string_view text);

/// What becomes of a run of an earlier version.
struct Fate {
  enum class Kind : std::uint8_t {
    stays,    ///< on its version
    goes_on,  ///< in the present version
    ends,
  };
  Kind kind = Kind::stays;
  std::string step = {};  ///< where it stays or goes on
};
/// Of one that waits at this step.
[[nodiscard]] Fate fate_of(const Journey& present, std::string_view step, const Inside& inside);

/// What a pause means for what came due while it lasted.
struct Overdue {
  enum class Choice : std::uint8_t {
    send,    ///< it happens now
    skip,    ///< runs go on, and the messages that were due are not sent
    replan,  ///< waits that are over begin again
  };
  Choice choice = Choice::replan;
  /// Of send: runs go on at instants spread over so long, each contact at its own.
  Duration spread = {};
};

/// `send`, `skip`, `replan`.
[[nodiscard]] std::string_view to_string(Overdue::Choice choice);
[[nodiscard]] std::optional<Overdue::Choice> overdue_choice(std::string_view text);

/// The last pause of a journey that has ended.
struct Resumed {
  Timestamp paused_since;
  Timestamp at;
  Overdue overdue;
};

/// Carries the choice out for one run; nothing happens to runs of the present version and to those
/// that have ended.
void publish(const Journey& present, const Journey& followed, Run& run, const Inside& inside,
             StepView& view, Timestamp now, Trail& trail);

/// True where the run's wait ended by the end of the pause and nothing was made of it yet.
[[nodiscard]] bool is_overdue(const Run& run, const Resumed& resumed);
/// Sets when such a run goes on, as was chosen; it may be due now.
void resume(const Journey& journey, Run& run, const Resumed& resumed, const StepView& view);
/// When what a pause held back of this contact goes on; not before `now`.
[[nodiscard]] Timestamp goes_on_at(const Resumed& resumed, const contacts::ContactId& contact,
                                   Timestamp now);

}  // namespace sojourn::journeys
