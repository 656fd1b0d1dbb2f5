#pragma once

/// A world: the product run in memory over `reaction::react`, with a time that stands still until
/// it is moved. Scenario tests and backtests drive it.
///
/// It does with links, merges, the consent ledger, wakes and the outbox what the runtime does
/// (runtime/batch.h, runtime/outbox.h), with a channel that accepts every mail at once. Pure in
/// effect: the same rules, settings and events give the same outcomes on any machine.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/hash.h"
#include "base/result.h"
#include "base/string_map.h"
#include "base/time.h"
#include "domain/campaigns/answer.h"
#include "domain/campaigns/machine.h"
#include "domain/catalogs/look_up.h"
#include "domain/contacts/identity.h"
#include "domain/effects/decision.h"
#include "domain/messages/message.h"
#include "domain/policies/policies.h"
#include "domain/policies/sending_policies.h"
#include "domain/policies/warm_up_book.h"
#include "domain/reaction/experiments.h"
#include "domain/reaction/react.h"
#include "domain/reaction/rules.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// More inputs than this at one instant are definitions that wake each other for ever.
inline constexpr int inputs_per_instant_max = 1'000'000;

struct WorldSettings {
  Timestamp start;
  HashKey contact_key = {};  ///< under which contact ids are derived
  std::string public_url = "https://sojourn.example";
  std::string postal_address = "Example Ltd, 1 Example Street, 75001 Paris";
  std::string from_domain = "sojourn.example";  ///< of the sender's address
  /// What the rules were compiled from: publish() begins with it.
  std::vector<reaction::DefinitionSource> sources = {};
  bool keeps_log = false;  ///< every event is kept, which publish() needs
  /// What addresses had said before; outlives the world. Null: nothing.
  const policies::ConsentLedger* ledger = nullptr;
  /// What mails look up; null: nothing. Shared, since settings are copied.
  std::shared_ptr<catalogs::Catalogs> catalogs = nullptr;
};

class World final : public Stage {
 public:
  World(std::shared_ptr<const reaction::Rules> rules, WorldSettings settings);
  ~World() override;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Puts a contact there who is known already, as these rules see it; nothing happens for that.
  void admit(reaction::ContactState contact);

  /// Replaces the rules, of a later generation, as the runtime does: they hold at once for what
  /// happens from now on, and contacts get to know of them as they are passed.
  void publish(std::shared_ptr<const reaction::Rules> rules);
  /// Brings at most so many more contacts, in the order of their ids, to the present rules; false
  /// where all are there.
  bool pass(std::size_t contacts);

  /// When time alone will do something next; never: nothing will.
  [[nodiscard]] Timestamp next_due() const;
  /// Every message that was queued, by number from 1; also those of contacts that are erased.
  [[nodiscard]] const std::vector<messages::Message>& messages() const { return messages_; }

  // Stage. At one instant contacts come first, by id, then messages, by number.
  [[nodiscard]] Timestamp now() const override { return now_; }
  Result<void> take(events::Event event) override;
  Result<void> advance(Timestamp until) override;
  Result<bool> erase(const contacts::ContactId& id) override;
  Result<void> publish(const std::vector<DefinitionText>& files, const Inside& inside) override;
  Result<void> archive(const std::string& journey, journeys::Inside::Choice choice) override;
  Result<void> pause(const std::string& journey) override;
  Result<void> resume(const std::string& journey, const journeys::Overdue& overdue) override;
  Result<void> declare(const reaction::Declaration& declaration) override;
  [[nodiscard]] const std::vector<Outcome>& outcomes() const override { return outcomes_; }
  [[nodiscard]] const std::vector<Mail>& mails() const override { return mails_; }
  [[nodiscard]] const reaction::ContactState* find(
      const contacts::Identifier& identifier) const override;
  [[nodiscard]] const reaction::ContactState* find(const contacts::ContactId& id) const override;
  [[nodiscard]] const reaction::Rules& rules() const override { return *rules_; }
  [[nodiscard]] std::uint64_t member_count(std::uint32_t segment) const override;
  [[nodiscard]] std::vector<Count> counts(std::string_view kind,
                                          std::string_view key) const override;
  [[nodiscard]] std::vector<messages::Message> messages_of(std::string_view journey) const override;
  Result<void> command(const CampaignCommand& command) override;
  [[nodiscard]] CampaignView campaign(std::string_view key) const override;
  [[nodiscard]] std::vector<messages::Message> messages_of_campaign(
      std::string_view key) const override;
  [[nodiscard]] std::vector<const reaction::ContactState*> everybody() const override;
  [[nodiscard]] events::Position head() const override { return position_; }
  [[nodiscard]] const std::vector<effects::CallWebhook>& calls() const override { return calls_; }
  void answer_calls(std::string step, WebhookAnswer answer) override {
    answers_.insert_or_assign(std::move(step), std::move(answer));
  }
  /// What addresses said until now.
  [[nodiscard]] const policies::ConsentLedger& ledger() const;

 private:
  class WorldLinks;
  class Ledger;
  class CampaignSurroundings;
  template <typename Id>
  using DueIndex = std::set<std::pair<Timestamp, Id>>;

  [[nodiscard]] contacts::ContactId follow(contacts::ContactId id) const;
  void apply(const events::Event& event);
  [[nodiscard]] const reaction::Lacking* lacking(reaction::Generation held);
  void bring_up(const contacts::ContactId& id, reaction::Generation to);
  /// The sources as the next generation of rules.
  [[nodiscard]] Result<std::shared_ptr<const reaction::Rules>> compile(
      const std::vector<reaction::DefinitionSource>& sources) const;
  /// Puts them into force and brings everybody to them.
  void take_up(std::vector<reaction::DefinitionSource> sources,
               std::shared_ptr<const reaction::Rules> rules);
  /// Puts what stands of experiments into force.
  void take_standings(std::vector<reaction::Experiment> experiments);
  /// Gives everybody who was ever inside the journey an input about it.
  void change_runs(std::uint32_t journey, const reaction::Input& input);
  void keep_timeline(const contacts::ContactId& id, std::vector<reaction::TimelineEntry> entries);
  void merge(const contacts::Merge& pair);
  std::optional<policies::Answer> react(const contacts::ContactId& id, const reaction::Input& input,
                                        policies::ReturnedMails* returned = nullptr);
  /// Of the mail that the event is about; null where it is about none.
  policies::ReturnedMails* returned_by(const events::Event& event);
  void record(const contacts::ContactId& contact, effects::Decision decision);
  void count(const effects::CounterStep& step);
  /// Counters outlive the contact, so they say where it has gone.
  void count_erased(const reaction::ContactState& contact);
  /// The first open and the first click of a message are counted.
  void note_feedback(const events::Event& event);
  /// What came back is counted by warm-up plans.
  void note_return(const messages::Message& message, const events::Event& event);
  void arm(reaction::ContactState& contact, Timestamp due);

  // Campaigns (world_campaigns.cc)
  struct StartedCampaign {
    sojourn::campaigns::UnderWay under_way;
    std::vector<contacts::ContactId> audience;  ///< ascending
  };
  /// When the first campaign is to be looked at; never: when something of it moves.
  [[nodiscard]] Timestamp next_campaign_due() const;
  /// A step of the first campaign that is due.
  Result<void> step_campaign();
  /// Something of the campaign has moved.
  void touch_campaign(std::string_view key);
  void read_audience(StartedCampaign& started);
  [[nodiscard]] bool is_in(const sojourn::campaigns::Group& group,
                           const reaction::ContactState& contact) const;
  void cancel_in_campaign(messages::MessageId id, std::string_view reason);
  /// Why a message of a campaign may not go now; absent: as the policies say.
  [[nodiscard]] std::optional<policies::Answer> campaign_refuses(
      const messages::Message& message) const;
  void note_campaign_feedback(messages::Message& message, const events::Event& event);
  void count_conversions(const contacts::ContactId& contact, const events::Event& event);
  void count_in_campaign(const messages::Message& message, std::string outcome,
                         std::int64_t by = 1);

  /// Answers a call as the settings say; what it was comes back as an event.
  void answer(const effects::CallWebhook& call);
  void reschedule(const contacts::ContactId& contact, const effects::RescheduleMessages& change);
  void queue(messages::Message message);
  [[nodiscard]] static policies::SendingPolicies sending_policies_in(
      const std::vector<reaction::DefinitionSource>& sources);
  /// What warm-up plans are asked about the message.
  [[nodiscard]] policies::WarmUpMail warm_up_mail(const messages::Message& message) const;
  [[nodiscard]] policies::WarmUpRules warm_up_rules() const;
  /// Has it wait for a day on which the plans have a place for it.
  void take_place(messages::Message& message);
  void cancel(const contacts::ContactId& contact, const effects::CancelMessages& cancellation);
  /// Renders the message, asks for leave, and hands it over.
  void send(messages::MessageId id);
  [[nodiscard]] Result<templates::RenderedEmail> render(
      const messages::Message& message, const reaction::ContactState& contact) const;
  void report(const messages::Message& message, std::string_view name, Object properties);
  /// Handles what is due at now() until nothing is.
  Result<void> settle();

  std::shared_ptr<const reaction::Rules> rules_;
  const WorldSettings settings_;
  std::vector<reaction::DefinitionSource> sources_;  ///< of rules_
  Timestamp now_;
  events::Position position_;
  std::uint64_t reports_ = 0;

  std::map<contacts::ContactId, reaction::ContactState> contacts_;
  std::map<contacts::Identifier, contacts::ContactId> links_;
  absl::flat_hash_map<contacts::ContactId, contacts::ContactId> aliases_;
  absl::flat_hash_set<std::string> message_ids_;
  const std::unique_ptr<Ledger> ledger_;
  policies::SendingPolicies sending_;
  policies::WarmUpBook warm_up_;
  std::map<std::string, policies::ReturnedMails> returned_;  ///< by folded address
  /// Of messages that are being queued: told after what queues them.
  std::vector<std::pair<contacts::ContactId, effects::Decision>> held_;

  // Of a world that keeps its log.
  std::vector<events::LoggedEvent> log_;
  std::map<contacts::ContactId, std::vector<reaction::TimelineEntry>> older_entries_;
  std::map<reaction::Generation, events::Position> cuts_;
  std::map<reaction::Generation, reaction::Lacking> lacking_;

  std::vector<messages::Message> messages_;
  absl::flat_hash_map<std::string, messages::MessageId> message_keys_;
  DueIndex<contacts::ContactId> wakes_;
  DueIndex<messages::MessageId> due_messages_;

  std::map<std::string, StartedCampaign, std::less<>> campaigns_;  ///< by key
  /// Complaints and the like are counted once a message.
  std::set<std::pair<messages::MessageId, sojourn::campaigns::Answer>> campaign_answers_;

  std::deque<events::Event> own_events_;  ///< of journeys, in the order of decision
  std::vector<effects::CallWebhook> calls_;
  StringMap<WebhookAnswer> answers_;  ///< by step

  /// By kind, key and version of the definition, step, variant and outcome.
  std::map<std::tuple<std::string, std::string, int, std::string, std::string, std::string>,
           std::int64_t>
      counters_;
  reaction::ExperimentBoard board_;
  std::vector<Outcome> outcomes_;
  std::vector<Mail> mails_;
};

}  // namespace sojourn::simulation
