#pragma once

/// Why something happened to one contact, or did not: a chain of checks in the order in which the
/// engine asks, each with its evidence and, where it failed, what would mend it.
///
/// What happened is read from the contact's state, its journal and its messages; what did not is
/// found by asking the functions of the engine again (segments::evaluate, policies::decide), so
/// that an explanation cannot disagree with it. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/effects/decision.h"
#include "domain/events/event.h"
#include "domain/messages/message.h"
#include "domain/policies/policies.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "domain/segments/explain.h"

namespace sojourn::simulation {

/// What would mend a failed check. Nothing is done: a person decides.
struct Fix {
  std::string code;  ///< `remove_suppression`, `raise_frequency_cap`…
  std::string text;  ///< `allow more than 2 in 7d in frequency_caps of workspace.yaml`
};

struct Check {
  std::string code;  ///< `trigger_filter`, `topic_consent`…: docs/guides/explain.md has them all
  bool ok = false;
  std::optional<Timestamp> at = {};  ///< when it was decided; absent: as of now
  std::string evidence = {};
  std::optional<Fix> fix = {};                    ///< of a failed check, where somebody can mend it
  std::vector<segments::ExplainedRow> rows = {};  ///< the condition that was asked; empty: none
};

struct Explanation {
  /// Entered, sent, or in the segment. Where it is true no check has failed, where it is false one
  /// has.
  bool happened = false;
  std::string summary;  ///< one sentence
  std::vector<Check> checks;
  /// Where a message was not sent: what the counters of its step call it, `frequency_cap`, so that
  /// others who stopped there can be found. Else empty.
  std::string journey = {};
  std::string step = {};
  std::string reason = {};
};

/// When nobody entered a journey and its runs stood still.
struct Pause {
  Timestamp from;
  std::optional<Timestamp> to = {};  ///< absent: it is paused still
};

/// When a definition came into force.
struct Publication {
  Timestamp first;   ///< its first version
  Timestamp latest;  ///< the one in force, or its archiving
  int version = 1;
  bool archived = false;
  std::uint32_t number = 0;        ///< of the definition; 0: unknown
  std::vector<Pause> pauses = {};  ///< of a journey, beside those that its rule tells
};

/// What is known of a contact. Borrows everything.
struct Known {
  const reaction::Rules& rules;
  const reaction::ContactState& contact;
  const policies::ConsentLedger& ledger;
  const std::vector<events::Event>& events;         ///< in the order of the log
  const std::vector<effects::Decision>& decisions;  ///< in the order of decision
  const std::vector<messages::Message>& messages;   ///< newest first
  Timestamp now;
  bool sending_stopped = false;
};

/// One condition, which is bound (reaction::bind_condition).
[[nodiscard]] segments::ExplainedRow explain_condition(const Known& known,
                                                       const segments::Condition& condition);

/// In the segment or not. Error `unknown_segment`.
[[nodiscard]] Result<Explanation> explain_segment(const Known& known, std::string_view key,
                                                  const std::optional<Publication>& publication);

/// Entered the journey or not: the last time that it did, else the occasion that came nearest to
/// it. `publication` is absent where nothing of that key was ever published.
[[nodiscard]] Explanation explain_entry(const Known& known, std::string_view journey,
                                        const std::optional<Publication>& publication);

/// Came to the step or not, and, of a step that sends, sent or not: in the contact's newest run.
/// Error `unknown_step`.
[[nodiscard]] Result<Explanation> explain_step(const Known& known, std::string_view journey,
                                               std::string_view step,
                                               const std::optional<Publication>& publication);

/// Sent or not: one message of the contact.
[[nodiscard]] Explanation explain_message(const Known& known, const messages::Message& message);

}  // namespace sojourn::simulation
