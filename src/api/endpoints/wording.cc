#include "api/endpoints/wording.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "domain/policies/soft_bounces.h"

namespace sojourn::api {
namespace {

using effects::Decision;
using effects::DecisionKind;

std::string property(const events::Event& event, std::string_view name) {
  const Value* value = event.properties.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

std::string segment_name(const Decision& decision, const reaction::Rules& rules) {
  const reaction::SegmentRule* rule = rules.segment(std::string_view(decision.key));
  return rule == nullptr ? decision.key : rule->segment.name;
}

std::string score_name(const Decision& decision, const reaction::Rules& rules) {
  const reaction::ScoreRuleSet* rule = rules.score(std::string_view(decision.key));
  return rule == nullptr ? decision.key : rule->score.name;
}

std::string journey_name(const Decision& decision, const reaction::Rules& rules) {
  const reaction::JourneyRule* rule = rules.journey(std::string_view(decision.key));
  return rule == nullptr ? decision.key : rule->journey.name;
}

const journeys::Step* step_of(const Decision& decision, const reaction::Rules& rules) {
  const reaction::JourneyRule* rule = rules.journey(std::string_view(decision.key));
  return rule == nullptr ? nullptr : rule->journey.find(decision.step);
}

std::string step_name(const Decision& decision, const reaction::Rules& rules) {
  const journeys::Step* step = step_of(decision, rules);
  return step == nullptr || step->name.empty() ? decision.step : step->name;
}

/// `email “case-study”`, `note to sales@example.com`, `campaign “Spring sale”`.
std::string message_name(const Decision& decision, const reaction::Rules& rules) {
  if (decision.definition == "campaign") {
    const reaction::CampaignRule* rule = rules.campaign(decision.key);
    return fmt::format("campaign “{}”", rule == nullptr ? decision.key : rule->campaign.name);
  }
  if (decision.definition.empty()) return "a message that was asked for by the API";
  if (decision.definition == "form") return "mail that asks to confirm the address";
  const journeys::Step* step = step_of(decision, rules);
  if (step == nullptr) return fmt::format("message “{}”", decision.step);
  if (const auto* send = std::get_if<journeys::Send>(&step->action)) {
    return fmt::format("{} “{}”", send->channel, send->template_key);
  }
  if (const auto* notify = std::get_if<journeys::NotifyUser>(&step->action)) {
    return "note to " + notify->user;
  }
  return fmt::format("message “{}”", step_name(decision, rules));
}

/// ` until Sat 28 Nov 2026, 10:43 UTC`; empty where the text is no time.
std::string until_in_words(const std::string& text) {
  const Result<Timestamp> time = parse_timestamp(text);
  if (!time) return {};
  return fmt::format(" until {:%a %d %b %Y, %H:%M} UTC", fmt::gmtime(time->ms / 1000));
}

}  // namespace

std::string in_words(Duration duration) {
  struct Unit {
    Duration length;
    std::string_view name;
  };
  static constexpr std::array units = {
      Unit{Duration::days(1), "day"}, Unit{Duration::hours(1), "hour"},
      Unit{Duration::minutes(1), "minute"}, Unit{Duration::seconds(1), "second"}};
  for (const Unit& unit : units) {
    if (duration.ms == 0 || duration.ms % unit.length.ms != 0) continue;
    const std::int64_t count = duration.ms / unit.length.ms;
    return fmt::format("{} {}{}", count, unit.name, count == 1 ? "" : "s");
  }
  return fmt::format("{} milliseconds", duration.ms);
}

std::string code_in_words(std::string_view code) {
  std::string words(code);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string event_in_words(const events::Event& event) {
  namespace names = events::names;
  if (event.name == names::page_viewed) {
    const std::string path = property(event, "path");
    return path.empty() ? "Viewed a page" : "Viewed " + path;
  }
  if (event.name == names::screen_viewed) {
    const std::string name = property(event, "name");
    return name.empty() ? "Viewed a screen" : "Viewed " + name;
  }
  // Nobody has done what a program did for the reader.
  const std::string by_program =
      events::is_of_machine(event) ? ", by a program: " + property(event, "reason") : "";
  if (event.name == names::link_clicked) return "Clicked " + property(event, "url") + by_program;
  if (event.name == names::email_opened) {
    return "Opened " + property(event, "template") + by_program;
  }
  if (event.name == names::identified) return "Identified";
  if (event.name == names::aliased) return "Known by another id too";
  if (event.name == names::grouped) return "Joined company " + event.group_id;
  return event.name;
}

std::string decision_in_words(const Decision& decision, const reaction::Rules& rules) {
  switch (decision.kind) {
    case DecisionKind::contact_created:
      return "Seen for the first time";
    case DecisionKind::contact_merged:
      return "Joined with another contact";
    case DecisionKind::segment_entered:
      return "Entered " + segment_name(decision, rules);
    case DecisionKind::segment_left:
      return "Left " + segment_name(decision, rules);
    case DecisionKind::score_crossed:
      return fmt::format("{} reached {} at {} points", score_name(decision, rules),
                         decision.outcome, decision.text);
    case DecisionKind::score_left:
      return fmt::format("{} fell below {} to {} points", score_name(decision, rules),
                         decision.outcome, decision.text);
    case DecisionKind::journey_entered:
      return "Began " + journey_name(decision, rules);
    case DecisionKind::journey_not_entered:
      return "Did not begin " + journey_name(decision, rules);
    case DecisionKind::step_passed:
      return fmt::format("{}: passed “{}”", journey_name(decision, rules),
                         step_name(decision, rules));
    case DecisionKind::wait_started:
      return fmt::format("{}: at “{}”{}", journey_name(decision, rules), step_name(decision, rules),
                         until_in_words(decision.text));
    case DecisionKind::goal_reached:
      return "Reached the goal of " + journey_name(decision, rules);
    case DecisionKind::run_moved:
      return fmt::format("{}: goes on in version {}", journey_name(decision, rules),
                         decision.version);
    case DecisionKind::arm_succeeded:
      return fmt::format("{}: counts as a success of “{}” at “{}”", journey_name(decision, rules),
                         decision.outcome, step_name(decision, rules));
    case DecisionKind::run_ended:
      return fmt::format("Ended {}: {}", journey_name(decision, rules),
                         code_in_words(decision.outcome));
    case DecisionKind::message_queued:
      return fmt::format("Queued {}", message_name(decision, rules));
    case DecisionKind::message_deferred:
      return fmt::format("Held back {}{}", message_name(decision, rules),
                         until_in_words(decision.text));
    case DecisionKind::message_skipped:
      return fmt::format("Did not send {}", message_name(decision, rules));
    case DecisionKind::message_cancelled:
      return fmt::format("Cancelled {}", message_name(decision, rules));
    case DecisionKind::message_sent:
      return fmt::format("Sent {}", message_name(decision, rules));
    case DecisionKind::message_failed:
      return fmt::format("Could not send {}", message_name(decision, rules));
    case DecisionKind::message_retried:
      return fmt::format("Refused for now: {}", message_name(decision, rules));
    case DecisionKind::message_uncertain:
      return fmt::format("May or may not have arrived: {}", message_name(decision, rules));
    case DecisionKind::user_notified:
      return decision.text.empty() ? "Told the team" : "Told the team: " + decision.text;
    case DecisionKind::consent_changed: {
      const std::string what = decision.outcome == "opted_in"    ? "Subscribed"
                               : decision.outcome == "opted_out" ? "Unsubscribed"
                               : decision.outcome == "lifted"    ? "Suppression lifted"
                               : decision.key == policies::soft_bounces_source
                                   ? "Address suppressed, since its mails keep coming back"
                                   : "Address suppressed";
      return decision.text.empty() ? what : fmt::format("{}: {}", what, decision.text);
    }
  }
  return {};
}

}  // namespace sojourn::api
