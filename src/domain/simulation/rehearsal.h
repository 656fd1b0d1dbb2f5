#pragma once

/// A rehearsal: one contact's way through a journey from an instant on, before anybody is sent
/// anything. It is played in a World of that contact alone, with its facts as the log gives them.
///
/// Pure: the same rules, contact, events and request give the same rehearsal on any machine.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/events/event.h"
#include "domain/policies/policies.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// A run that has not ended after so long is left where it waits.
inline constexpr Duration rehearsal_length_max = Duration::days(800);
/// A run that goes round is left after so many decisions.
inline constexpr std::size_t rehearsal_outcomes_max = 1'000;
/// Events that the contact is said to do.
inline constexpr std::size_t rehearsal_acts_max = 50;

/// Who takes the way through the journey. Borrows everything.
struct RehearsedContact {
  const reaction::ContactState& state;
  /// What the contact did, in the order of the log: what the journey counts is counted anew.
  const std::vector<events::Event>& events;
  const policies::ConsentLedger& ledger;
};

struct RehearsalRequest {
  std::string journey;  ///< key, one of the rules'
  Timestamp at;         ///< when the contact enters
  Object data = {};     ///< what the steps find under `event.`
  /// What the contact does with every mail: within a minute of it.
  enum class Answer : std::uint8_t { nothing, open, click };
  Answer answer = Answer::nothing;
  /// What else the contact does, so long after it entered.
  struct Act {
    Duration after;
    std::string event;
    Object properties = {};
  };
  std::vector<Act> acts = {};       ///< in any order
  std::string postal_address = {};  ///< as mails have it
};

struct Rehearsal {
  std::vector<Outcome> outcomes;  ///< all that was decided, in order
  std::vector<Mail> mails;
  bool entered = false;
  /// Where the run waits at the end; empty: it has ended.
  std::string waits_at;
  /// It was left there, because it took too long or went round.
  bool cut = false;
};

/// `rules` has the journey, and others only where the journey enters them. Runs that the contact is
/// in are left out, as is that it was inside before; caps know of mails that it has got.
/// Error `endless` where definitions do not come to rest at one instant.
[[nodiscard]] Result<Rehearsal> rehearse(const std::shared_ptr<const reaction::Rules>& rules,
                                         const RehearsedContact& contact,
                                         const RehearsalRequest& request);

}  // namespace sojourn::simulation
