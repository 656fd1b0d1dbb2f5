#pragma once

/// The product in one function: what becomes of a contact when something happens.
///
/// Pure: no I/O, no clock, no randomness, no threads. The same rules, view, input and `now` give
/// the same reaction on any machine, so the live system, scenario tests, backtest, explain and the
/// simulator are all this one function.
///
/// Order within a reaction (ARCHITECTURE 1): timers that are due before the input; contact changes;
/// then facts, scores and segments in topological order; then journeys; then policies. What a
/// journey step changes is fed back until it is quiet, at most `rounds_max` rounds.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/effects/decision.h"
#include "domain/effects/effect.h"
#include "domain/events/event.h"
#include "domain/journeys/change.h"
#include "domain/messages/message.h"
#include "domain/policies/policies.h"
#include "domain/policies/soft_bounces.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"

namespace sojourn::reaction {

/// More rounds than this within one reaction are a loop between rules; it is cut and recorded.
inline constexpr int rounds_max = 32;

/// An event of this contact.
struct EventInput {
  const events::LoggedEvent& logged;  ///< the caller's, which keeps it until react() returns
  /// Identifiers that the event links to the contact from now on.
  std::vector<contacts::Identifier> links;
  /// False where a public key may not write this contact's protected traits (ARCHITECTURE 8).
  bool may_write_protected = true;
};
/// The contact's earliest due time has come.
struct TimerInput {};
/// A channel asks whether this message may take its irrevocable step.
struct LeaveInput {
  messages::Message message;
  /// When warm-up plans that count it have room (policies::WarmUpBook); absent: they have it now.
  std::optional<Timestamp> room_from = {};
};
/// Another contact has become this one.
struct MergeInput {
  ContactState loser;
};
/// Definitions have changed: everything is evaluated once, and starts and moves no run.
struct RulesInput {
  /// Of facts that the contact lacked: what it did before they came into force. It is joined with
  /// what was counted since then.
  std::vector<facts::FactState> history = {};
  Generation generation = 0;         ///< the contact's from now on, where that is later
  const Lacking* lacking = nullptr;  ///< what it lacks even then; null: nothing; outlives the call
};
/// A journey has a new version: what becomes of the contact's runs in earlier ones (PRODUCT 4). Of
/// one that is archived, and no longer among the rules, only `leave` does anything.
struct PublishInput {
  std::uint32_t journey = 0;  ///< number of the definition
  journeys::Inside inside;
  std::string key = {};  ///< of an archived journey
};
/// A journey goes on after a pause: what came due meanwhile is taken up as was chosen
/// (JourneyRule::resumed).
struct ResumeInput {
  std::uint32_t journey = 0;
};
/// The contact's turn in a campaign has come: its message is queued, or it is recorded why not.
struct CampaignInput {
  const CampaignRule& rule;  ///< outlives the call
  std::string arm;           ///< of its test; empty: none
  Timestamp due;             ///< of the message
  /// Why there is none, for what other contacts have got; empty: the policies say.
  std::string refusal = {};
};
using Input = std::variant<EventInput, TimerInput, LeaveInput, MergeInput, RulesInput, PublishInput,
                           ResumeInput, CampaignInput>;

/// What a reaction reads beside its input.
struct View {
  ContactState contact;  ///< a new contact has an id and nothing else
  bool is_new = false;
  const policies::ConsentLedger* ledger = nullptr;  ///< never null in a call; outlives it
  /// What is answered happened before the journeys began, as in a backtest before its window:
  /// facts, scores and segments follow it, and no run starts or moves.
  bool is_history = false;
  /// Null: nothing. Outlives the call.
  const Lacking* lacking = nullptr;
  /// Of an event about a mail: what its address has returned.
  policies::ReturnedMails returned = {};
  /// When an address that returns mails is suppressed; absent: never.
  std::optional<policies::SoftBounceLimit> soft_bounces = {};
};

struct Reaction {
  ContactState contact;
  std::vector<effects::Decision> decisions;
  std::vector<effects::Effect> effects;
  /// Entries that left the state row, to be stored as chunk number `contact.timeline_chunks - 1`.
  std::vector<TimelineEntry> timeline_overflow;
  /// What the address has returned now (View::returned).
  policies::ReturnedMails returned = {};
  /// Answer to a LeaveInput.
  std::optional<policies::Answer> leave;
  /// A lower bound of the next instant at which time alone may change something; never: none.
  Timestamp due = Timestamp::never();
};

[[nodiscard]] Reaction react(const Rules& rules, View view, const Input& input, Timestamp now);

}  // namespace sojourn::reaction
