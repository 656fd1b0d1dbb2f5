// Triggers that time fires: dates in attributes, and schedules.
#include <algorithm>

#include "domain/reaction/reactor.h"

namespace sojourn::reaction {
namespace {

/// When the trigger fires next, not before `from`; never where it does not.
Timestamp next_instant(const journeys::Trigger& trigger, const ContactView& view, Timestamp from) {
  if (const auto* date = std::get_if<journeys::DateTrigger>(&trigger)) {
    const journeys::WaitEnd end =
        journeys::end_of(date->when, from, journeys::ContactWaitView(view));
    return end.past ? Timestamp::never() : end.at;
  }
  const auto* schedule = std::get_if<journeys::ScheduleTrigger>(&trigger);
  if (schedule == nullptr) return Timestamp::never();
  return journeys::next_after(schedule->schedule, from - Duration{1}, view.zone())
      .value_or(Timestamp::never());
}

}  // namespace

void Reactor::arm_triggers() {
  arm_again_ = false;
  contact_.armed.clear();
  for (const TriggerRef& ref : rules_.timed_triggers()) {
    const JourneyRule& rule = rules_.journeys()[ref.journey];
    const Timestamp due = next_instant(rule.journey.triggers[ref.trigger], view_, now_);
    if (due == Timestamp::never()) continue;
    contact_.armed.push_back({rule.number, static_cast<std::uint32_t>(ref.trigger), due});
  }
}

void Reactor::fire_timed_triggers() {
  for (ArmedTrigger& armed : contact_.armed) {
    if (armed.due > now_) continue;
    const Timestamp fired = armed.due;
    armed.due = Timestamp::never();
    const JourneyRule* rule = rules_.journey(armed.journey);
    if (rule == nullptr || armed.trigger >= rule->journey.triggers.size()) continue;
    const journeys::Trigger& trigger = rule->journey.triggers[armed.trigger];
    const auto place = static_cast<std::size_t>(rule - rules_.journeys().data());
    entries_.push_back({.journey = place,
                        .trigger = {{"date", format_timestamp(fired)}},
                        .origin = trigger_origin(armed.trigger)});
    armed.due = next_instant(trigger, view_, fired + Duration{1});
  }
  std::erase_if(contact_.armed,
                [](const ArmedTrigger& armed) { return armed.due == Timestamp::never(); });
}

}  // namespace sojourn::reaction
