#include "domain/simulation/outcome_text.h"

#include <fmt/format.h>

namespace sojourn::simulation {
namespace {

using effects::Decision;
using effects::DecisionKind;

std::string because(std::string_view reason) {
  return reason.empty() ? std::string() : fmt::format(" because {}", reason);
}

/// A time that stands in a decision's text, as people of the scenario read it; empty: none.
std::string until(const std::string& written, const WallClock& clock) {
  if (written.empty()) return {};
  const Result<Timestamp> time = parse_timestamp(written);
  return fmt::format(" until {}", time ? clock.write(*time) : written);
}

}  // namespace

std::string describe_outcome(const Stage& stage, const Outcome& outcome, const WallClock& clock) {
  const Decision& decision = outcome.decision;
  const std::string name = name_of(stage, outcome.contact);
  const std::string& key = decision.key;
  const std::string mail = outcome.template_key.empty() ? "a notice" : outcome.template_key;
  switch (decision.kind) {
    case DecisionKind::segment_entered:
      return fmt::format("enter {} for {}", key, name);
    case DecisionKind::segment_left:
      return fmt::format("leave {} for {}", key, name);
    case DecisionKind::score_crossed:
      return fmt::format("cross {} {} for {} at {}", key, decision.outcome, name, decision.text);
    case DecisionKind::score_left:
      return fmt::format("fall {} {} for {} at {}", key, decision.outcome, name, decision.text);
    case DecisionKind::journey_entered:
      return fmt::format("start {} for {}", key, name);
    case DecisionKind::journey_not_entered:
      return fmt::format("not start {} for {}{}", key, name, because(decision.outcome));
    case DecisionKind::run_ended: {
      const std::string more = decision.text.empty() ? "" : fmt::format(" ({})", decision.text);
      return fmt::format("end {} for {}{}{}", key, name, because(decision.outcome), more);
    }
    case DecisionKind::step_passed:
      return fmt::format("pass {} {} for {}{}", key, decision.step, name,
                         decision.outcome.empty() ? "" : " by " + decision.outcome);
    case DecisionKind::wait_started:
      return fmt::format("wait {} {} for {}{}", key, decision.step, name,
                         until(decision.text, clock));
    case DecisionKind::goal_reached:
      return fmt::format("convert {} for {}", key, name);
    case DecisionKind::run_moved:
      return fmt::format("move {} for {} (to version {})", key, name, decision.version);
    case DecisionKind::arm_succeeded:
      return fmt::format("succeed {} {} for {} by {}", key, decision.step, name, decision.outcome);
    case DecisionKind::message_queued:
      return fmt::format("queue {} to {}", mail, name);
    case DecisionKind::message_deferred:
      return fmt::format("defer {} to {}{}{}", mail, name, until(decision.text, clock),
                         because(decision.outcome));
    case DecisionKind::message_skipped:
      return fmt::format("skip {} to {}{}", mail, name, because(decision.outcome));
    case DecisionKind::message_cancelled:
      return fmt::format("cancel {} to {}{}", mail, name, because(decision.outcome));
    case DecisionKind::message_sent: {
      const std::string subject =
          outcome.mail ? stage.mails()[*outcome.mail].email.subject : std::string();
      return fmt::format("send {} to {}: \"{}\"", mail, name, subject);
    }
    case DecisionKind::message_failed: {
      const std::string more = decision.text.empty() ? "" : fmt::format(" ({})", decision.text);
      return fmt::format("fail {} to {}{}{}", mail, name, because(decision.outcome), more);
    }
    case DecisionKind::user_notified:
      return fmt::format("notify {} (about {})", decision.text, name);
    case DecisionKind::consent_changed:
      return fmt::format("{} is {}{}", name, decision.outcome,
                         decision.text.empty() ? "" : " of " + decision.text);
    case DecisionKind::contact_created:
      return fmt::format("{} is a new contact", name);
    case DecisionKind::contact_merged:
      return fmt::format("{} takes over another contact", name);
    case DecisionKind::message_retried:
    case DecisionKind::message_uncertain:
      break;
  }
  return fmt::format("{} for {}", to_string(decision.kind), name);
}

std::string describe_happening(const Stage& stage, const Outcome& outcome, const WallClock& clock) {
  return fmt::format("{}  {}", clock.write(outcome.decision.at),
                     describe_outcome(stage, outcome, clock));
}

}  // namespace sojourn::simulation
