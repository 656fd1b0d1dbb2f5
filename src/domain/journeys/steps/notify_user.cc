#include "domain/journeys/steps/notify_user.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {

Result<NotifyUser> read_notify_user(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  NotifyUser notify;
  TRY(user, reader.text("user"));
  notify.user = std::move(user);
  TRY(text, reader.text("text"));
  notify.text = std::move(text);
  TRY_VOID(reader.finish());
  return notify;
}

Value write(const NotifyUser& notify) {
  return Object{{"user", notify.user}, {"text", notify.text}};
}

std::string describe(const NotifyUser& notify) {
  return fmt::format("tell {}", notify.user);
}

StepOutcome enter(const NotifyUser& notify, std::string_view next, StepContext& context) {
  const std::string text = context.rendered(notify.text);
  context.effects.emplace_back(effects::NotifyUser{.user = notify.user,
                                                   .text = text,
                                                   .contact = context.view.conditions().contact(),
                                                   .journey = std::string(context.journey),
                                                   .step = std::string(context.step),
                                                   .key = context.effect_key("notify")});
  effects::Decision decision = context.decision(effects::DecisionKind::user_notified, "");
  decision.text = fmt::format("{}: {}", notify.user, text);
  context.decisions.push_back(std::move(decision));
  return GoTo{next};
}

}  // namespace sojourn::journeys
