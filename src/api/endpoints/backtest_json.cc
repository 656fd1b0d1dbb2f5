#include "api/endpoints/backtest_json.h"

#include <string>

#include "api/json_fields.h"
#include "domain/simulation/backtest_text.h"

namespace sojourn::api {
namespace {

using simulation::BacktestReport;
using simulation::Count;
using simulation::Counts;
using simulation::DayForecast;
using simulation::JourneyForecast;
using simulation::StepForecast;

void write_counts(JsonWriter& out, std::string_view name, std::string_view what,
                  const Counts& counts) {
  out.name(name).begin_list();
  for (const auto& [key, count] : counts) {
    out.begin_object();
    text_field(out, what, key);
    count_field(out, "count", count);
    out.end_object();
  }
  out.end_list();
}

void write_step(JsonWriter& out, const std::string& id, const StepForecast& step) {
  out.begin_object();
  text_field(out, "id", id);
  count_field(out, "passed", step.passed);
  count_field(out, "waiting", step.waiting);
  count_field(out, "sent", step.sent);
  count_field(out, "opened", step.opened);
  count_field(out, "clicked", step.clicked);
  write_counts(out, "held", "reason", step.held);
  write_counts(out, "skipped", "reason", step.skipped);
  out.end_object();
}

void write_day(JsonWriter& out, std::int64_t day, const DayForecast& figures) {
  constexpr std::size_t date_size = 10;
  const Timestamp midnight{day * Duration::days(1).ms};
  out.begin_object();
  text_field(out, "day", format_timestamp(midnight).substr(0, date_size));
  count_field(out, "entered", figures.entered);
  count_field(out, "sent", figures.sent);
  out.end_object();
}

void write_journey(JsonWriter& out, const JourneyForecast& journey) {
  count_field(out, "entered", journey.entered);
  count_field(out, "contacts", journey.contacts);
  count_field(out, "contactsAgain", journey.contacts_again);
  count_field(out, "contactsSent", journey.contacts_sent);
  count_field(out, "sent", journey.sent);
  count_field(out, "notices", journey.notices);
  count_field(out, "waiting", journey.waiting);
  count_field(out, "convertedLater", journey.converted_later);
  write_counts(out, "ended", "outcome", journey.ended);
  write_counts(out, "refused", "reason", journey.refused);
  out.name("steps").begin_list();
  for (const auto& [id, step] : journey.steps) write_step(out, id, step);
  out.end_list();
  out.name("days").begin_list();
  for (const auto& [day, figures] : journey.days) write_day(out, day, figures);
  out.end_list();
}

void write_others(JsonWriter& out, const BacktestReport& report, const std::string& journey) {
  out.name("otherJourneys").begin_list();
  for (const auto& [key, other] : report.journeys) {
    if (key == journey) continue;
    out.begin_object();
    text_field(out, "key", key);
    count_field(out, "entered", other.entered);
    count_field(out, "sent", other.sent);
    out.end_object();
  }
  out.end_list();
}

}  // namespace

void write_backtest(JsonWriter& out, const runtime::BacktestAnswer& answer) {
  static const JourneyForecast nothing;
  const auto found = answer.report.journeys.find(answer.journey);
  const JourneyForecast& journey = found == answer.report.journeys.end() ? nothing : found->second;
  out.begin_object();
  text_field(out, "journey", answer.journey);
  count_field(out, "version", static_cast<std::uint64_t>(answer.version));
  time_field(out, "since", answer.since);
  time_field(out, "until", answer.until);
  text_field(out, "summary", simulation::summarize(journey, answer.until - answer.since));
  write_journey(out, journey);
  count_field(out, "contactsInSeveral", answer.report.in_several);
  write_others(out, answer.report, answer.journey);
  count_field(out, "eventsScanned", answer.scanned);
  count_field(out, "eventsReplayed", answer.report.events);
  out.name("assumptions").begin_list();
  for (const std::string& assumption : answer.assumptions) out.string(assumption);
  out.end_list();
  out.end_object();
}

}  // namespace sojourn::api
