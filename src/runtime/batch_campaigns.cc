// What a batch does for campaigns: whose turn has come, what may not go, what is counted.
#include <fmt/format.h>

#include "domain/campaigns/counts.h"
#include "runtime/batch.h"
#include "runtime/campaigns.h"
#include "store/campaign_answers.h"

namespace sojourn::runtime {
namespace {

using campaigns::Turn;
using messages::DeliveryState;
using messages::Message;

}  // namespace

Result<Turn> Batch::give_turn(const contacts::ContactId& id, const reaction::CampaignRule& rule,
                              std::string_view arm, Timestamp due) {
  const std::string& campaign = rule.campaign.key;
  TRY(contact, follow_alias(id));
  TRY(state, load(contact));
  if (state == nullptr) return Turn::gone;
  TRY(present,
      transaction_.message_by_key(fmt::format("{}/{}", campaign, contacts::format(contact))));
  // A turn and its row are one transaction: the row is of another, who is one with it now.
  if (present) return Turn::gone;
  // A contact that became one with it may have had its turn under its own id.
  store::StateReads::MessageQuery query;
  query.contact = contact;
  query.campaign = campaign;
  query.limit = 1;
  TRY(before, transaction_.list_messages(query));
  if (!before.messages.empty()) return Turn::gone;
  reaction::CampaignInput input{.rule = rule, .arm = std::string(arm), .due = due};
  const std::string address =
      contacts::normalise_email(state->attributes.text(contacts::traits::email));
  if (!address.empty()) {
    TRY(taken, transaction_.has_campaign_address(campaign, address));
    if (taken) input.refusal = "duplicate_address";
  }
  TRY_VOID(react(contact, input));
  return Turn::made;
}

Result<absl::TimeZone> Batch::zone_of(const contacts::ContactId& id) {
  TRY(contact, follow_alias(id));
  TRY(state, load(contact));
  if (state == nullptr) return rules_.zone();
  return find_zone(contacts::time_zone(state->attributes)).value_or(rules_.zone());
}

std::optional<policies::Answer> Batch::campaign_refuses(const Message& message) const {
  if (message.campaign.empty()) return std::nullopt;
  return campaigns::refuses(context_.campaigns.find(message.campaign));
}

Result<void> Batch::cancel_in_campaign(messages::MessageId id, const std::string& reason) {
  TRY(found, transaction_.message(id));
  if (!found || !messages::is_legal_move(found->state, DeliveryState::cancelled)) return {};
  Message message = std::move(*found);
  message.reason = reason;
  TRY_VOID(move_message(message, DeliveryState::cancelled));
  TRY(contact, follow_alias(message.contact));
  TRY(state, load(contact));
  if (state == nullptr) return {};
  // The contact forgets that it waits, and its journal gets a line: both need its record written.
  std::erase_if(state->pending,
                [&](const policies::Pending& each) { return each.message == message.key; });
  touched_.insert(contact);
  const reaction::CampaignRule* rule = rules_.campaign(message.campaign);
  effects::Decision decision;
  decision.kind = effects::DecisionKind::message_cancelled;
  decision.at = now_;
  decision.definition = "campaign";
  decision.key = message.campaign;
  decision.version = rule == nullptr ? 0 : rule->version;
  decision.step = message.step;
  decision.message = message.key;
  decision.outcome = reason;
  return record(contact, decision);
}

Result<void> Batch::release(messages::MessageId id) {
  TRY(found, transaction_.message(id));
  const bool is_held =
      found && found->due == Timestamp::never() &&
      (found->state == DeliveryState::queued || found->state == DeliveryState::retry);
  if (!is_held) return {};
  found->due = now_;
  found->reason.clear();
  TRY_VOID(transaction_.put_message(*found));
  queued.push_back({found->id, found->due});
  return {};
}

Result<bool> Batch::note_answer(const Message& message, campaigns::Answer answer) {
  return store::answers_in(transaction_).put_campaign_answer(message.campaign, answer, message.id);
}

Result<void> Batch::count_conversions(const contacts::ContactId& contact,
                                      const events::Event& event) {
  for (const std::string& campaign : context_.campaigns.measuring(event.name)) {
    const reaction::CampaignRule* rule = rules_.campaign(campaign);
    if (rule == nullptr || !rule->campaign.test) continue;
    TRY(found,
        transaction_.message_by_key(fmt::format("{}/{}", campaign, contacts::format(contact))));
    if (!found) continue;
    const auto counted = campaigns::counted_of_event(*rule->campaign.test, *found, event);
    for (const campaigns::Counted& each : counted) count_in_campaign(*found, each.outcome, each.by);
    if (counted.empty() || found->converted_at) continue;
    found->converted_at = event.at;
    TRY_VOID(transaction_.put_message(*found));
    TRY_VOID(note_answer(*found, campaigns::Answer::converted));
  }
  return {};
}

void Batch::count_in_campaign(const Message& message, std::string outcome, std::int64_t by) {
  const reaction::CampaignRule* rule = rules_.campaign(message.campaign);
  count({.definition = "campaign",
         .key = message.campaign,
         .version = rule == nullptr ? 0 : rule->version,
         .step = message.step,
         .outcome = std::move(outcome),
         .by = by});
  campaigns_moved.insert(message.campaign);
}

}  // namespace sojourn::runtime
