#pragma once

/// A backtest: what a journey would have done, had it been published at the beginning of a window
/// of the past. The log is replayed through the same react(), contact by contact.
///
/// What came before the window is folded first, with no run: facts, scores and segments stand at
/// its beginning as they would have stood. Within it timers pass at their instants, messages ask
/// the policies for leave and are accepted at once, and opens and clicks of them are assumed, or
/// taken from the log. Mails of journeys that are not replayed take their place under the caps as
/// they were sent. Pure: the same rules, settings and events give the same report on any machine.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/string_map.h"
#include "base/time.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"

namespace sojourn::simulation {

/// Shares of the sent messages, from 0 to 1.
struct AnswerRates {
  double opened = 0;
  double clicked = 0;
  friend bool operator==(const AnswerRates&, const AnswerRates&) = default;
};

struct BacktestSettings {
  /// A contact's inputs from `since` on, and up to and with `until`, are the window.
  Timestamp since;
  Timestamp until;
  enum class Answers : std::uint8_t {
    assumed,      ///< each message is opened and clicked with the chance of its step's rates
    as_happened,  ///< as the log says of the journey's n-th message of that step to the contact
  };
  Answers answers = Answers::assumed;
  AnswerRates rates = {};                  ///< of steps without their own
  StringMap<AnswerRates> step_rates = {};  ///< by `<journey>/<step>`
};

/// More inputs than this at one instant of one contact are definitions that wake each other for
/// ever: the contact is given up and counted.
inline constexpr int backtest_inputs_per_instant_max = 1'000;

using Count = std::uint64_t;
using Counts = std::map<std::string, Count>;

struct StepForecast {
  Count passed = 0;
  Count sent = 0;  ///< messages to contacts
  Count opened = 0;
  Count clicked = 0;
  Count waiting = 0;  ///< runs that stand here at the end of the window
  Counts held;        ///< messages by what made them wait, each once a reason
  Counts skipped;     ///< messages by why they were not sent
  friend bool operator==(const StepForecast&, const StepForecast&) = default;
};

struct DayForecast {
  Count entered = 0;
  Count sent = 0;
  friend bool operator==(const DayForecast&, const DayForecast&) = default;
};

struct JourneyForecast {
  Count entered = 0;
  Count contacts = 0;         ///< that entered
  Count contacts_again = 0;   ///< that entered more than once
  Count contacts_sent = 0;    ///< that were sent a message
  Counts refused;             ///< entries by why they were refused
  Counts ended;               ///< runs by how they ended; `goal` are the conversions
  Count converted_later = 0;  ///< runs that had ended otherwise when the goal was reached in time
  Count waiting = 0;          ///< runs that have not ended with the window
  Count sent = 0;
  Count notices = 0;                          ///< to users of the workspace
  std::map<std::string, StepForecast> steps;  ///< by id
  std::map<std::int64_t, DayForecast> days;   ///< by UTC day since 1970
  friend bool operator==(const JourneyForecast&, const JourneyForecast&) = default;
};

struct BacktestReport {
  Count contacts = 0;
  Count events = 0;  ///< that were replayed
  /// Contacts that entered a replayed journey while they were inside another.
  Count in_several = 0;
  Count given_up = 0;  ///< contacts; see backtest_inputs_per_instant_max
  std::map<std::string, JourneyForecast> journeys;  ///< by key
  /// Attributes that no event of the log explains, by name, with the number of contacts of whom
  /// today's value was taken.
  Counts attributes_of_today;
  Count lists_of_today = 0;  ///< contacts of whom today's static lists were taken
  friend bool operator==(const BacktestReport&, const BacktestReport&) = default;

  /// Adds what was found of other contacts.
  void add(const BacktestReport& other);
};

class Backtest {
 public:
  /// Every journey of `rules` is replayed.
  Backtest(std::shared_ptr<const reaction::Rules> rules, BacktestSettings settings);

  /// Replays one contact: its events of the log, in order. Events that no rule looks at may be left
  /// out or may come without their properties, save the first, which makes the contact.
  /// `today`: the contact as it is; null where it is not known. Linear in the events.
  void replay(const contacts::ContactId& contact, std::span<const events::LoggedEvent> events,
              const reaction::ContactState* today);

  /// Contacts of the log who cannot have entered any journey.
  void pass_over(Count contacts) { report_.contacts += contacts; }

  [[nodiscard]] const BacktestReport& report() const { return report_; }

 private:
  const std::shared_ptr<const reaction::Rules> rules_;
  const BacktestSettings settings_;
  BacktestReport report_;
};

}  // namespace sojourn::simulation
