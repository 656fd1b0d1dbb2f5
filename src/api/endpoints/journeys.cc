#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/endpoints/contact_json.h"
#include "api/endpoints/counted_list.h"
#include "api/endpoints/counts.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/run_json.h"
#include "api/endpoints/split_json.h"
#include "api/endpoints/stopped_contacts.h"
#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "domain/journeys/journey.h"
#include "domain/segments/condition_text.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using journeys::Journey;
using journeys::Run;
using journeys::RunState;
using journeys::Step;
using reaction::JourneyRule;

/// Runs stand in the rows of their contacts, so a list of them is a walk over contacts. One page
/// looks at so many; where there are more it may be short, and its cursor goes on.
constexpr std::size_t walked_max = 20'000;
constexpr std::size_t walked_at_once = 500;

void write_in_words(JsonWriter& out, std::string_view name, const std::string& text) {
  out.name(name);
  if (text.empty()) {
    out.null();
    return;
  }
  out.begin_object();
  text_field(out, "summary", text);
  out.end_object();
}

std::string_view state_of(const JourneyRule& rule) {
  if (rule.finishing) return "finishing";
  return rule.paused_since ? "paused" : "running";
}

void write_summary(JsonWriter& out, const JourneyRule& rule, const JourneyCounts& counts) {
  const Journey& journey = rule.journey;
  text_field(out, "key", journey.key);
  text_field(out, "name", journey.name);
  out.name("version").number(std::int64_t{journey.version});
  text_field(out, "state", state_of(rule));
  write_in_words(out, "trigger", journeys::describe(journey.triggers));
  write_in_words(out, "goal", journey.goal ? journeys::describe(*journey.goal) : "");
  out.name("counts").begin_object();
  count_field(out, "entered", counts.entered);
  count_field(out, "active", counts.active());
  count_field(out, "completed", counts.completed);
  count_field(out, "goal", counts.goal);
  count_field(out, "exited", counts.exited + counts.merged);
  out.end_object();
}

std::string reentry_in_words(const Journey& journey) {
  switch (journey.reentry) {
    case journeys::Reentry::never:
      return "once ever";
    case journeys::Reentry::always:
      return "every time";
    case journeys::Reentry::after:
      return "once in " + in_words(journey.reentry_after);
  }
  return {};
}

bool waits(const Step& step) {
  return std::holds_alternative<journeys::Wait>(step.action) ||
         std::holds_alternative<journeys::WaitFor>(step.action) ||
         std::holds_alternative<journeys::CallWebhook>(step.action);
}

void write_ways(JsonWriter& out, const Step& step) {
  out.name("next").begin_list();
  for (const journeys::Way& way : journeys::ways_on(step)) {
    out.begin_object();
    text_or_null_field(out, "to", way.to);
    text_or_null_field(out, "label", way.label);
    out.end_object();
  }
  out.end_list();
}

void write_reasons(JsonWriter& out, std::string_view name,
                   const std::map<std::string, std::uint64_t>& reasons) {
  out.name(name).begin_list();
  for (const auto& [code, count] : reasons) {
    out.begin_object();
    text_field(out, "code", code);
    text_field(out, "reason", code_in_words(code));
    count_field(out, "count", count);
    out.end_object();
  }
  out.end_list();
}

void write_step_counts(JsonWriter& out, const Step& step, const StepCounts& counts) {
  out.name("counts").begin_object();
  count_field(out, "here", counts.here(waits(step)));
  count_field(out, "passed", counts.passed);
  if (std::holds_alternative<journeys::Send>(step.action)) {
    count_field(out, "sent", counts.sent);
    write_reasons(out, "skipped", counts.skipped);
    write_reasons(out, "deferred", counts.deferred);
    write_reasons(out, "cancelled", counts.cancelled);
    write_reasons(out, "failed", counts.failed);
  }
  count_field(out, "left", counts.left);
  out.end_object();
}

void write_step(JsonWriter& out, const Step& step, const StepCounts& counts) {
  const auto* send = std::get_if<journeys::Send>(&step.action);
  out.begin_object();
  text_field(out, "id", step.id);
  text_field(out, "kind", journeys::kind_of(step.action));
  text_field(out, "name", step.name.empty() ? step.id : step.name);
  text_field(out, "summary", journeys::describe(step.action));
  text_or_null_field(out, "channel", send == nullptr ? "" : send->channel);
  text_or_null_field(out, "template", send == nullptr ? "" : send->template_key);
  write_ways(out, step);
  write_step_counts(out, step, counts);
  if (const auto* split = std::get_if<journeys::Split>(&step.action)) {
    out.name("split");
    write_split(out, *split, counts);
  }
  out.end_object();
}

/// Whom the list is to hold.
enum class Wanted : std::uint8_t {
  everybody,
  here,
  passed,
  left,
  active,
  completed,
  goal,
  exited,
  merged,
  held_out
};

constexpr std::array<std::pair<std::string_view, Wanted>, 9> wanted_names = {{
    {"here", Wanted::here},
    {"passed", Wanted::passed},
    {"left", Wanted::left},
    {"active", Wanted::active},
    {"completed", Wanted::completed},
    {"goal", Wanted::goal},
    {"exited", Wanted::exited},
    {"merged", Wanted::merged},
    {"held_out", Wanted::held_out},
}};

struct RunFilter {
  std::uint32_t journey = 0;
  std::string step;  ///< empty: of the whole journey
  Wanted wanted = Wanted::everybody;
};

Result<RunFilter> read_filter(const net::Request& request, const JourneyRule& rule) {
  RunFilter filter{.journey = rule.number,
                   .step = request.query_parameter("step").value_or(""),
                   .wanted = Wanted::everybody};
  const std::string state = request.query_parameter("state").value_or("");
  if (!filter.step.empty() && rule.journey.find(filter.step) == nullptr) {
    return failure({.code = "unknown_value",
                    .message = "the journey has no such step",
                    .field = "step",
                    .value = filter.step});
  }
  if (!filter.step.empty()) filter.wanted = Wanted::here;
  if (state.empty()) return filter;
  const auto known = std::find_if(wanted_names.begin(), wanted_names.end(),
                                  [&](const auto& each) { return each.first == state; });
  const bool of_step = known != wanted_names.end() && known->second <= Wanted::left;
  if (known == wanted_names.end() || (of_step && filter.step.empty())) {
    return failure(
        {.code = "unknown_value",
         .message = "there is no such state, or it needs a step",
         .field = "state",
         .value = state,
         .limit = "active, completed, goal, exited, merged, held_out; with step: here, passed, "
                  "left"});
  }
  filter.wanted = known->second;
  return filter;
}

bool fits(const RunFilter& filter, const Run& run) {
  if (run.journey != filter.journey) return false;
  const bool active = run.state == RunState::active;
  const bool at_step = active && run.step == filter.step;
  switch (filter.wanted) {
    case Wanted::everybody:
      // The holdout was let in on paper only.
      return run.state != RunState::held_out;
    case Wanted::here:
      return at_step;
    case Wanted::passed:
      return run.visits_of(filter.step) > (at_step ? 1 : 0);
    case Wanted::left:
      // A run that ended in the middle of a step has it as its last new visit.
      return !active && run.state != RunState::completed && !run.visits.empty() &&
             run.visits.back().step == filter.step;
    case Wanted::active:
      return active;
    case Wanted::completed:
      return run.state == RunState::completed;
    case Wanted::goal:
      return run.state == RunState::goal;
    case Wanted::exited:
      return run.state == RunState::exited;
    case Wanted::merged:
      return run.state == RunState::merged;
    case Wanted::held_out:
      return run.state == RunState::held_out;
  }
  return false;
}

Timestamp last_moved(const Run& run) {
  return run.state == RunState::active ? run.entered_at : run.ended_at;
}

/// Walks over contacts: writes a page of those who fit, and goes on to count the ones behind it.
class Walk {
 public:
  Walk(JsonWriter& out, store::StateReads& view, const RunFilter& filter,
       const reaction::Rules& rules, std::uint64_t limit)
      : out_(out), view_(view), runs_(view, rules), filter_(filter), limit_(limit) {}

  /// Until everybody was seen or enough was looked at. Where there are more contacts than that it
  /// counts nobody, and stops when the page is full.
  Result<void> walk(ContactId from) {
    TRY(contacts, view_.contact_count());
    const bool counts = contacts <= walked_max;
    at_ = from;
    for (std::size_t walked = 0; walked < walked_max; walked += walked_at_once) {
      TRY(ids, view_.contact_ids(from, walked_at_once));
      if (ids.empty()) {
        ended_ = true;
        return {};
      }
      TRY(records, view_.contacts(ids));
      for (const std::optional<store::ContactRecord>& record : records) {
        if (record) TRY_VOID(look_at(*record));
        if (written_ == limit_ && !counts) return {};
      }
      from = ids.back();
      if (written_ < limit_) at_ = from;
    }
    return {};
  }

  [[nodiscard]] std::uint64_t written() const { return written_; }
  /// Where the next page begins; empty: there is none.
  [[nodiscard]] std::string next() const {
    return ended_ && found_ == written_ ? std::string() : contacts::format(at_);
  }
  /// How many there are from where it began; absent where not everybody was looked at.
  [[nodiscard]] std::optional<std::uint64_t> found() const {
    return ended_ ? std::optional(found_) : std::nullopt;
  }

 private:
  Result<void> look_at(const store::ContactRecord& record) {
    TRY(state, reaction::decode_contact(record.state));
    const auto run = std::find_if(state.runs.rbegin(), state.runs.rend(),
                                  [&](const Run& each) { return fits(filter_, each); });
    if (run == state.runs.rend()) return {};
    ++found_;
    if (written_ == limit_) return {};
    ++written_;
    if (written_ == limit_) at_ = record.id;
    const StoredContact contact{.record = record, .state = std::move(state)};
    out_.begin_object();
    out_.name("contact");
    write_contact_summary(out_, contact);
    out_.name("run");
    TRY_VOID(runs_.write(out_, record.id, *run));
    time_field(out_, "at", last_moved(*run));
    out_.end_object();
    return {};
  }

  JsonWriter& out_;
  store::StateReads& view_;
  RunWriter runs_;
  const RunFilter& filter_;
  const std::uint64_t limit_;
  std::uint64_t written_ = 0;
  std::uint64_t found_ = 0;
  ContactId at_;
  bool ended_ = false;
};

}  // namespace

Answer list_journeys(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "journeys"));
  const auto rules = context.runtime.rules();
  const auto by_name = [](const JourneyRule& rule) {
    return rule.journey.name + '\n' + rule.journey.key;
  };
  const Slice<JourneyRule> found = slice(rules->journeys(), page, by_name);
  TRY(view, context.runtime.store().view());
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const JourneyRule* rule : found.items) {
    TRY(counts, read_journey_counts(*view, rule->journey.key));
    if (is_over(*rule, counts)) continue;
    out.begin_object();
    write_summary(out, *rule, counts);
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_journey(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  const auto rules = context.runtime.rules();
  const JourneyRule* rule = rules->journey(std::string_view(key));
  if (rule == nullptr) return failure(absent_definition(*rules, "journey", key));
  const Journey& journey = rule->journey;
  TRY(view, context.runtime.store().view());
  TRY(counts, read_journey_counts(*view, key));
  if (is_over(*rule, counts)) return failure(unknown_definition("journey", key));
  TRY(revision, revision_of(*view, "journey", key));

  JsonWriter out;
  out.begin_object();
  write_summary(out, *rule, counts);
  write_reasons(out, "notEntered", counts.not_entered);
  text_field(out, "reentry", reentry_in_words(journey));
  out.name("exits").begin_list();
  if (journey.exit_when) {
    out.begin_object();
    text_field(out, "summary", segments::describe(*journey.exit_when));
    out.end_object();
  }
  out.end_list();
  text_or_null_field(out, "entry", journey.entry);
  out.name("steps").begin_list();
  for (const Step& step : journey.steps) write_step(out, step, counts.steps[step.id]);
  out.end_list();
  text_field(out, "rev", revision);
  return json(out.end_object().take());
}

Answer list_journey_contacts(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  const auto rules = context.runtime.rules();
  const JourneyRule* rule = rules->journey(std::string_view(key));
  if (rule == nullptr) return failure(absent_definition(*rules, "journey", key));
  if (call.request.query_parameter("reason")) return list_stopped_contacts(context, call, *rule);
  TRY(filter, read_filter(call.request, *rule));
  TRY(page, read_page(call.request, fmt::format("journey contacts\n{}\n{}\n{}", key, filter.step,
                                                static_cast<int>(filter.wanted))));
  TRY(view, context.runtime.store().view());
  const CountedPlace place = parse_counted_place(page.place);

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  Walk walk(out, *view, filter, *rules, static_cast<std::uint64_t>(page.limit));
  TRY_VOID(walk.walk(contacts::parse_contact_id(place.place).value_or(ContactId{})));
  out.end_list();
  write_counted_list_end(out, page, place, walk.next(), walk.written(), walk.found());
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
