#include "runtime/mail_feedback.h"

#include <fmt/format.h>

#include "domain/events/answer_names.h"
#include "domain/events/standard_names.h"
#include "runtime/message_event.h"

namespace sojourn::runtime {
namespace {

using events::Event;
namespace names = events::names;
using Kind = MailFeedback::Kind;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::hard_bounce:
    case Kind::soft_bounce:
      return names::message_bounced;
    case Kind::complaint:
      return names::spam_reported;
    case Kind::unsubscribe:
      return names::unsubscribed;
    case Kind::reply:
      return names::email_replied;
  }
  return {};
}

Event event_of(const MailFeedback& feedback, const messages::Message& message, Timestamp now) {
  const std::string_view name = name_of(feedback.kind);
  Event event = message_event(message, name, now, "inbound mail",
                              fmt::format("mail/{}/{}/{}", feedback.id, message.id.value, name));
  const auto say = [&](std::string_view property, std::string_view value) {
    if (!value.empty()) event.properties.append(std::string(property), Value(value));
  };
  if (feedback.kind != Kind::reply) say("address", message.address);
  say("reason", feedback.reason);
  say("status", feedback.status);
  say("reply", feedback.words);
  if (feedback.kind == Kind::hard_bounce) event.properties.append("suppress", Value(true));
  if (feedback.kind == Kind::unsubscribe) {
    event.properties.append("topic", Value(message.topic));
    event.properties.append("source", Value("mail"));
  }
  return event;
}

}  // namespace

Result<void> submit_feedback(Runtime& runtime, const std::vector<MailFeedback>& feedback,
                             Runtime::Done done) {
  std::vector<Event> events;
  {
    TRY(view, runtime.store().view());
    for (const MailFeedback& each : feedback) {
      TRY(message, view->message(each.message));
      if (message) events.push_back(event_of(each, *message, runtime.clock().now()));
    }
  }
  if (events.empty()) {
    done({});
    return {};
  }
  return runtime.submit(std::move(events), std::move(done));
}

}  // namespace sojourn::runtime
