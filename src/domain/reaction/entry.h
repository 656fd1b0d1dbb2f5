#pragma once

/// Whether a contact may enter a journey when a trigger fires: asked by the reaction, and again by
/// explanations.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/effects/decision.h"
#include "domain/events/event.h"
#include "domain/journeys/run.h"
#include "domain/reaction/rules.h"
#include "domain/segments/evaluate.h"

namespace sojourn::reaction {

/// Why the contact may not begin `run`; empty where it may. `runs` are those that it has, `contact`
/// what conditions see of it. The holdout is asked by journeys::is_held_out().
[[nodiscard]] std::string_view entry_refusal(const JourneyRule& rule,
                                             const std::vector<journeys::Run>& runs,
                                             const journeys::Run& run,
                                             const segments::ConditionView& contact, Timestamp now);

/// What starts a run.
struct EntryOrigin {
  enum class Kind : std::uint8_t {
    unknown,
    trigger,  ///< one of the journey's triggers
    user,     ///< somebody by hand
    api,      ///< a call with a key
    request,  ///< an event that asks for it, of which no more is known
    journey,  ///< a step of another journey, or of the same
  };
  Kind kind = Kind::unknown;
  std::size_t trigger = 0;  ///< of Kind::trigger: in the journey's triggers
  std::string name = {};    ///< who asked, or the other journey's key
};
[[nodiscard]] EntryOrigin trigger_origin(std::size_t trigger);
[[nodiscard]] EntryOrigin journey_origin(std::string_view journey);
/// Of an event that asks for an entry.
[[nodiscard]] EntryOrigin request_origin(const events::Event& event);

/// Bytes of a trigger's words that a decision keeps: the journal has one of each entry.
inline constexpr std::size_t origin_words_max = 200;
/// Keeps with `journey_entered` what started the run, a trigger in its words of today: `outcome` is
/// `trigger:2`, `user`, `api`, `request` or `journey`, `text` the words, who asked, or the key.
void note_origin(const journeys::Journey& journey, const EntryOrigin& origin,
                 effects::Decision& entered);
/// What note_origin() kept, for people: `trigger 2: enters segment hot`. Empty where it kept
/// nothing.
[[nodiscard]] std::string origin_in_words(const effects::Decision& entered);

}  // namespace sojourn::reaction
