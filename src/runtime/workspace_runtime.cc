#include "runtime/workspace_runtime.h"

#include <absl/cleanup/cleanup.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/log.h"
#include "domain/events/standard_names.h"
#include "runtime/address_fold.h"
#include "runtime/definitions.h"

namespace sojourn::runtime {
namespace {

constexpr std::string_view sending_setting = "sending_stopped";

/// How far a virtual clock was moved: product time never goes back, also over a restart.
constexpr std::string_view clock_setting = "virtual_clock_offset_ms";

/// advance_clock() gives up when something keeps the runtime busy for so long.
constexpr std::chrono::seconds quiet_wait_max{120};

void report_set_aside(const reaction::Rules& rules) {
  for (const DefinitionSetAside& aside : set_aside_in(rules)) {
    for (const DefinitionProblem& problem : aside.problems) {
      log::error("definition set aside", {{"kind", aside.kind},
                                          {"key", aside.key},
                                          {"version", aside.version},
                                          {"line", problem.line},
                                          {"code", problem.code},
                                          {"message", problem.message}});
    }
  }
}

/// With what the committer has to know of the sender.
Committer::Options committer_options(const WorkspaceRuntime::Options& options) {
  Committer::Options given = options.committer;
  given.from = options.sender.from;
  return given;
}

}  // namespace

Result<std::unique_ptr<WorkspaceRuntime>> WorkspaceRuntime::open(Parts parts, Options options) {
  std::unique_ptr<WorkspaceRuntime> runtime(
      new WorkspaceRuntime(std::move(parts), std::move(options)));
  TRY_VOID(runtime->load());
  return runtime;
}

WorkspaceRuntime::WorkspaceRuntime(Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      log_(parts_.store, parts_.clock, parts_.master_key, options_.log,
           {.appended =
                [this](std::vector<SharedEvent> events) {
                  committer_.push_events(std::move(events));
                },
            .answered = [this] { outbox_.ask_waiting_leaves(); },
            .wake = [this] { log_signal_.set(); }}),
      committer_(parts_.store, parts_.clock, parts_.master_key, committer_options(options_),
                 {.queued = [this](const auto& notices) { outbox_.add(notices); },
                  .leaves = [this](const auto& leaves) { outbox_.answer_leaves(leaves); },
                  .applied = [this](const auto& events) { note_applied(events); },
                  .errands = [this](const auto& errands) { errands_.carry_out(errands); },
                  .wake = [this] { committer_signal_.set(); },
                  .begins =
                      [this] {
                        backfill_signal_.set();
                        scan_signal_.set();
                      },
                  .job_submitted = [this] { jobs_.look(); },
                  .follows = [this] { return audience_.follows(); },
                  .changed = [this](const auto& changes) { audience_.note(changes); },
                  .committed =
                      [this] {
                        if (parts_.changed) parts_.changed();
                      }}),
      outbox_(parts_.store, parts_.clock, parts_.master_key, parts_.channel, options_.sender,
              options_.outbox,
              {.ask_leaves =
                   [this](std::vector<LeaveRequest> requests) {
                     committer_.ask_leaves(std::move(requests));
                   },
               .report =
                   [this](events::Event event, std::function<void()> written) {
                     log_.submit_own(std::move(event), std::move(written));
                   },
               .rules = [this] { return committer_.rules(); },
               .wake = [this] { outbox_signal_.set(); }}),
      errands_(
          parts_.clock,
          {.append =
               [this](events::Event event, std::function<void()> written) {
                 log_.submit_own(std::move(event), std::move(written));
               },
           .call = parts_.web_caller,
           .finished = [this](std::uint64_t sequence) { committer_.finish_errand(sequence); }}),
      audience_(
          parts_.store, parts_.clock, parts_.master_key, [this] { return committer_.rules(); },
          options_.audience) {}

WorkspaceRuntime::~WorkspaceRuntime() {
  if (started_ && !threads_.empty()) stop(Duration::seconds(0));
}

Result<void> WorkspaceRuntime::load() {
  std::optional<std::string> stopped;
  TRY_VOID(fold_addresses(parts_.store, parts_.master_key));
  TRY(rules, rules_at_start(parts_.store, parts_.clock.now()));
  report_set_aside(*rules);
  {
    TRY(view, parts_.store.view());
    TRY(setting, view->setting(sending_setting));
    stopped = std::move(setting);
    TRY(offset, view->setting(clock_setting));
    if (offset && parts_.movable_clock != nullptr) {
      parts_.movable_clock->advance({std::strtoll(offset->c_str(), nullptr, 10)});
    }
  }
  if (stopped && !stopped->empty()) {
    sending_ = {.stopped = true, .reason = *stopped, .since = parts_.clock.now()};
    committer_.stop_sending(true);
    outbox_.stop_sending(true);
  }
  parts_.channel.connect(outbox_);
  TRY_VOID(log_.open());
  head_at_start_ = log_.head();
  TRY_VOID(committer_.open(std::move(rules)));
  TRY_VOID(outbox_.open());
  {
    TRY(view, parts_.store.view());
    TRY_VOID(errands_.open(*view));
    TRY_VOID(old_signups_.open(*view));
  }
  return finish_erasures();
}

void WorkspaceRuntime::start() {
  started_ = true;
  threads_.emplace_back([this] { run_log(); });
  threads_.emplace_back([this] { run_committer(); });
  threads_.emplace_back([this] { run_outbox(); });
  threads_.emplace_back([this] { run_backfill(); });
  threads_.emplace_back([this] { run_scan(); });
  old_signups_thread_ = std::thread([this] { run_old_signups(); });
  jobs_.start();
}

void WorkspaceRuntime::stop(Duration grace) {
  // A slice may wait for the log and the committer, and so may an erasure.
  jobs_.stop();
  stopping_ = true;
  old_signups_signal_.set();
  old_signups_thread_.join();
  log_.close();
  // Its hand-offs still ask for leave and report outcomes: log and committer must be alive.
  parts_.channel.stop(grace);
  threads_end_ = true;
  wake_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WorkspaceRuntime::wake_all() {
  log_signal_.set();
  committer_signal_.set();
  outbox_signal_.set();
  backfill_signal_.set();
  scan_signal_.set();
  if (parts_.changed) parts_.changed();
  old_signups_signal_.set();
}

bool WorkspaceRuntime::step_log() {
  return log_.step();
}
bool WorkspaceRuntime::step_committer() {
  return committer_.step();
}
bool WorkspaceRuntime::step_outbox() {
  if (const std::optional<std::string> alarm = outbox_.take_alarm()) {
    log::error("sending stopped: receivers refuse the sender's domain", {{"reason", *alarm}});
    const Result<void> stopped = stop_sending(*alarm, "outbox");
    if (!stopped) log::error("sending not stopped", {{"error", stopped.error().message}});
  }
  return ready() && outbox_.step();
}
bool WorkspaceRuntime::step_backfill() {
  return committer_.step_backfill();
}

bool WorkspaceRuntime::step_jobs() {
  if (jobs_.step()) return true;
  return !started_ && old_signups_.step();
}

bool WorkspaceRuntime::quiet() const {
  // In the order in which work moves on, so that nothing can slip from a part not yet looked at
  // into one that was.
  return !old_signups_.is_due() && jobs_.idle() && outbox_.idle() && log_.queued() == 0 &&
         committer_.idle() && parts_.clock.now() < committer_.next_due() && outbox_.idle() &&
         log_.queued() == 0;
}

Timestamp WorkspaceRuntime::next_due() const {
  return std::min({committer_.next_due(), outbox_.next_due(), old_signups_.next_due()});
}

bool WorkspaceRuntime::ready() const {
  if (!outbox_.recovered()) return false;
  // What was found uncertain stands in the log by now: it has to be applied, too.
  std::uint64_t unset = 0;
  recovered_head_.compare_exchange_strong(unset, log_.head().value + 1);
  const events::Position needed{recovered_head_ - 1};
  return committer_.applied() >= std::max(head_at_start_, needed);
}

Result<void> WorkspaceRuntime::submit(std::vector<events::Event> events, Done done) {
  const std::size_t waiting = committer_.queued();
  if (waiting > options_.log.queue_max) {
    return failure({.code = "queue_full",
                    .message = fmt::format("{} events wait to be applied, the limit is {}", waiting,
                                           options_.log.queue_max),
                    .value = std::to_string(waiting),
                    .limit = std::to_string(options_.log.queue_max)});
  }
  return log_.submit(std::move(events), std::move(done));
}

Result<void> WorkspaceRuntime::await(std::future<Result<void>> answer) {
  if (started_) return answer.get();
  // A step that failed moves nothing; the next one tries again.
  constexpr int tries_max = 5;
  for (int tries = 0; tries < tries_max;) {
    if (answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return answer.get();
    const bool logged = step_log();
    const bool committed = step_committer();
    if (!logged && !committed) ++tries;
  }
  return failure("disk_failed", "the store takes no writes");
}

Result<void> WorkspaceRuntime::run_task(Committer::Task task) {
  if (stopping_) return failure("stopping", "the server is stopping");
  // Shared: the committer may outlive this call only when the process ends.
  auto answer = std::make_shared<std::promise<Result<void>>>();
  committer_.run(std::move(task),
                 [answer](Result<void> done) { answer->set_value(std::move(done)); });
  return await(answer->get_future());
}

Result<void> WorkspaceRuntime::write(std::function<Result<void>(store::StateTransaction&)> change) {
  return run_task([change = std::move(change)](Batch&, store::StateTransaction& transaction) {
    return change(transaction);
  });
}

Result<void> WorkspaceRuntime::change_campaigns(
    std::function<Result<void>(store::StateTransaction&)> change) {
  if (stopping_) return failure("stopping", "the server is stopping");
  auto answer = std::make_shared<std::promise<Result<void>>>();
  committer_.change_campaigns(
      [change = std::move(change)](Batch&, store::StateTransaction& transaction) {
        return change(transaction);
      },
      [answer](Result<void> done) { answer->set_value(std::move(done)); });
  return await(answer->get_future());
}

std::shared_ptr<const reaction::Rules> WorkspaceRuntime::rules() const {
  return committer_.rules();
}

Result<void> WorkspaceRuntime::set_sending(SendingState state, const std::string& actor) {
  const std::string action = state.stopped ? "sending.stop" : "sending.resume";
  // At once, for what is asked before the setting is on disk; then durably.
  if (state.stopped) {
    committer_.stop_sending(true);
    outbox_.stop_sending(true);
  }
  const Committer::Task task = [state, action, actor](
                                   Batch&, store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(transaction.put_setting(sending_setting, state.stopped ? state.reason : ""));
    return transaction.append_audit(actor, action, "workspace", state.reason, state.since);
  };
  TRY_VOID(run_task(task));
  // In this order: an outbox that runs ahead of the committer is refused leave, again and again.
  committer_.stop_sending(state.stopped);
  outbox_.stop_sending(state.stopped);
  const std::lock_guard lock(mutex_);
  sending_ = std::move(state);
  return {};
}

Result<void> WorkspaceRuntime::stop_sending(const std::string& reason, const std::string& actor) {
  return set_sending({.stopped = true,
                      .reason = reason.empty() ? "stopped by hand" : reason,
                      .since = parts_.clock.now()},
                     actor);
}

Result<void> WorkspaceRuntime::resume_sending(const std::string& actor) {
  return set_sending({.stopped = false, .reason = "", .since = parts_.clock.now()}, actor);
}

SendingState WorkspaceRuntime::sending() const {
  const std::lock_guard lock(mutex_);
  return sending_;
}

Result<void> WorkspaceRuntime::wait_until_quiet() {
  const auto deadline = std::chrono::steady_clock::now() + quiet_wait_max;
  while (!quiet()) {
    if (!started_) {
      const bool logged = step_log();
      const bool committed = step_committer();
      const bool handed_off = step_outbox();
      const bool went_on = step_jobs();
      const bool read = step_backfill();
      if (!logged && !committed && !handed_off && !went_on && !read && !quiet()) {
        return failure("not_quiet", "a hand-off does not end");
      }
      continue;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return failure("not_quiet", "the runtime did not come to rest within two minutes");
    }
    // A virtual clock is moved by a tester on loopback: this wait is no part of the product.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {};
}

Result<Timestamp> WorkspaceRuntime::advance_clock(Timestamp to) {
  if (parts_.movable_clock == nullptr) {
    return failure("clock_not_virtual", "the server was not started with --virtual-clock");
  }
  const std::lock_guard lock(apply_mutex_);
  if (to < parts_.clock.now()) {
    return failure({.code = "clock_goes_back",
                    .message = fmt::format("{} is in the past, the clock never goes back",
                                           format_timestamp(to)),
                    .field = "to",
                    .value = format_timestamp(to)});
  }
  const Duration offset = parts_.movable_clock->offset() + (to - parts_.clock.now());
  const Committer::Task task = [&](Batch&, store::StateTransaction& transaction) {
    return transaction.put_setting(clock_setting, std::to_string(offset.ms));
  };
  advancing_ = true;
  const absl::Cleanup advanced = [&] { advancing_ = false; };
  TRY_VOID(run_task(task));
  while (true) {
    TRY_VOID(wait_until_quiet());
    const Timestamp now = parts_.clock.now();
    const Timestamp next = std::min(next_due(), to);
    if (next > now) parts_.movable_clock->advance(next - now);
    wake_all();
    if (next == to) break;
  }
  TRY_VOID(wait_until_quiet());
  return parts_.clock.now();
}

std::shared_ptr<void> WorkspaceRuntime::tail(TailListener listener) {
  // Shared: the list must not keep a listener whose owner has gone.
  auto handle = std::make_shared<TailListener>(std::move(listener));
  const std::lock_guard lock(mutex_);
  std::erase_if(tails_, [](const auto& each) { return each.expired(); });
  tails_.push_back(handle);
  return handle;
}

void WorkspaceRuntime::note_applied(const std::vector<TailEvent>& events) {
  for (const TailEvent& each : events) {
    const events::Event& event = each.logged->event;
    if (event.name != events::names::confirmation_requested) continue;
    // The sign-up was written before.
    old_signups_.note(event.received_at);
    old_signups_signal_.set();
  }
  std::vector<std::shared_ptr<TailListener>> listeners;
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t minute = parts_.clock.now().ms / 60'000;
    for (std::int64_t m = std::max(minute_ + 1, minute - static_cast<std::int64_t>(minutes_kept));
         m <= minute; ++m) {
      per_minute_[static_cast<std::size_t>(m) % minutes_kept] = 0;
    }
    minute_ = std::max(minute_, minute);
    per_minute_[static_cast<std::size_t>(minute_) % minutes_kept] += events.size();
    for (const auto& each : tails_) {
      if (auto listener = each.lock()) listeners.push_back(std::move(listener));
    }
  }
  for (const auto& listener : listeners) (*listener)(events);
}

Runtime::Gauges WorkspaceRuntime::gauges() const {
  Gauges gauges;
  gauges.log_queue = log_.queued();
  gauges.unapplied = committer_.unapplied();
  gauges.outbox_waiting = outbox_.waiting();
  gauges.outbox_in_flight = outbox_.in_flight();
  gauges.events_accepted = log_.accepted();
  gauges.events_repeated = log_.repeated();
  gauges.events_refused = log_.refused();
  gauges.batches = committer_.batches();
  gauges.messages_sent = committer_.sent();
  const std::lock_guard lock(mutex_);
  const std::int64_t now = parts_.clock.now().ms / 60'000;
  for (std::int64_t m = now - static_cast<std::int64_t>(minutes_kept) + 1; m <= now; ++m) {
    const bool kept = m <= minute_ && m > minute_ - static_cast<std::int64_t>(minutes_kept);
    gauges.events_per_minute.push_back(
        kept ? per_minute_[static_cast<std::size_t>(m) % minutes_kept] : 0);
  }
  return gauges;
}

}  // namespace sojourn::runtime
