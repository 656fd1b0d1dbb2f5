#pragma once

/// One contact's passage through a backtest: a world of one contact, with its own outbox and
/// ledger. Internal to Backtest. It does what World does (world.h), without rendering messages.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/string_map.h"
#include "domain/effects/decision.h"
#include "domain/messages/message.h"
#include "domain/policies/policies.h"
#include "domain/reaction/react.h"
#include "domain/simulation/backtest.h"

namespace sojourn::simulation {

class BacktestReplay {
 public:
  /// All outlive the replay.
  BacktestReplay(const reaction::Rules& rules, const BacktestSettings& settings,
                 BacktestReport& report, const contacts::ContactId& contact);

  void run(std::span<const events::LoggedEvent> events, const reaction::ContactState* today);

 private:
  /// What was said of the contact's addresses.
  class Ledger final : public policies::ConsentLedger {
   public:
    [[nodiscard]] policies::AddressConsent consent(std::string_view channel,
                                                   std::string_view address) const override;
    void apply(const effects::RecordConsent& change);

   private:
    std::map<std::pair<std::string, std::string>, policies::AddressConsent> states_;
  };

  // The past
  /// What the log does not explain of the contact, as if it had always been so.
  void assume_today(std::span<const events::LoggedEvent> events,
                    const reaction::ContactState& today);
  void begin_window();

  // Inputs
  void take(const events::LoggedEvent& logged);
  /// False: the event is about a message of a replayed journey, and is replaced by what happens to
  /// the simulated one.
  bool fit_into_window(events::Event& event);
  /// Points what the log says of a real message to the simulated one that stands in its place.
  bool answer_as_happened(events::Event& event, std::string_view journey);
  void apply(const events::LoggedEvent& logged);
  void advance(Timestamp until);
  void settle();
  [[nodiscard]] Timestamp next_due() const;
  std::optional<policies::Answer> react(const reaction::Input& input);
  void carry_out(const effects::Effect& effect);
  /// Whether a run of a journey that is replayed has logged this event: the replayed run does.
  [[nodiscard]] bool is_of_replayed_run(const events::Event& event) const;

  // The outbox
  void queue(messages::Message message);
  void reschedule(const effects::RescheduleMessages& change);
  /// A journey's webhook is answered at once, with nothing in it.
  void answer(const effects::CallWebhook& call);
  void cancel(const effects::CancelMessages& cancellation);
  void send(std::size_t index);
  void assume_answers(const messages::Message& message);
  [[nodiscard]] events::Event event_about(const messages::Message& message, std::string_view name,
                                          Timestamp at) const;

  // The report
  void count(const effects::Decision& decision);
  void count_held(const effects::Decision& decision, StepForecast& step);
  void count_answer(const events::Event& event);
  void count_end();
  [[nodiscard]] JourneyForecast& forecast(const std::string& journey) {
    return report_.journeys[journey];
  }
  [[nodiscard]] const messages::Message* find_message(std::string_view key) const;

  const reaction::Rules& rules_;
  const BacktestSettings& settings_;
  BacktestReport& report_;

  Ledger ledger_;
  reaction::ContactState contact_;
  bool is_new_ = true;
  bool in_window_ = false;
  bool given_up_ = false;
  Timestamp now_ = Timestamp::beginning();
  int inputs_at_once_ = 0;
  events::Position position_;  ///< of the last event of the log

  std::deque<events::Event> own_events_;  ///< that steps have logged
  std::set<std::string> own_event_ids_;
  const reaction::ContactState* today_ = nullptr;

  std::vector<messages::Message> messages_;
  StringMap<std::size_t> message_keys_;
  std::set<std::pair<Timestamp, std::size_t>> due_messages_;
  std::map<std::pair<Timestamp, std::size_t>, events::Event> answers_;
  std::size_t answers_made_ = 0;
  /// Keys of the real messages by `<journey>/<step>`, in the order in which they were sent.
  StringMap<std::vector<std::string>> real_messages_;

  std::set<std::pair<std::string, std::string>> held_;  ///< message and reason
  std::map<std::string, Count> entered_;                ///< by journey
  std::set<std::string> sent_by_;                       ///< journeys
  bool in_several_ = false;
};

}  // namespace sojourn::simulation
