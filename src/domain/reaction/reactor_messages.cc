// Whether a message may leave, and what waits in the outbox.
#include <algorithm>

#include "domain/policies/sending_policies.h"
#include "domain/reaction/reactor.h"

namespace sojourn::reaction {

using effects::Decision;
using effects::DecisionKind;
using journeys::RunState;

namespace {

/// A message of a definition that is set aside asks again so late: often enough to follow its
/// correction, and rarely enough not to fill the journal.
constexpr Duration set_aside_retry = Duration::hours(1);

}  // namespace

void Reactor::on(const LeaveInput& input) {
  const messages::Message& message = input.message;
  policies::Answer answer = leave_for(input);
  switch (answer.kind) {
    case policies::Answer::Kind::allow:
      if (message.message_class == messages::MessageClass::marketing) {
        policies::reserve(rules_.policies(), contact_.reservations, message.key, now_);
      }
      forget_pending(message.key);
      break;
    case policies::Answer::Kind::defer:
      record_held(message, answer);
      for (policies::Pending& pending : contact_.pending) {
        if (pending.message == message.key) pending.due = answer.until;
      }
      break;
    case policies::Answer::Kind::skip:
      record_held(message, answer);
      forget_pending(message.key);
      break;
  }
  if (answer.ends_run) {
    for (Run& run : contact_.runs) {
      const JourneyRule* rule = run.id == message.run ? rules_.journey_of(run) : nullptr;
      if (rule == nullptr) continue;
      journeys::end(rule->journey, run, RunState::exited, answer.reason, now_, trail_);
    }
  }
  leave_ = std::move(answer);
}

policies::Answer Reactor::leave_for(const LeaveInput& input) const {
  const messages::Message& message = input.message;
  using Kind = policies::Answer::Kind;
  if (has_run_ended_early(message.run)) return {Kind::skip, "run_ended"};
  if (is_set_aside(message)) return {Kind::defer, "set_aside", now_ + set_aside_retry};
  const Run* run = run_of(message.run);
  // Who is inside an archived journey is about to leave it.
  const bool is_inside = run != nullptr && run->state == RunState::active;
  if (is_inside && rules_.journey(run->journey) == nullptr) return {Kind::skip, "archived"};
  // It is asked for again when the journey goes on.
  const JourneyRule* rule = rules_.journey(message.journey);
  const bool paused = rule != nullptr && rule->paused_since && run_of(message.run) != nullptr;
  if (paused) return {Kind::defer, "paused", Timestamp::never()};
  const policies::Proposal proposal{.message_class = message.message_class,
                                    .topic = message.topic,
                                    .key = message.key,
                                    .handling = handling_of(message),
                                    .queued_at = message.queued_at};
  const std::string zone = view_.zone_name();
  policies::Answer answer = policies::decide(rules_.policies(),
                                             {view_.consent_of(message.channel, message.address),
                                              contact_.reservations, zone, contact_.pending},
                                             proposal, now_);
  return policies::wait_for_room(std::move(answer), proposal, input.room_from, now_);
}

bool Reactor::is_set_aside(const messages::Message& message) const {
  const bool is_marketing = message.message_class == messages::MessageClass::marketing;
  if (is_marketing && rules_.policies_are_set_aside()) return true;
  const Run* run = run_of(message.run);
  if (run != nullptr && rules_.is_set_aside(*run)) return true;
  return rules_.set_aside("journey", message.journey) != nullptr ||
         rules_.set_aside("campaign", message.campaign) != nullptr ||
         rules_.set_aside("template", message.template_key) != nullptr;
}

const Reactor::Run* Reactor::run_of(std::uint64_t id) const {
  const auto found = std::find_if(contact_.runs.begin(), contact_.runs.end(),
                                  [&](const Run& run) { return run.id == id; });
  return found == contact_.runs.end() ? nullptr : &*found;
}

policies::Handling Reactor::handling_of(const messages::Message& message) const {
  if (!message.campaign.empty()) {
    const CampaignRule* campaign = rules_.campaign(message.campaign);
    return campaign == nullptr ? policies::Handling() : campaign->campaign.handling;
  }
  const Run* run = run_of(message.run);
  const JourneyRule* rule = run == nullptr ? nullptr : rules_.journey_of(*run);
  if (rule == nullptr) return {};
  const journeys::Step* step = rule->journey.find(message.step);
  const auto* send = step == nullptr ? nullptr : std::get_if<journeys::Send>(&step->action);
  if (send == nullptr) return rule->journey.handling;
  return policies::merged(send->handling, rule->journey.handling);
}

bool Reactor::has_run_ended_early(std::uint64_t run_id) const {
  const Run* run = run_of(run_id);
  return run != nullptr && (run->state == RunState::goal || run->state == RunState::merged);
}

void Reactor::note_pending() {
  for (const effects::Effect& effect : trail_.effects) {
    if (const auto* queued = std::get_if<effects::QueueMessage>(&effect)) {
      const messages::Message& message = queued->message;
      const bool waits = message.state == messages::DeliveryState::queued &&
                         message.message_class == messages::MessageClass::marketing;
      if (!waits) continue;
      const policies::Handling handling = handling_of(message);
      contact_.pending.push_back({message.key, message.run,
                                  handling.priority.value_or(policies::default_priority),
                                  message.due});
    } else if (const auto* cancelled = std::get_if<effects::CancelMessages>(&effect)) {
      std::erase_if(contact_.pending, [&](const policies::Pending& pending) {
        return pending.run == cancelled->run && cancelled->means(pending.due);
      });
    } else if (const auto* moved = std::get_if<effects::RescheduleMessages>(&effect)) {
      for (policies::Pending& pending : contact_.pending) {
        const bool is_held = pending.run == moved->run && pending.due == Timestamp::never();
        if (is_held) pending.due = moved->due;
      }
    }
  }
  // The oldest of so many are forgotten: they only lose their rank.
  while (contact_.pending.size() > policies::pending_max) {
    contact_.pending.erase(contact_.pending.begin());
  }
}

void Reactor::forget_pending(std::string_view message) {
  std::erase_if(contact_.pending,
                [&](const policies::Pending& pending) { return pending.message == message; });
}

void Reactor::record_held(const messages::Message& message, const policies::Answer& answer) {
  const bool deferred = answer.kind == policies::Answer::Kind::defer;
  Decision decision;
  decision.kind = deferred ? DecisionKind::message_deferred : DecisionKind::message_skipped;
  decision.at = now_;
  const bool is_campaign = !message.campaign.empty();
  decision.key = is_campaign ? message.campaign : message.journey;
  decision.definition = is_campaign ? "campaign" : decision.key.empty() ? "" : "journey";
  decision.run = message.run;
  decision.step = message.step;
  decision.message = message.key;
  decision.outcome = answer.reason;
  const bool has_end = deferred && answer.until != Timestamp::never();
  decision.text = has_end    ? format_timestamp(answer.until)
                  : deferred ? std::string()
                             : message.template_key;
  if (const Run* run = run_of(message.run)) decision.version = run->version;
  decide(std::move(decision));
}

}  // namespace sojourn::reaction
