#pragma once

/// A stage: where a scenario is played. It has a time that stands still until it is moved, takes
/// what somebody does, and shows what came of it.
///
/// `World` is the stage in memory that users' scenarios run on; the tests of the tree have a second
/// one over the real store and runtime, which must show the same story.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/campaigns/counts.h"
#include "domain/campaigns/standing.h"
#include "domain/contacts/contact_id.h"
#include "domain/effects/decision.h"
#include "domain/effects/effect.h"
#include "domain/events/event.h"
#include "domain/journeys/change.h"
#include "domain/messages/message.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/experiments.h"
#include "domain/reaction/rules.h"
#include "domain/simulation/campaign_command.h"
#include "domain/templates/email_template.h"

namespace sojourn::simulation {

/// The master key of every stage: contacts have the same ids on each, and so the same side of a
/// holdout or a split.
inline constexpr HashKey stage_master_key{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

/// A message as it was handed to the channel.
struct Mail {
  messages::Message message;
  templates::RenderedEmail email;  ///< of a notice to a user: subject and text only
};

/// A decision, in the order in which decisions were taken.
struct Outcome {
  contacts::ContactId contact;
  effects::Decision decision;
  /// The key of the template that the decision is about; empty: none.
  std::string template_key;
  std::optional<std::size_t> mail;  ///< place in Stage::mails(), of message_sent
};

/// What a webhook step is answered.
struct WebhookAnswer {
  int status = 200;  ///< 0: no answer came
  Value body = Object();
};

/// A definition as a file of a workspace.
struct DefinitionText {
  std::string path;
  std::string text;
};

/// What became of a campaign.
struct CampaignView {
  std::optional<sojourn::campaigns::Standing> standing;  ///< absent: nobody has started it
  sojourn::campaigns::CountsByArm counts;
  sojourn::campaigns::OutcomesByArm outcomes;
};

class Stage {
 public:
  /// What becomes of those inside journeys that are published, by key.
  using Inside = std::map<std::string, journeys::Inside, std::less<>>;

  virtual ~Stage() = default;

  [[nodiscard]] virtual Timestamp now() const = 0;

  /// Moves to the event's `received_at`, which is not before now(), and answers the event there
  /// until nothing is due. An event whose message id was taken before is a repeat: ignored.
  /// Error: as of advance().
  virtual Result<void> take(events::Event event) = 0;

  /// Moves to `until`, which is not before now(), stopping at each due instant in order until
  /// nothing is due there. Error `endless` where definitions do not come to rest at one instant.
  virtual Result<void> advance(Timestamp until) = 0;

  /// Erases a contact; false where there is none.
  virtual Result<bool> erase(const contacts::ContactId& id) = 0;

  /// Publishes definitions beside, or instead of, those in force; all or none. Those inside a
  /// journey do what `inside` says of its key, without a word they finish; it is done for everybody
  /// when this returns. Error `invalid_definition` with the first problem's words.
  virtual Result<void> publish(const std::vector<DefinitionText>& files, const Inside& inside) = 0;

  /// Nobody enters the journey any more, and those inside finish or leave; it is done for everybody
  /// when this returns. Errors: `unknown_journey`, `journey_paused`.
  virtual Result<void> archive(const std::string& journey, journeys::Inside::Choice choice) = 0;

  /// Nobody enters the journey, and those inside stand still. Errors: `unknown_journey`,
  /// `already_paused`.
  virtual Result<void> pause(const std::string& journey) = 0;
  /// The journey goes on, for everybody inside when this returns. Errors: `unknown_journey`,
  /// `not_paused`.
  virtual Result<void> resume(const std::string& journey, const journeys::Overdue& overdue) = 0;

  /// Somebody says which arm of an experiment everybody takes from now on, or takes it back. Errors
  /// as reaction::declare().
  virtual Result<void> declare(const reaction::Declaration& declaration) = 0;

  /// Errors: `unknown_campaign`, `wrong_campaign_state`.
  virtual Result<void> command(const CampaignCommand& command) = 0;

  /// Everything decided so far, in order; grows only at its end.
  [[nodiscard]] virtual const std::vector<Outcome>& outcomes() const = 0;
  /// Every mail that was handed over, in order; grows only at its end.
  [[nodiscard]] virtual const std::vector<Mail>& mails() const = 0;

  /// Null where the identifier leads to nobody. Valid until the stage moves.
  [[nodiscard]] virtual const reaction::ContactState* find(
      const contacts::Identifier& identifier) const = 0;
  /// The same for an id, which a merge may have made a name of another contact.
  [[nodiscard]] virtual const reaction::ContactState* find(const contacts::ContactId& id) const = 0;
  [[nodiscard]] virtual const reaction::Rules& rules() const = 0;

  /// Contacts that are members of the segment now.
  [[nodiscard]] virtual std::uint64_t member_count(std::uint32_t segment) const = 0;

  /// The standing totals of one definition.
  struct Count {
    int version = 0;
    std::string step;  ///< empty: of the whole definition
    std::string outcome;
    std::int64_t count = 0;
    std::string variant = {};  ///< arm of an experiment; empty: none
    friend bool operator==(const Count&, const Count&) = default;
  };
  /// By version, step, variant and outcome, each once, zeros left out.
  [[nodiscard]] virtual std::vector<Count> counts(std::string_view kind,
                                                  std::string_view key) const = 0;
  /// Every message of a journey, in the order of queueing; those of erased contacts are gone.
  [[nodiscard]] virtual std::vector<messages::Message> messages_of(
      std::string_view journey) const = 0;
  /// Also of a key that no campaign has.
  [[nodiscard]] virtual CampaignView campaign(std::string_view key) const = 0;
  /// Every message of a campaign, in the order of queueing; those of erased contacts are gone.
  [[nodiscard]] virtual std::vector<messages::Message> messages_of_campaign(
      std::string_view key) const = 0;
  /// Every contact, by id. Valid until the stage moves.
  [[nodiscard]] virtual std::vector<const reaction::ContactState*> everybody() const = 0;

  /// The position of the last event that came in.
  [[nodiscard]] virtual events::Position head() const = 0;

  /// The calls that webhook steps made, each once, in order; grows only at its end.
  [[nodiscard]] virtual const std::vector<effects::CallWebhook>& calls() const = 0;
  /// From now on calls of the step are answered so; those that nobody spoke of, by 200 and `{}`.
  virtual void answer_calls(std::string step, WebhookAnswer answer) = 0;
};

/// The score's value for the contact now.
[[nodiscard]] double score_of(const Stage& stage, const reaction::ContactState& contact,
                              std::string_view key);
/// The contact's grade now, for example `A1`.
[[nodiscard]] std::string grade_of(const Stage& stage, const reaction::ContactState& contact,
                                   std::string_view key);
[[nodiscard]] bool is_member(const Stage& stage, const reaction::ContactState& contact,
                             std::string_view segment);
[[nodiscard]] bool is_on_list(const Stage& stage, const reaction::ContactState& contact,
                              std::string_view list);

}  // namespace sojourn::simulation
