// Messages that no journey's step asks for: those of campaigns, and single ones of the API.
#include <fmt/format.h>

#include "base/json.h"
#include "domain/campaigns/recipient.h"
#include "domain/contacts/contact_id.h"
#include "domain/reaction/reactor.h"

namespace sojourn::reaction {

using effects::Decision;
using effects::DecisionKind;
using messages::Message;
using policies::Answer;

namespace {

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

}  // namespace

void Reactor::on(const CampaignInput& input) {
  const campaigns::Campaign& campaign = input.rule.campaign;
  const campaigns::Arm* arm = campaign.arm(input.arm);
  const bool has_template = arm != nullptr && !arm->template_key.empty();
  Message message;
  message.key = fmt::format("{}/{}", campaign.key, contacts::format(contact_.id));
  message.contact = contact_.id;
  message.message_class = campaign.message_class;
  message.channel = "email";
  message.address = view_.address(message.channel);
  message.topic = campaign.topic;
  message.campaign = campaign.key;
  message.step = input.arm;
  message.template_key = has_template ? arm->template_key : campaign.template_key;
  message.queued_at = now_;
  message.due = input.due;

  const policies::Proposal proposal{.message_class = campaign.message_class,
                                    .topic = campaign.topic,
                                    .key = message.key,
                                    .handling = campaign.handling};
  const policies::AddressConsent consent = view_.consent_of(message.channel, message.address);
  const std::string_view left_out = campaigns::left_out(campaign, rules_.policies(),
                                                        {.has_address = !message.address.empty(),
                                                         .shares_address = !input.refusal.empty(),
                                                         .consent = consent});
  const Answer answer = left_out.empty() ? view_.ask_policies(proposal, input.due)
                                         : Answer{Answer::Kind::skip, std::string(left_out)};
  queue(std::move(message), answer, input.rule.version);
}

void Reactor::queue_requested(const events::Event& event) {
  // Who may ask is for the API to say: it writes the event itself.
  if (event.trust != events::Trust::system) return;
  Message message;
  message.key = text_of(event.properties, "key");
  if (!message.key.starts_with(messages::api_key_prefix)) return;
  message.contact = contact_.id;
  message.message_class = messages::MessageClass::transactional;
  message.channel = "email";
  message.address = view_.address(message.channel);
  message.template_key = text_of(event.properties, "template");
  message.queued_at = now_;
  message.due = now_;
  const policies::Proposal proposal{
      .message_class = message.message_class, .topic = "", .key = message.key};
  const Answer answer = message.address.empty() ? Answer{Answer::Kind::skip, "no_address"}
                                                : view_.ask_policies(proposal, now_);
  queue(std::move(message), answer, 0, text_of(event.properties, "content"));
}

void Reactor::queue(Message message, const Answer& answer, int version, std::string content) {
  const auto say = [&](DecisionKind kind, std::string outcome, std::string text) {
    Decision decision;
    decision.kind = kind;
    decision.at = now_;
    decision.definition = message.campaign.empty() ? "" : "campaign";
    decision.key = message.campaign;
    decision.version = version;
    decision.step = message.step;
    decision.outcome = std::move(outcome);
    decision.text = std::move(text);
    decision.message = message.key;
    decide(std::move(decision));
  };
  say(DecisionKind::message_queued, "", message.template_key);
  if (answer.kind == Answer::Kind::defer) {
    message.due = answer.until;
    message.reason = answer.reason;
    say(DecisionKind::message_deferred, answer.reason, format_timestamp(answer.until));
  } else if (answer.kind == Answer::Kind::skip) {
    message.state = messages::DeliveryState::skipped;
    message.reason = answer.reason;
    say(DecisionKind::message_skipped, answer.reason, message.template_key);
  }
  trail_.effects.emplace_back(effects::QueueMessage{std::move(message), std::move(content)});
}

}  // namespace sojourn::reaction
