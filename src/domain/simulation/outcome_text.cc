#include "domain/simulation/outcome_text.h"

#include <fmt/format.h>

namespace sojourn::simulation {
namespace {

using effects::Decision;
using effects::DecisionKind;

std::string name_of(const World& world, const contacts::ContactId& id) {
  const reaction::ContactState* contact = world.find(id);
  if (contact == nullptr) return contacts::format(id);
  const std::string user = contact->identifier(contacts::kinds::user_id);
  if (!user.empty()) return user;
  const std::string visitor = contact->identifier(contacts::kinds::anonymous_id);
  return visitor.empty() ? contacts::format(id) : "~" + visitor;
}

std::string because(std::string_view reason) {
  return reason.empty() ? std::string() : fmt::format(" because {}", reason);
}

std::string until(std::string_view time) {
  return time.empty() ? std::string() : fmt::format(" until {}", time);
}

std::string words(const World& world, const Outcome& outcome) {
  const Decision& decision = outcome.decision;
  const std::string name = name_of(world, outcome.contact);
  const std::string& mail =
      outcome.template_key.empty() ? std::string("a notice") : outcome.template_key;
  switch (decision.kind) {
    case DecisionKind::segment_entered:
      return fmt::format("enter {} for {}", decision.key, name);
    case DecisionKind::segment_left:
      return fmt::format("leave {} for {}", decision.key, name);
    case DecisionKind::score_crossed:
      return fmt::format("cross {} {} for {} at {}", decision.key, decision.outcome, name,
                         decision.text);
    case DecisionKind::score_left:
      return fmt::format("fall {} {} for {} at {}", decision.key, decision.outcome, name,
                         decision.text);
    case DecisionKind::journey_entered:
      return fmt::format("start {} for {}", decision.key, name);
    case DecisionKind::journey_not_entered:
      return fmt::format("not start {} for {}{}", decision.key, name, because(decision.outcome));
    case DecisionKind::run_ended: {
      const std::string more = decision.text.empty() ? "" : fmt::format(" ({})", decision.text);
      return fmt::format("end {} for {}{}{}", decision.key, name, because(decision.outcome), more);
    }
    case DecisionKind::step_passed:
      return fmt::format("{} passes step {} of {}{}", name, decision.step, decision.key,
                         decision.outcome.empty() ? "" : ": " + decision.outcome);
    case DecisionKind::wait_started:
      return fmt::format("{} waits at step {} of {}{}", name, decision.step, decision.key,
                         until(decision.text));
    case DecisionKind::goal_reached:
      return fmt::format("convert {} for {}", decision.key, name);
    case DecisionKind::run_moved:
      return fmt::format("{} moves to version {} of {}", name, decision.version, decision.key);
    case DecisionKind::message_queued:
      return fmt::format("{} for {} is queued", mail, name);
    case DecisionKind::message_deferred:
      return fmt::format("defer {} to {}{}{}", mail, name, until(decision.text),
                         because(decision.outcome));
    case DecisionKind::message_skipped:
      return fmt::format("skip {} to {}{}", mail, name, because(decision.outcome));
    case DecisionKind::message_cancelled:
      return fmt::format("cancel {} to {}{}", mail, name, because(decision.outcome));
    case DecisionKind::message_sent: {
      const std::string subject =
          outcome.mail ? world.mails()[*outcome.mail].email.subject : std::string();
      return fmt::format("send {} to {}: \"{}\"", mail, name, subject);
    }
    case DecisionKind::message_failed:
      return fmt::format("{} to {} failed: {} {}", mail, name, decision.outcome, decision.text);
    case DecisionKind::user_notified:
      return fmt::format("notify {} (about {})", decision.text, name);
    case DecisionKind::consent_changed:
      return fmt::format("{} is {}{}", name, decision.outcome,
                         decision.text.empty() ? "" : " of " + decision.text);
    case DecisionKind::contact_created:
      return fmt::format("{} is a new contact", name);
    case DecisionKind::contact_merged:
      return fmt::format("{} takes over {}", name, decision.text);
    case DecisionKind::message_retried:
    case DecisionKind::message_uncertain:
      break;
  }
  return fmt::format("{} for {}", to_string(decision.kind), name);
}

}  // namespace

std::string describe_outcome(const World& world, const Outcome& outcome) {
  return fmt::format("{}  {}", format_timestamp(outcome.decision.at), words(world, outcome));
}

}  // namespace sojourn::simulation
