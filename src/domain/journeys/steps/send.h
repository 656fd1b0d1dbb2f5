#pragma once

/// The send step: one message through one channel, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"
#include "domain/messages/message.h"

namespace sojourn::journeys {

struct Send {
  std::string channel = "email";
  std::string template_key;
  std::string topic;  ///< empty: belongs to no topic
  messages::MessageClass message_class = messages::MessageClass::marketing;
  policies::Handling handling;  ///< what is absent is as the journey says

  friend bool operator==(const Send&, const Send&) = default;
};

/// `{template, channel: email, topic, class: marketing|transactional, when_quiet, when_capped,
/// expires_after, priority}`
[[nodiscard]] Result<Send> read_send(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Send& send);
[[nodiscard]] std::string describe(const Send& send);

/// Queues the message now or at the end of what holds it back, or records why it is not sent. The
/// run goes on, unless the message is to be the end of it when it is held (PRODUCT 4); the outbox
/// asks the policies again at the commit point.
[[nodiscard]] StepOutcome enter(const Send& send, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
