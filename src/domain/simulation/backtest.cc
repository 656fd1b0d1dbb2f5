#include "domain/simulation/backtest.h"

#include <utility>

#include "domain/simulation/backtest_replay.h"

namespace sojourn::simulation {
namespace {

void add_counts(Counts& to, const Counts& from) {
  for (const auto& [key, count] : from) to[key] += count;
}

void add_step(StepForecast& to, const StepForecast& from) {
  to.passed += from.passed;
  to.sent += from.sent;
  to.opened += from.opened;
  to.clicked += from.clicked;
  to.waiting += from.waiting;
  add_counts(to.held, from.held);
  add_counts(to.skipped, from.skipped);
}

void add_journey(JourneyForecast& to, const JourneyForecast& from) {
  to.entered += from.entered;
  to.contacts += from.contacts;
  to.contacts_again += from.contacts_again;
  to.contacts_sent += from.contacts_sent;
  add_counts(to.refused, from.refused);
  add_counts(to.ended, from.ended);
  to.converted_later += from.converted_later;
  to.waiting += from.waiting;
  to.sent += from.sent;
  to.notices += from.notices;
  for (const auto& [id, step] : from.steps) add_step(to.steps[id], step);
  for (const auto& [day, figures] : from.days) {
    to.days[day].entered += figures.entered;
    to.days[day].sent += figures.sent;
  }
}

}  // namespace

void BacktestReport::add(const BacktestReport& other) {
  contacts += other.contacts;
  events += other.events;
  in_several += other.in_several;
  given_up += other.given_up;
  for (const auto& [key, journey] : other.journeys) add_journey(journeys[key], journey);
  add_counts(attributes_of_today, other.attributes_of_today);
  lists_of_today += other.lists_of_today;
}

Backtest::Backtest(std::shared_ptr<const reaction::Rules> rules, BacktestSettings settings)
    : rules_(std::move(rules)), settings_(std::move(settings)) {
  // Also a journey that nobody enters stands in the report.
  for (const reaction::JourneyRule& rule : rules_->journeys()) {
    report_.journeys[rule.journey.key];
  }
}

void Backtest::replay(const contacts::ContactId& contact,
                      std::span<const events::LoggedEvent> events,
                      const reaction::ContactState* today) {
  BacktestReplay(*rules_, settings_, report_, contact).run(events, today);
}

}  // namespace sojourn::simulation
