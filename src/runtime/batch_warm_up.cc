// What a batch does for warm-up plans: who waits for which day, and what is counted.
#include "domain/events/answer_names.h"
#include "runtime/batch.h"
#include "runtime/sender.h"

namespace sojourn::runtime {

using messages::DeliveryState;
using messages::Message;
using messages::MessageClass;
using policies::Answer;
using policies::WarmUpMail;

policies::WarmUpRules Batch::warm_up_rules() const {
  return {context_.sending.warm_up, rules_.zone()};
}

Result<std::optional<WarmUpMail>> Batch::warm_up_mail(const Message& message) {
  const bool is_counted = !context_.sending.warm_up.empty() && message.channel == "email";
  if (!is_counted) return std::nullopt;
  TRY(content, content_of(transaction_, message));
  const messages::Mailbox from =
      sender_of(rules_, message, content ? &*content : nullptr, context_.from);
  return std::optional(WarmUpMail{policies::domain_of(from.address), message.address});
}

Result<void> Batch::take_place(Message& message) {
  const bool may_wait = message.state == DeliveryState::queued &&
                        message.message_class == MessageClass::marketing &&
                        message.due != Timestamp::never();
  if (!may_wait) return {};
  TRY(mail, warm_up_mail(message));
  if (!mail) return {};
  const Timestamp at = context_.warm_up.place(warm_up_rules(), *mail, message.due, now_);
  if (at == message.due) return {};
  message.due = at;
  message.reason = policies::warm_up_reason;
  if (reaction::ContactState* contact = context_.cache.find(message.contact)) {
    for (policies::Pending& pending : contact->pending) {
      if (pending.message == message.key) pending.due = at;
    }
  }
  const reaction::CampaignRule* campaign = rules_.campaign(message.campaign);
  effects::Decision decision;
  decision.kind = effects::DecisionKind::message_deferred;
  decision.at = now_;
  decision.definition = message.campaign.empty() ? "journey" : "campaign";
  decision.key = message.campaign.empty() ? message.journey : message.campaign;
  decision.version =
      campaign == nullptr ? version_followed(message.contact, message) : campaign->version;
  decision.run = message.run;
  decision.step = message.step;
  decision.message = message.key;
  decision.outcome = policies::warm_up_reason;
  decision.text = format_timestamp(at);
  return record(message.contact, decision);
}

Result<std::optional<Timestamp>> Batch::room_from(const Message& message) {
  if (message.message_class != MessageClass::marketing) return std::nullopt;
  TRY(mail, warm_up_mail(message));
  if (!mail) return std::nullopt;
  return context_.warm_up.room_from(warm_up_rules(), *mail, now_);
}

Result<void> Batch::note_leave(const Message& message, const Answer& answer) {
  const bool waits =
      answer.kind == Answer::Kind::defer && answer.reason == policies::warm_up_reason;
  if (!waits && answer.kind != Answer::Kind::allow) return {};
  TRY(mail, warm_up_mail(message));
  if (!mail) return {};
  if (waits) {
    context_.warm_up.reserve(warm_up_rules(), *mail, answer.until);
  } else {
    context_.warm_up.count(warm_up_rules(), *mail, now_);
  }
  return {};
}

Result<void> Batch::note_return(const Message& message, const events::Event& event) {
  using Return = policies::WarmUpBook::Return;
  const Value* suppress = event.properties.find("suppress");
  const bool is_dead = suppress != nullptr && *suppress == Value(true);
  const bool is_complaint = event.name == events::names::spam_reported;
  if (!is_dead && !is_complaint) return {};
  TRY(mail, warm_up_mail(message));
  if (!mail) return {};
  context_.warm_up.come_back(warm_up_rules(), *mail,
                             is_complaint ? Return::complaint : Return::bounce, now_);
  return {};
}

}  // namespace sojourn::runtime
