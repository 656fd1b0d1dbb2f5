// What leads to what: an event, the runs that it starts and moves, and what these ask for.
#include <algorithm>

#include "domain/events/standard_names.h"
#include "domain/reaction/hops.h"
#include "domain/reaction/reactor.h"

namespace sojourn::reaction {
namespace {

/// The event by which what is asked for comes back; empty where it does not.
struct EchoName {
  std::string_view operator()(const effects::AppendEvent& append) const {
    return append.event.name;
  }
  std::string_view operator()(const effects::QueueMessage&) const {
    return events::names::email_sent;
  }
  std::string_view operator()(const effects::CallWebhook&) const {
    return events::names::webhook_answered;
  }
  template <typename Effect>
  std::string_view operator()(const Effect&) const {
    return {};
  }
};

}  // namespace

void Reactor::begin_cause(const events::Event& event) {
  hops_ = hops_of(event);
  if (is_report(event)) {
    const Value* named = event.properties.find("run");
    const std::string* run = named == nullptr ? nullptr : named->as_string();
    for (const Run& each : contact_.runs) {
      if (run != nullptr && std::to_string(each.id) == *run) hops_ = each.hops + 1;
    }
  }
  decisions_before_ = trail_.decisions.size();
  effects_before_ = trail_.effects.size();
}

bool Reactor::may_start_something(std::string_view event) const {
  return !rules_.triggers_of_event(event).empty() || !rules_.facts_of(event).empty() ||
         !rules_.score_rules_of(event).empty() || event == events::names::points_added;
}

void Reactor::pass_on_hops() {
  const bool was_led_to = std::any_of(contact_.runs.begin(), contact_.runs.end(),
                                      [](const Run& run) { return run.hops != 0; });
  if (hops_ == 0 && !was_led_to) return;
  // Several at once are as many loops: they take as many hops together.
  int echoes = 0;
  for (std::size_t i = effects_before_; i < trail_.effects.size(); ++i) {
    const std::string_view echo = std::visit(EchoName(), trail_.effects[i]);
    if (!echo.empty() && may_start_something(echo)) ++echoes;
  }
  const int hops = static_cast<int>(std::min<std::int64_t>(
      std::int64_t{hops_} * std::max(echoes, 1), std::int64_t{hops_max} + 1));
  for (std::size_t i = effects_before_; i < trail_.effects.size(); ++i) {
    auto* append = std::get_if<effects::AppendEvent>(&trail_.effects[i]);
    if (append != nullptr) set_hops(append->event, hops + 1);
  }
  // What time alone moved begins anew.
  for (std::size_t i = 0; i < trail_.decisions.size(); ++i) {
    const std::uint64_t id = trail_.decisions[i].run;
    if (id == 0) continue;
    for (Run& run : contact_.runs) {
      if (run.id == id) run.hops = i < decisions_before_ ? 0 : hops;
    }
  }
}

}  // namespace sojourn::reaction
