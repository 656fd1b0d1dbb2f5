#include "runtime/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "domain/simulation/backtest_rules.h"
#include "runtime/contact_events.h"
#include "runtime/definitions.h"
#include "runtime/experiments.h"

namespace sojourn::runtime {
namespace {

using simulation::AnswerRates;
using simulation::Backtest;
using simulation::BacktestSettings;

/// Events of the log in one slice: some hundredths of a second of reading, after which the
/// connection goes back and progress is told. Ten blocks, of which one is decoded twice.
constexpr std::size_t slice_events = 40'000;

/// What is known before the log is read.
struct Preparation {
  simulation::ReducedRules rules;
  BacktestSettings settings;
  std::vector<std::string> assumptions;
};

struct Sent {
  std::int64_t sent = 0;
  std::int64_t opened = 0;
  std::int64_t clicked = 0;

  void add(const store::Counter& counter) {
    if (counter.key.outcome == "sent") sent += counter.count;
    if (counter.key.outcome == "opened") opened += counter.count;
    if (counter.key.outcome == "clicked") clicked += counter.count;
  }
  [[nodiscard]] bool says_enough() const { return sent >= backtest_observed_min; }
  [[nodiscard]] AnswerRates rates() const {
    const auto share = [&](std::int64_t count) {
      return std::min(1.0, static_cast<double>(count) / static_cast<double>(sent));
    };
    return {share(opened), share(clicked)};
  }
};

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

/// Rates of each step of which enough was sent, and of everything together.
Result<void> observe_rates(store::StateReads& reads, const BacktestRequest& request,
                           Preparation& made) {
  Sent all;
  std::size_t observed = 0;
  TRY(definitions, reads.definitions());
  for (const store::DefinitionRecord& definition : definitions) {
    if (definition.kind != "journey") continue;
    TRY(counters, reads.counters("journey", definition.key));
    StringMap<Sent> steps;
    for (const store::Counter& counter : counters) {
      if (counter.key.day != 0 || counter.key.step.empty()) continue;
      steps[counter.key.step].add(counter);
      all.add(counter);
    }
    for (const auto& [step, sent] : steps) {
      if (!sent.says_enough()) continue;
      made.settings.step_rates[definition.key + "/" + step] = sent.rates();
      ++observed;
    }
  }
  AnswerRates& rates = made.settings.rates;
  rates = all.says_enough() ? all.rates() : backtest_default_rates;
  if (request.open_rate) rates.opened = *request.open_rate;
  if (request.click_rate) rates.clicked = *request.click_rate;
  for (auto& [step, own] : made.settings.step_rates) {
    own.opened = request.open_rate.value_or(own.opened);
    own.clicked = request.click_rate.value_or(own.clicked);
  }
  const bool given = request.open_rate && request.click_rate;
  const std::string_view origin = given               ? "as given"
                                  : all.says_enough() ? "as observed in this workspace"
                                                      : "for want of observations";
  made.assumptions.push_back(fmt::format(
      "{} of the mails are opened and {} clicked, {}; {} steps have their own observed rates",
      percent(rates.opened), percent(rates.clicked), origin, observed));
  return {};
}

void state_assumptions(const BacktestRequest& request, std::vector<std::string>& assumptions) {
  if (request.answers == BacktestSettings::Answers::as_happened) {
    assumptions.assign(
        {"opens and clicks are those of the mails that were really sent, the n-th of a step to a "
         "contact for the n-th"});
  }
  assumptions.emplace_back(
      "every mail is accepted by its server; nobody unsubscribes or complains "
      "because of a simulated mail");
  assumptions.emplace_back(
      "no journey is paused: what pauses within the window held back or kept out goes on and "
      "enters as it comes");
  assumptions.emplace_back("webhooks of journeys are answered at once with 200 and nothing else");
  assumptions.emplace_back(
      "an event belongs to whom its identifiers lead to today: merged contacts "
      "are one person from the beginning");
  assumptions.emplace_back(
      "who was inside the journey's trigger before the window does not enter: "
      "publishing starts nothing for what happened before");
  assumptions.emplace_back(
      request.others == BacktestRequest::Others::replayed
          ? "every other journey is replayed with its present definition"
          : "mails of other journeys take their place under the caps as they were sent");
}

Result<Preparation> prepare(store::Store& store, const BacktestRequest& request,
                            BacktestAnswer& answer) {
  Preparation made;
  made.settings.since = request.since;
  made.settings.until = request.until;
  made.settings.answers = request.answers;
  TRY(view, store.view());
  TRY(definitions, prepare_definitions(*view, request.definitions, "", request.until));
  answer.problems = std::move(definitions.plan.problems);
  if (!answer.problems.empty()) return made;
  std::vector<std::string> journeys = request.with;
  journeys.push_back(request.journey);
  if (request.others == BacktestRequest::Others::replayed) {
    for (const reaction::JourneyRule& rule : definitions.rules->journeys()) {
      if (!rule.finishing) journeys.push_back(rule.journey.key);
    }
  }
  made.rules = simulation::reduce_rules(definitions.sources, journeys, definitions.time_zone);
  for (reaction::Problem& problem : made.rules.problems) {
    answer.problems.push_back({problem.path, problem.line, problem.code, problem.message});
  }
  if (!answer.problems.empty()) return made;
  answer.version = made.rules.rules->journey(request.journey)->journey.version;
  TRY_VOID(observe_rates(*view, request, made));
  state_assumptions(request, made.assumptions);
  TRY(experiments, stored_experiments(*view));
  made.rules.rules = reaction::with_standings(std::move(made.rules.rules), experiments);
  if (!reaction::experiments_in(*made.rules.rules, {}, request.since).empty()) {
    made.assumptions.emplace_back(
        "an experiment splits by its shares, or takes the winner that it has today; none is found "
        "meanwhile");
  }
  return made;
}

Result<void> check_window(const BacktestRequest& request) {
  if (request.since >= request.until) {
    return failure(
        {.code = "window_empty",
         .message = fmt::format("the window begins at {} and ends at {}",
                                format_timestamp(request.since), format_timestamp(request.until)),
         .field = "since",
         .value = format_timestamp(request.since)});
  }
  if (request.until - request.since > backtest_window_max) {
    return failure({.code = "window_too_long",
                    .message = fmt::format("the window is {} long, the limit is {}",
                                           format_duration(request.until - request.since),
                                           format_duration(backtest_window_max)),
                    .field = "since",
                    .value = format_timestamp(request.since),
                    .limit = format_duration(backtest_window_max)});
  }
  return {};
}

/// The contacts as they are, in the order of `contacts`; absent where there is none any more.
Result<std::vector<std::optional<reaction::ContactState>>> load_states(
    store::Store& store, std::span<const ContactEvents::Contact> contacts) {
  std::vector<contacts::ContactId> ids;
  ids.reserve(contacts.size());
  for (const ContactEvents::Contact& contact : contacts) ids.push_back(contact.id);
  TRY(view, store.view());
  TRY(records, view->contacts(ids));
  std::vector<std::optional<reaction::ContactState>> states;
  states.reserve(records.size());
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) {
      states.emplace_back();
      continue;
    }
    TRY(state, reaction::decode_contact(record->state));
    states.emplace_back(std::move(state));
  }
  return states;
}

/// One pass through the log: from the first partition that is left to as far as memory goes.
class Pass {
 public:
  Pass(store::Store& store, ContactEvents& contacts, events::Position head)
      : store_(store), contacts_(contacts), head_(head) {}

  Result<void> read(const std::function<bool(double)>& progress) {
    // The next slice is read while this one is looked at.
    std::future<Slice> next = read_after({});
    while (true) {
      TRY(records, next.get());
      if (records.empty()) break;
      const events::Position after = records.back().position;
      if (after < head_) next = read_after(after);
      while (!records.empty() && records.back().position > head_) records.pop_back();
      scanned += records.size();
      TRY_VOID(contacts_.take(records));
      const double share = static_cast<double>(after.value) / static_cast<double>(head_.value);
      if (!progress(std::min(share, 1.0))) return failure("cancelled", "the backtest was stopped");
      if (after >= head_) break;
    }
    return {};
  }

  std::uint64_t scanned = 0;

 private:
  using Slice = Result<std::vector<store::LogRecord>>;

  [[nodiscard]] std::future<Slice> read_after(events::Position after) const {
    return std::async(std::launch::async, [&log = store_.log_reader(), after] {
      return log.read(after, slice_events);
    });
  }

  store::Store& store_;
  ContactEvents& contacts_;
  const events::Position head_;
};

void add_assumptions_of(const simulation::BacktestReport& report,
                        std::vector<std::string>& assumptions) {
  for (const auto& [name, count] : report.attributes_of_today) {
    assumptions.push_back(
        fmt::format("attribute {} of {} contacts has no history in the log: today's value counts",
                    name, count));
  }
  if (report.lists_of_today > 0) {
    assumptions.push_back(
        fmt::format("static lists have no history in the log: today's count, of {} contacts",
                    report.lists_of_today));
  }
  if (report.given_up > 0) {
    assumptions.push_back(
        fmt::format("{} contacts were given up: the definitions did not come to rest for them",
                    report.given_up));
  }
}

}  // namespace

Result<BacktestAnswer> run_backtest(store::Store& store, const HashKey& master_key,
                                    const BacktestRequest& request,
                                    const BacktestProgress& progress) {
  TRY_VOID(check_window(request));
  BacktestAnswer answer;
  answer.journey = request.journey;
  answer.since = request.since;
  answer.until = request.until;
  TRY(made, prepare(store, request, answer));
  if (!answer.problems.empty()) return answer;
  PresentContacts present(store, master_key);
  TRY(head, store.log_reader().head());

  const simulation::WantedEvents wanted(made.rules.rules, made.rules.mentions);
  std::function<bool(std::string_view)> begins;
  if (wanted.alone_let_in()) {
    begins = [&](std::string_view name) { return wanted.let_in(name); };
  }
  ContactEvents contacts(present,
                         {.wants = [&](std::string_view name) { return wanted.contains(name); },
                          .begins = std::move(begins),
                          .until = request.until,
                          .memory_bytes_max = request.memory_bytes_max});
  Backtest backtest(made.rules.rules, made.settings);
  for (int first = 0; first < contacts::partition_count; first = contacts.end()) {
    contacts.begin(first);
    Pass pass(store, contacts, head);
    const double done = static_cast<double>(first) / contacts::partition_count;
    // Reading is half of a pass, as far as anybody can tell beforehand.
    TRY_VOID(pass.read(
        [&](double share) { return !progress || progress(done + (1 - done) * share / 2); }));
    answer.scanned = pass.scanned;
    ++answer.passes;
    const auto replay = [&](std::span<const ContactEvents::Contact> portion) -> Result<void> {
      TRY(states, load_states(store, portion));
      for (std::size_t i = 0; i < portion.size(); ++i) {
        backtest.replay(portion[i].id, portion[i].events, states[i] ? &*states[i] : nullptr);
      }
      return {};
    };
    TRY(passed_over, contacts.visit(replay));
    backtest.pass_over(passed_over);
  }
  answer.report = backtest.report();
  answer.assumptions = std::move(made.assumptions);
  add_assumptions_of(answer.report, answer.assumptions);
  return answer;
}

}  // namespace sojourn::runtime
