// Why a message was sent, or was not; and whether its run came to the step at all.
#include <fmt/format.h>

#include <algorithm>

#include "domain/policies/explain.h"
#include "domain/policies/sending_policies.h"
#include "domain/simulation/explain_known.h"

namespace sojourn::simulation {
namespace {

using effects::Decision;
using effects::DecisionKind;
using journeys::Journey;
using journeys::Run;
using journeys::RunState;
using journeys::Step;
using messages::DeliveryState;
using messages::Message;
using policies::Answer;

/// What mends a check that held a message back.
std::optional<Fix> fix_of(std::string_view code, const Known& known) {
  if (code == "address") return Fix{"add_address", "give the contact an email address"};
  if (code == "suppression") return Fix{"remove_suppression", "remove the suppression"};
  if (code == "topic_consent") return Fix{"add_consent", "add topic consent"};
  if (code == "frequency_cap") {
    const std::vector<policies::FrequencyCap>& caps = known.rules.policies().caps;
    if (caps.empty()) return std::nullopt;
    return Fix{"raise_frequency_cap",
               fmt::format("allow {} per {} in frequency_caps of workspace.yaml",
                           caps.front().messages + 1, format_duration(caps.front().per))};
  }
  if (code == "quiet_hours") {
    return Fix{"change_quiet_hours", "shorten quiet_hours in workspace.yaml"};
  }
  if (code == policies::warm_up_reason) {
    return Fix{"raise_warm_up", "raise the numbers of warm_up in workspace.yaml"};
  }
  if (code == "outranked") return Fix{"raise_priority", "raise priority in the journey"};
  if (code == "expired") return Fix{"raise_expiry", "raise expires_after in the journey"};
  if (code == "paused") return Fix{"resume_journey", "resume the journey"};
  if (code == "sending") return Fix{"resume_sending", "resume sending"};
  if (code == "rendered") return Fix{"correct_template", "correct the template"};
  return std::nullopt;
}

/// What stands in the place of a message's key, which says nothing to people.
std::string name_of_message(const Known& known, std::string_view key) {
  const auto found = std::find_if(known.messages.begin(), known.messages.end(),
                                  [&](const Message& each) { return each.key == key; });
  if (found == known.messages.end()) return "an older message";
  if (!found->campaign.empty()) return fmt::format("campaign “{}”", found->campaign);
  if (found->journey.empty()) return fmt::format("“{}”", found->template_key);
  return fmt::format("“{}” of {}/{}", found->template_key, found->journey, found->step);
}

policies::MessageNames names_of(const Known& known) {
  return [&known](std::string_view key) { return name_of_message(known, key); };
}

/// The check that a reason in the journal belongs to.
std::string check_of_reason(std::string_view reason) {
  if (reason == "no_address") return "address";
  if (reason == "suppressed") return "suppression";
  if (reason == "unsubscribed" || reason == "no_consent") return "topic_consent";
  if (reason == "run_ended") return "run_active";
  return std::string(reason);
}

/// The places that were taken under caps at an instant, by what was sent until then.
std::vector<policies::Reservation> places_at(const Known& known, Timestamp at) {
  std::vector<policies::Reservation> places;
  for (const Message& message : known.messages) {
    const bool counts = message.message_class == messages::MessageClass::marketing;
    if (counts && message.sent_at && *message.sent_at <= at) {
      places.push_back({message.key, *message.sent_at});
    }
  }
  std::reverse(places.begin(), places.end());
  return places;
}

class MessageExplainer {
 public:
  MessageExplainer(const Known& known, const Message& message, Explanation& explanation)
      : known_(known), message_(message), explanation_(explanation) {}

  void run() {
    explanation_.happened = message_.state == DeliveryState::sent;
    if (!explanation_.happened) {
      explanation_.journey = message_.journey;
      explanation_.step = message_.step;
      explanation_.reason = message_.reason;
    }
    const Decision* queued = decision_of(DecisionKind::message_queued);
    add("queued", true, message_.queued_at,
        queued == nullptr || queued->text.empty() ? "queued" : "queued: " + queued->text);
    // In the order in which the engine asks; the first that fails is the answer.
    static_cast<void>(check_policies() && check_run() && check_rendered() && check_sending() &&
                      check_handed_over() && check_answer());
  }

 private:
  bool add(std::string code, bool ok, std::optional<Timestamp> at, std::string evidence) {
    std::optional<Fix> fix = ok ? std::nullopt : fix_of(code, known_);
    if (fix && code == "paused" && !message_.campaign.empty()) {
      fix = Fix{"resume_campaign", "resume the campaign"};
    }
    explanation_.checks.push_back({.code = std::move(code),
                                   .ok = ok,
                                   .at = at,
                                   .evidence = std::move(evidence),
                                   .fix = std::move(fix)});
    return ok;
  }

  [[nodiscard]] const Decision* decision_of(DecisionKind kind) const {
    return newest_decision(known_, [&](const Decision& decision) {
      return decision.kind == kind && decision.message == message_.key;
    });
  }

  /// The reason of a policy that holds the message back; empty where none does.
  [[nodiscard]] std::string held_by() const {
    if (message_.state == DeliveryState::skipped && message_.reason != "run_ended") {
      return message_.reason;
    }
    const bool waits = message_.state == DeliveryState::queued && message_.due > known_.now;
    return waits ? message_.reason : std::string();
  }

  /// When the policies were asked last, as far as the journal tells.
  [[nodiscard]] std::optional<Timestamp> asked_at() const {
    for (const DecisionKind kind :
         {DecisionKind::message_skipped, DecisionKind::message_sent, DecisionKind::message_failed,
          DecisionKind::message_uncertain, DecisionKind::message_cancelled,
          DecisionKind::message_deferred}) {
      const Decision* found = decision_of(kind);
      // The journal has an answer when it came; the message had gone before.
      if (found != nullptr) return std::min(found->at, message_.sent_at.value_or(found->at));
    }
    return std::nullopt;
  }

  bool check_policies() {
    const std::string reason = held_by();
    const std::string blocked = check_of_reason(reason);
    const std::optional<Timestamp> asked = asked_at();
    const Timestamp at = asked.value_or(known_.now);
    if (blocked == "address") return add("address", false, at, "the contact had no address");
    add("address", true, asked, message_.address);
    policies::Proposal proposal;
    proposal.message_class = message_.message_class;
    proposal.topic = message_.topic;
    proposal.key = message_.key;
    const FoldedFacts none;
    const FoldedView view(known_, none, at);
    const std::vector<policies::Reservation> places = places_at(known_, at);
    const std::string zone = view.whole().zone_name();
    const auto checks =
        policies::explain(known_.rules.policies(),
                          {view.whole().consent_of(message_.channel, message_.address), places,
                           zone, known_.contact.pending},
                          proposal, at, names_of(known_));
    for (const policies::PolicyCheck& check : checks) {
      const bool is_blocked = check.code == blocked &&
                              (check.answer.kind != Answer::Kind::allow || !repeats(checks, check));
      if (is_blocked) {
        const bool still_so = check.answer.kind != Answer::Kind::allow;
        const std::string why = check.code == "suppression" ? why_suppressed() : std::string();
        return add_blocked(check.code, (still_so ? check.evidence : words_of_code(reason)) + why,
                           at);
      }
      // What was let through then may be forbidden now: only the journal is the judge.
      const bool still_so = check.answer.kind == Answer::Kind::allow;
      add(check.code, true, asked, still_so ? check.evidence : deferral(check.code));
    }
    if (reason == policies::warm_up_reason) {
      return add_blocked(blocked, "the sender's warm-up plan has no place before", at);
    }
    return blocked.empty() || add_blocked(blocked, words_of_code(reason), at);
  }

  /// Who put the address on the list, as far as the contact's journal tells.
  [[nodiscard]] std::string why_suppressed() const {
    const Decision* decision = newest_decision(known_, [](const Decision& each) {
      return each.kind == DecisionKind::consent_changed &&
             each.outcome == policies::consent_states::suppressed && each.text.empty();
    });
    if (decision == nullptr) return {};
    const std::string_view why =
        decision->key == "bounce"                        ? ", since a mail said that it is dead"
        : decision->key == "complaint"                   ? ", since a mail was reported as spam"
        : decision->key == policies::soft_bounces_source ? ", since its mails kept coming back"
                                                         : "";
    return fmt::format("{} (at {})", why, format_timestamp(decision->at));
  }

  /// Another check of the same code follows or stands before: several caps.
  static bool repeats(const std::vector<policies::PolicyCheck>& checks,
                      const policies::PolicyCheck& one) {
    return std::any_of(checks.begin(), checks.end(), [&](const policies::PolicyCheck& each) {
      return &each != &one && each.code == one.code && each.answer.kind != Answer::Kind::allow;
    });
  }

  bool add_blocked(std::string code, std::string evidence, Timestamp at) {
    if (message_.state == DeliveryState::queued) {
      evidence += fmt::format("; held back until {}", format_timestamp(message_.due));
    }
    return add(std::move(code), false, at, std::move(evidence));
  }

  [[nodiscard]] std::string deferral(std::string_view code) const {
    const Decision* held = newest_decision(known_, [&](const Decision& decision) {
      return decision.kind == DecisionKind::message_deferred && decision.message == message_.key &&
             check_of_reason(decision.outcome) == code;
    });
    if (held == nullptr) return "nothing stood against it then";
    return fmt::format("held back at {} until {}", format_timestamp(held->at), held->text);
  }

  bool check_run() {
    const Decision* cancelled = decision_of(DecisionKind::message_cancelled);
    const bool ended = message_.reason == "run_ended" && message_.state == DeliveryState::skipped;
    if (message_.state != DeliveryState::cancelled && !ended) return true;
    if (!message_.campaign.empty()) {
      return add("campaign_active", false,
                 cancelled == nullptr ? std::nullopt : std::optional(cancelled->at),
                 "the campaign was stopped before the message went");
    }
    const std::string why = message_.reason.empty() ? "run_ended" : message_.reason;
    return add("run_active", false,
               cancelled == nullptr ? std::nullopt : std::optional(cancelled->at),
               fmt::format("the run ended before the message went: {}", words_of_code(why)));
  }

  bool check_rendered() {
    if (message_.state != DeliveryState::failed || !message_.subject.empty()) return true;
    const Decision* failed = decision_of(DecisionKind::message_failed);
    return add("rendered", false, failed == nullptr ? std::nullopt : std::optional(failed->at),
               fmt::format("template “{}” could not be rendered: {} ({})", message_.template_key,
                           message_.reply, message_.reason));
  }

  bool check_sending() {
    const bool waits =
        message_.state == DeliveryState::queued || message_.state == DeliveryState::retry;
    if (!waits || !known_.sending_stopped) return true;
    return add("sending", false, {}, "all sending is stopped");
  }

  bool check_handed_over() {
    switch (message_.state) {
      case DeliveryState::queued:
      case DeliveryState::claimed:
        return add(
            "handed_over", false, {},
            fmt::format("is due at {} and waits for its turn", format_timestamp(message_.due)));
      case DeliveryState::committing:
        return add("handed_over", false, {}, "is being handed over at this moment");
      case DeliveryState::sent:
      case DeliveryState::retry:
      case DeliveryState::failed:
      case DeliveryState::uncertain:
        return add("handed_over", true, message_.sent_at,
                   fmt::format("handed to {} for {}, attempt {}", message_.channel,
                               message_.address, message_.attempt + 1));
      case DeliveryState::skipped:
      case DeliveryState::cancelled:
        break;
    }
    // Each has failed a check above.
    return add("handed_over", false, {}, fmt::format("not sent: {}", message_.reason));
  }

  bool check_answer() {
    const auto because = [&] {
      return fmt::format("{}{}{}", words_of_code(message_.reason),
                         message_.reply.empty() ? "" : ": ", message_.reply);
    };
    if (message_.state == DeliveryState::sent) {
      return add("accepted", true, message_.sent_at,
                 message_.reply.empty() ? "accepted" : message_.reply);
    }
    if (message_.state == DeliveryState::retry) {
      return add("accepted", false, {},
                 fmt::format("refused for now ({}), tried again at {}", because(),
                             format_timestamp(message_.due)));
    }
    if (message_.state == DeliveryState::uncertain) {
      return add("accepted", false, {},
                 "the answer was lost: it may have arrived, and is not sent again");
    }
    return add("accepted", false, {}, because());
  }

  const Known& known_;
  const Message& message_;
  Explanation& explanation_;
};

bool leads_to(const Journey& journey, std::string_view from, std::string_view to) {
  std::vector<std::string_view> open{from};
  std::vector<std::string_view> seen;
  while (!open.empty()) {
    const std::string_view id = open.back();
    open.pop_back();
    if (id == to) return true;
    if (std::find(seen.begin(), seen.end(), id) != seen.end()) continue;
    seen.push_back(id);
    const Step* step = journey.find(id);
    if (step == nullptr) continue;
    for (const journeys::Way& way : journeys::ways_on(*step)) {
      const Step* next = journey.find(way.to);
      if (next != nullptr) open.push_back(next->id);
    }
  }
  return false;
}

/// The steps that the run came to, in order, repeats included.
std::vector<std::string> path_of(const Known& known, const Run& run) {
  std::vector<std::string> path;
  for (const Decision& decision : known.decisions) {
    const bool moved =
        decision.kind == DecisionKind::step_passed || decision.kind == DecisionKind::wait_started;
    if (!moved || decision.run != run.id || decision.step.empty()) continue;
    if (path.empty() || path.back() != decision.step) path.push_back(decision.step);
  }
  if (!path.empty()) return path;
  for (const Run::Visits& visits : run.visits) path.push_back(visits.step);
  return path;
}

std::string label_of(const Step& step, std::string_view to) {
  for (const journeys::Way& way : journeys::ways_on(step)) {
    if (way.to == to && !way.label.empty()) return fmt::format(" (“{}”)", way.label);
  }
  return {};
}

class StepExplainer {
 public:
  StepExplainer(const Known& known, const Journey& journey, const Run& run, std::string_view target)
      : known_(known), journey_(journey), run_(run), target_(target) {}

  /// Why the run has not come to the step.
  [[nodiscard]] Check not_reached() const {
    Check check{.code = "step_reached", .ok = false};
    const std::vector<std::string> path = path_of(known_, run_);
    const bool active = run_.state == RunState::active;
    if (active && leads_to(journey_, run_.step, target_)) {
      check.evidence = "not yet: the run " + place_in_words(known_, run_);
      return check;
    }
    // The last step from which there was a way to the target, and where the run went instead.
    for (std::size_t i = path.size(); i-- > 0;) {
      if (!leads_to(journey_, path[i], target_)) continue;
      const Step* from = journey_.find(path[i]);
      if (i + 1 < path.size() && from != nullptr) {
        check.evidence = fmt::format("at “{}” the run went on to “{}”{}, which does not lead to it",
                                     path[i], path[i + 1], label_of(*from, path[i + 1]));
        add_arms(*from, check);
      } else {
        check.evidence = fmt::format("the run ended at “{}”", path[i]);
      }
      break;
    }
    if (check.evidence.empty()) check.evidence = "no way that the run took leads to it";
    return check;
  }

 private:
  /// The conditions that stood at the parting of the ways, as of now.
  void add_arms(const Step& from, Check& check) const {
    const auto* branch = std::get_if<journeys::Branch>(&from.action);
    if (branch == nullptr) return;
    for (const journeys::Branch::Arm& arm : branch->arms) {
      if (!leads_to(journey_, arm.next, target_)) continue;
      check.rows.push_back(explain_at(known_, arm.when, known_.now, &run_));
      check.evidence +=
          fmt::format("; now “{}” is {}", arm.name, check.rows.back().ok ? "true" : "false");
    }
  }

  const Known& known_;
  const Journey& journey_;
  const Run& run_;
  const std::string_view target_;
};

/// Why the run has not come to the step of its version, which may lack it or not be kept.
Check not_reached(const Known& known, const Run& run, std::string_view step) {
  Check check{.code = "step_reached", .ok = false};
  const reaction::JourneyRule* followed = followed_by(known, run);
  if (followed == nullptr) {
    check.evidence = fmt::format(
        "the run did not come to it; version {}, which it followed, is no "
        "longer kept",
        run.version);
  } else if (followed->journey.find(step) == nullptr) {
    check.evidence =
        fmt::format("the run follows version {}, which has no step “{}”", run.version, step);
  } else {
    check = StepExplainer(known, followed->journey, run, step).not_reached();
  }
  if (run.state == RunState::active) return check;
  check.at = run.ended_at;
  check.evidence += fmt::format("; the run has {}", end_in_words(known, run));
  return check;
}

/// When the run came to the step the last time; absent where the journal does not tell.
std::optional<Timestamp> reached_at(const Known& known, const Run& run, std::string_view step) {
  const auto newest = [&](auto wanted) {
    return newest_decision(known, [&](const Decision& decision) {
      return decision.run == run.id && decision.step == step && wanted(decision.kind);
    });
  };
  // Later lines of a step are about its end, and about what became of its message.
  const Decision* reached = newest([](DecisionKind kind) {
    return kind == DecisionKind::wait_started || kind == DecisionKind::message_queued;
  });
  if (reached == nullptr) {
    reached = newest([](DecisionKind kind) { return kind == DecisionKind::step_passed; });
  }
  if (reached == nullptr) return std::nullopt;
  return reached->at;
}

/// What the policies would say now of a message that was never queued.
void add_prospects(const Known& known, const journeys::Send& send, std::vector<Check>& checks) {
  const FoldedFacts none;
  const FoldedView view(known, none, known.now);
  const std::string address = view.whole().address(send.channel);
  const auto add = [&](std::string code, bool ok, std::string evidence) {
    std::optional<Fix> fix = ok ? std::nullopt : fix_of(code, known);
    checks.push_back(
        {.code = std::move(code), .ok = ok, .evidence = "now: " + evidence, .fix = std::move(fix)});
  };
  add("address", !address.empty(), address.empty() ? "the contact has no address" : address);
  if (address.empty()) return;
  policies::Proposal proposal;
  proposal.message_class = send.message_class;
  proposal.topic = send.topic;
  const std::string zone = view.whole().zone_name();
  for (const policies::PolicyCheck& check :
       policies::explain(known.rules.policies(),
                         {view.whole().consent_of(send.channel, address),
                          known.contact.reservations, zone, known.contact.pending},
                         proposal, known.now, names_of(known))) {
    add(check.code, check.answer.kind == Answer::Kind::allow, check.evidence);
  }
}

void append(std::vector<Check>& checks, std::vector<Check> more) {
  std::move(more.begin(), more.end(), std::back_inserter(checks));
}

std::string not_sent(const Message& message) {
  return fmt::format("“{}” was not sent",
                     message.template_key.empty() ? message.subject : message.template_key);
}

}  // namespace

Explanation explain_message(const Known& known, const Message& message) {
  Explanation explanation;
  MessageExplainer(known, message, explanation).run();
  const Timestamp at = message.sent_at.value_or(known.now);
  summarise(explanation,
            fmt::format("“{}” was sent at {}", message.template_key, format_timestamp(at)),
            not_sent(message));
  return explanation;
}

Result<Explanation> explain_step(const Known& known, std::string_view key, std::string_view step_id,
                                 const std::optional<Publication>& publication) {
  const reaction::JourneyRule* rule = known.rules.journey(key);
  const Run* run = newest_run(known, number_of(rule, publication));
  const reaction::JourneyRule* followed = run == nullptr ? nullptr : followed_by(known, *run);
  const Step* step = followed == nullptr ? nullptr : followed->journey.find(step_id);
  if (step == nullptr && rule != nullptr) step = rule->journey.find(step_id);
  const int visits = run == nullptr ? 0 : run->visits_of(step_id);
  if (rule != nullptr && step == nullptr && visits == 0) {
    return failure({.code = "unknown_step",
                    .message = fmt::format("journey “{}” has no step “{}”", key, step_id),
                    .field = "step",
                    .value = std::string(step_id)});
  }
  Explanation explanation = explain_entry(known, key, publication);
  if (!explanation.happened) return explanation;
  if (run == nullptr) {
    explanation.happened = false;
    explanation.checks.push_back({.code = "run_known",
                                  .ok = false,
                                  .evidence = "the run is so old that only its entry is known"});
    summarise(explanation, "", fmt::format("nothing is known of “{}”", step_id));
    return explanation;
  }
  // Where the run is now, and whether it stands still, is said by the checks that follow.
  std::erase_if(explanation.checks,
                [](const Check& check) { return check.code == "run" || check.code == "running"; });
  const auto* send = step == nullptr ? nullptr : std::get_if<journeys::Send>(&step->action);
  if (visits == 0) {
    explanation.happened = false;
    if (is_stopped(rule, *run)) {
      explanation.checks.push_back(
          {.code = "running",
           .ok = false,
           .evidence = fmt::format("the journey has been paused since {}, and the run stands still",
                                   format_timestamp(*rule->paused_since)),
           .fix = fix_of("paused", known)});
    }
    explanation.checks.push_back(not_reached(known, *run, step_id));
    if (send != nullptr) add_prospects(known, *send, explanation.checks);
    summarise(explanation, "", fmt::format("did not come to “{}”", step_id));
    return explanation;
  }
  explanation.checks.push_back({.code = "step_reached",
                                .ok = true,
                                .at = reached_at(known, *run, step_id),
                                .evidence = fmt::format("the run came to “{}”", step_id)});
  const auto message = std::find_if(
      known.messages.begin(), known.messages.end(),
      [&](const Message& each) { return each.run == run->id && each.step == step_id; });
  const bool sends = send != nullptr || step == nullptr;
  if (!sends || message == known.messages.end()) {
    summarise(explanation, fmt::format("came to “{}”", step_id), "");
    return explanation;
  }
  Explanation of_message = explain_message(known, *message);
  explanation.happened = of_message.happened;
  explanation.summary = std::move(of_message.summary);
  explanation.journey = std::move(of_message.journey);
  explanation.step = std::move(of_message.step);
  explanation.reason = std::move(of_message.reason);
  append(explanation.checks, std::move(of_message.checks));
  return explanation;
}

}  // namespace sojourn::simulation
