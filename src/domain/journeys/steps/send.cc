#include "domain/journeys/steps/send.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {

using effects::DecisionKind;

Result<Send> read_send(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  Send send;
  TRY(template_key, reader.key("template"));
  send.template_key = std::move(template_key);
  if (reader.find("channel") != nullptr) TRY_VOID(reader.choice("channel", {"email"}));
  TRY(topic, reader.optional_text("topic"));
  send.topic = topic.value_or("");
  if (!send.topic.empty() && !definitions::is_key(send.topic)) {
    return reader.refuse("not_a_key", "topic", "must be a key");
  }
  if (reader.find("class") != nullptr) {
    TRY(choice, reader.choice("class", {"marketing", "transactional"}));
    send.message_class = static_cast<messages::MessageClass>(choice);
  }
  TRY(handling, policies::read_handling(reader));
  send.handling = handling;
  TRY_VOID(reader.finish());
  return send;
}

Value write(const Send& send) {
  Object object{{"template", send.template_key}, {"channel", send.channel}};
  if (!send.topic.empty()) object.set("topic", send.topic);
  const bool transactional = send.message_class == messages::MessageClass::transactional;
  object.set("class", transactional ? "transactional" : "marketing");
  policies::write_handling(send.handling, object);
  return object;
}

std::string describe(const Send& send) {
  return fmt::format("send {} by {}", send.template_key, send.channel);
}

StepOutcome enter(const Send& send, std::string_view next, StepContext& context) {
  messages::Message message;
  message.key = context.effect_key(send.channel);
  message.contact = context.view.conditions().contact();
  message.message_class = send.message_class;
  message.channel = send.channel;
  message.address = context.view.address(send.channel);
  message.topic = send.topic;
  message.journey = context.journey;
  message.run = context.run.id;
  message.step = context.step;
  message.template_key = send.template_key;
  message.queued_at = context.now;
  message.due = context.now;

  const policies::Proposal proposal{.message_class = send.message_class,
                                    .topic = send.topic,
                                    .key = message.key,
                                    .handling = policies::merged(send.handling, context.handling)};
  const policies::Answer answer = message.address.empty()
                                      ? policies::Answer{policies::Answer::Kind::skip, "no_address"}
                                      : context.view.ask_policies(proposal, context.now);
  const auto decide = [&](DecisionKind kind, std::string outcome, std::string text) {
    effects::Decision decision = context.decision(kind, std::move(outcome));
    decision.text = std::move(text);
    decision.message = message.key;
    context.decisions.push_back(std::move(decision));
  };
  switch (answer.kind) {
    case policies::Answer::Kind::allow:
      decide(DecisionKind::message_queued, "", send.template_key);
      break;
    case policies::Answer::Kind::defer:
      message.due = answer.until;
      message.reason = answer.reason;
      decide(DecisionKind::message_queued, "", send.template_key);
      decide(DecisionKind::message_deferred, answer.reason, format_timestamp(answer.until));
      break;
    case policies::Answer::Kind::skip:
      message.state = messages::DeliveryState::skipped;
      message.reason = answer.reason;
      decide(DecisionKind::message_queued, "", send.template_key);
      decide(DecisionKind::message_skipped, answer.reason, send.template_key);
      break;
  }
  context.effects.emplace_back(effects::QueueMessage{std::move(message)});
  if (answer.ends_run) return End{RunState::exited, answer.reason};
  return GoTo{next};
}

}  // namespace sojourn::journeys
