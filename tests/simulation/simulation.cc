#include "simulation/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "domain/events/event_codec.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/contact_state.h"
#include "runtime/campaign_audience.h"
#include "runtime/campaign_control.h"
#include "runtime/campaigns.h"
#include "runtime/event_log.h"
#include "runtime/workspace_runtime.h"
#include "simulation/auditor.h"
#include "simulation/dice.h"
#include "simulation/peer_channel.h"
#include "simulation/planted_store.h"
#include "simulation/population.h"
#include "simulation/recomputation.h"
#include "simulation/workspace.h"
#include "store/sql/open.h"
#include "support/fault_vfs.h"

namespace sojourn::simulate {
namespace {

using messages::DeliveryState;
using sojourn::testing::DiskFault;
using sojourn::testing::FaultVfs;
using sojourn::testing::Repeat;

/// Actions before the runtime is left to come to rest.
constexpr int actions_min = 400;
constexpr int actions_max = 1'600;
/// Steps in which everything that is left must come to rest.
constexpr int rest_steps_max = 200'000;
constexpr Duration rest_at_most = Duration::days(120);
/// Inside a step fails one of so many calls of the disk.
constexpr int calls_ahead_max = 60;
constexpr std::size_t all = 1'000'000;
constexpr HashKey master{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

Timestamp start_of(Dice& dice) {
  constexpr Timestamp monday{1'772'409'600'000};  // 2026-03-02T00:00:00Z
  return monday + dice.up_to(Duration::days(7));
}

bool is_outcome(std::string_view event) {
  namespace names = events::names;
  return event == names::email_sent || event == names::message_failed ||
         event == names::message_deferred || event == names::message_uncertain;
}

class Simulation {
 public:
  Simulation(std::uint64_t seed, Planted planted, Verbose verbose)
      : planted_(planted),
        findings_(verbose),
        dice_(seed),
        clock_(start_of(dice_)),
        disk_(fmt::format("simulation-{}", seed)),
        workspace_(make_workspace(dice_)),
        channel_dice_(dice_.fork()),
        people_dice_(dice_.fork()),
        people_(dice_.between(2, 9), clock_, people_dice_, findings_),
        auditor_(workspace_.promises, runtime::address_key(master), clock_, findings_) {
    habits_ = {.capacity = dice_.between(1, 6), .trouble_percent = dice_.between(0, 60)};
    crashes_per_mille_ = dice_.between(2, 30);
    disk_faults_per_mille_ = dice_.chance(40) ? dice_.between(1, 12) : 0;
    options_.sender.public_url = "https://mail.shop.example";
    options_.sender.postal_address = "Shop, 1 Example Street, 75001 Paris";
    // Small limits are met in a small world.
    options_.log.commit_max = static_cast<std::size_t>(dice_.between(1, 30));
    options_.committer.batch_max = static_cast<std::size_t>(dice_.between(1, 20));
    options_.committer.cached_contacts = static_cast<std::size_t>(dice_.between(0, 6));
    options_.committer.wakes_per_batch = static_cast<std::size_t>(dice_.between(1, 5));
    options_.committer.pass.contacts_per_page = static_cast<std::size_t>(dice_.between(1, 4));
    options_.outbox.waiting_max = static_cast<std::size_t>(dice_.between(2, 30));
    if (planted_ == Planted::timer_fired_twice) options_.committer.cached_contacts = 0;
    options_.committer.campaigns.turns = static_cast<std::size_t>(dice_.between(1, 4));
    options_.committer.campaigns.ahead = dice_.between(1, 12);
    options_.committer.campaigns.cancelled = static_cast<std::size_t>(dice_.between(1, 4));
    for (auto& weight : weights_) weight = dice_.between(2, 20);
  }

  Outcome run() {
    if (!open() || !begin()) return outcome();
    const int actions = dice_.between(actions_min, actions_max);
    if (planted_ == Planted::skipped_fsync) disk_.set_sync(testing::Sync::skipped);
    for (int i = 0; i < actions && !findings_.violation(); ++i) act();
    if (!findings_.violation()) rest();
    if (!findings_.violation()) check_at_rest();
    // What is at rest must be on the disk too.
    if (!findings_.violation()) crash();
    if (!findings_.violation()) check_at_rest();
    return outcome();
  }

 private:
  enum Part : std::size_t {
    log,
    committer,
    backfill,
    outbox,
    jobs,
    channel,
    people,
    again,
    time,
    parts
  };

  // The process

  bool open() {
    for (int tries = 0;; ++tries) {
      const Result<void> opened = open_once();
      if (opened) return true;
      runtime_.reset();
      peer_channel_.reset();
      store_.reset();
      if (!disk_may_fail_ || tries > 20) {
        findings_.broken(0, fmt::format("the store does not open: {} {}", opened.error().code,
                                        opened.error().message));
        return false;
      }
      findings_.note("crash while opening");
      disk_.clear_faults();
      lose_power();
      disk_may_fail_ = false;
    }
  }

  Result<void> open_once() {
    TRY(sqlite, store::sql::open_sqlite_store({.folder = "data", .vfs = disk_.name()}));
    store_ = auditor_.watch(with_fault(planted_, clock_, std::move(sqlite)));
    TRY_VOID(auditor_.reconcile(*store_));
    peer_channel_ = std::make_unique<PeerChannel>(
        habits_, planted_, clock_, channel_dice_, findings_,
        [this](const channels::Handoff& handoff) { take_over(handoff); });
    TRY(runtime,
        runtime::WorkspaceRuntime::open(
            {.store = *store_, .clock = clock_, .channel = *peer_channel_, .master_key = master},
            options_));
    runtime_ = std::move(runtime);
    runtime_->jobs().add_kind(std::string(runtime::campaign_audience_kind),
                              std::make_unique<runtime::CampaignAudienceWork>(*runtime_));
    runtime_->jobs().look();
    return check_log();
  }

  bool begin() {
    const Result<runtime::DefinitionPlan> plan = runtime_->apply(workspace_.files, "simulation");
    if (!plan) {
      findings_.broken(0, "definitions: " + plan.error().message);
      return false;
    }
    for (const runtime::DefinitionProblem& problem : plan->problems) {
      findings_.broken(0, fmt::format("{}: {}", problem.file, problem.message));
    }
    return plan->problems.empty();
  }

  /// Everything in memory is gone, and of the disk what was not synced.
  void crash() {
    findings_.note(fmt::format("{} crash", format_timestamp(clock_.now())));
    ++crashes_;
    disk_.clear_faults();
    peer_channel_->cut();
    // In this order: who is destroyed later is still called by who is destroyed first.
    runtime_.reset();
    peer_channel_.reset();
    people_.lose_connections();
    lose_power();
    store_.reset();
    disk_may_fail_ = dice_.chance(10);
    if (disk_may_fail_) {
      disk_.fail_call(1 + dice_.below(calls_ahead_max), DiskFault::failed, Repeat::for_ever);
    }
    open();
    disk_.clear_faults();
    if (planted_ == Planted::skipped_fsync) disk_.set_sync(testing::Sync::skipped);
  }

  void lose_power() {
    if (dice_.chance(50)) {
      disk_.crash();
    } else {
      disk_.crash_tearing(dice_.fork());
    }
  }

  void take_over(const channels::Handoff& handoff) {
    ++accepted_;
    auditor_.peer_accepted(handoff.id, handoff.email.message_id, clock_.now());
    const auto found = auditor_.messages().find(handoff.id.value);
    if (found != auditor_.messages().end()) people_.receive(found->second.message);
  }

  // Actions

  void act() {
    if (dice_.per_mille(crashes_per_mille_)) return crash_somewhere();
    if (dice_.per_mille(disk_faults_per_mille_)) return fail_disk_once();
    if (dice_.per_mille(4)) return change_sending();
    if (dice_.per_mille(5)) return tidy();
    if (dice_.per_mille(6)) return edit_definitions();
    if (dice_.per_mille(15)) return act_on_campaign();
    int total = 0;
    for (const int weight : weights_) total += weight;
    int lot = dice_.between(0, total - 1);
    std::size_t part = 0;
    while (lot >= weights_[part]) lot -= weights_[part++];
    step(static_cast<Part>(part));
  }

  bool step(Part part) {
    bool moved = false;
    switch (part) {
      case log:
        moved = noted("log", [&] { return runtime_->step_log(); });
        break;
      case committer:
        moved = noted("committer", [&] { return runtime_->step_committer(); });
        break;
      case backfill:
        moved = noted("backfill", [&] { return runtime_->step_backfill(); });
        break;
      case outbox:
        moved = noted("outbox", [&] { return runtime_->step_outbox(); });
        break;
      case jobs:
        moved = noted("jobs", [&] { return runtime_->step_jobs(); });
        break;
      case channel:
        moved = noted("channel", [&] { return peer_channel_->step(); });
        break;
      case people:
        noted("people", [&] {
          people_.call(*runtime_);
          return true;
        });
        break;
      case again:
        moved = noted("again", [&] { return people_.call_again(*runtime_); });
        break;
      case time:
        move_time();
        break;
      case parts:
        break;
    }
    return moved;
  }

  template <typename Step>
  bool noted(std::string_view name, Step step) {
    findings_.note(fmt::format("{} {}", format_timestamp(clock_.now()), name));
    return step();
  }

  /// The next instant at which time alone moves something. What is due already waits for something
  /// else: a message for room in the channel.
  [[nodiscard]] Timestamp next_instant() const {
    Timestamp next = Timestamp::never();
    for (const Timestamp due : {runtime_->next_due(), peer_channel_->next_due()}) {
      if (due > clock_.now()) next = std::min(next, due);
    }
    return next;
  }

  void move_time() {
    const Timestamp now = clock_.now();
    Timestamp to = now + dice_.up_to(Duration::seconds(90));
    if (dice_.chance(40)) {
      const Timestamp due = next_instant();
      if (due < now + Duration::days(10)) to = due;
    } else if (dice_.chance(30)) {
      to = now + dice_.up_to(Duration::hours(8));
    }
    clock_.set(to);
  }

  /// Between two steps, or inside one: the disk dies at some call, and then the process.
  void crash_somewhere() {
    if (dice_.chance(60)) {
      disk_.fail_call(1 + dice_.below(calls_ahead_max), DiskFault::failed, Repeat::for_ever);
      for (int steps = dice_.between(1, 6); steps > 0 && !findings_.violation(); --steps) {
        step(static_cast<Part>(dice_.index(again)));
      }
    }
    if (!findings_.violation()) crash();
  }

  void fail_disk_once() {
    const DiskFault fault = dice_.chance(60) ? DiskFault::failed : DiskFault::full;
    findings_.note("the disk will fail once");
    disk_.fail_call(1 + dice_.below(calls_ahead_max), fault, Repeat::once);
  }

  void change_sending() {
    const bool stop = dice_.chance(40);
    findings_.note(stop ? "stop sending" : "resume sending");
    // Until it is answered nobody knows; what was stopped stays so until somebody resumes.
    auditor_.sending_stopped(std::nullopt);
    const Result<void> done = stop ? runtime_->stop_sending("simulation", "simulation")
                                   : runtime_->resume_sending("simulation");
    if (done) auditor_.sending_stopped(stop);
  }

  /// Where the disk fails nobody knows whether it was published; the store says, in the end.
  void edit_definitions() {
    findings_.note("edit a segment");
    const Result<runtime::DefinitionPlan> plan =
        runtime_->apply({edited_segment(dice_)}, "simulation");
    if (!plan) return;
    for (const runtime::DefinitionProblem& problem : plan->problems) {
      findings_.broken(0, fmt::format("{}: {}", problem.file, problem.message));
    }
  }

  /// What somebody asks of a campaign is often not to be had; where the disk fails nobody knows.
  void act_on_campaign() {
    const std::string key(campaign_keys[dice_.index(campaign_keys.size())]);
    if (dice_.chance(55)) {
      const Duration hold =
          dice_.chance(70) ? Duration{} : Duration::seconds(dice_.between(1, 600));
      const Result<void> started = runtime::start_campaign(*runtime_, key, hold, "simulation");
      findings_.note(fmt::format("start {}: {}", key, started ? "done" : started.error().code));
      return;
    }
    constexpr std::array commands = {runtime::cancel_campaign, runtime::pause_campaign,
                                     runtime::resume_campaign, runtime::stop_campaign};
    // Few are stopped: those have an end at which nobody can be missed.
    const std::size_t lot = dice_.chance(10) ? 3 : dice_.index(3);
    const Result<void> done = commands[lot](*runtime_, key, "simulation");
    findings_.note(
        fmt::format("campaign command {} {}: {}", lot, key, done ? "done" : done.error().code));
  }

  /// What stands still goes on.
  void resume_campaigns() {
    for (const std::string_view key : campaign_keys) {
      const Result<void> resumed =
          runtime::resume_campaign(*runtime_, std::string(key), "simulation");
      findings_.note(fmt::format("resume {}: {}", key, resumed ? "done" : resumed.error().code));
    }
  }

  void tidy() {
    // Checkpoints that fail are tried again at the next rest; nothing hangs on them.
    static_cast<void>(store_->checkpoint_state());
    static_cast<void>(store_->log_writer().checkpoint());
  }

  // Rest

  void rest() {
    findings_.note("rest");
    disk_.clear_faults();
    crashes_per_mille_ = 0;
    const Result<void> resumed = runtime_->resume_sending("simulation");
    if (!resumed) findings_.broken(0, "sending does not resume: " + resumed.error().message);
    auditor_.sending_stopped(false);
    resume_campaigns();
    const Timestamp end = clock_.now() + rest_at_most;
    for (int steps = 0; steps < rest_steps_max && !findings_.violation(); ++steps) {
      bool moved = false;
      for (const Part part : {log, committer, backfill, outbox, jobs, channel, again})
        moved |= step(part);
      if (moved) continue;
      const Timestamp due = next_instant();
      const bool rests = runtime_->quiet() && peer_channel_->idle() && people_.all_answered();
      if (rests && (due == Timestamp::never() || due > end)) return;
      if (due == Timestamp::never()) break;
      clock_.set(due);
    }
    if (!findings_.violation()) {
      findings_.broken(
          0, fmt::format("no rest: quiet {} channel {} answered {} due {}", runtime_->quiet(),
                         peer_channel_->idle(), people_.all_answered(),
                         format_timestamp(runtime_->next_due())));
    }
  }

  // Checks

  /// Every answered event is in the log (1), none twice, none that nobody sent, and of each the
  /// first form (2).
  Result<void> check_log() {
    TRY(records, store_->log_reader().read({}, all));
    std::set<std::string> there;
    for (const store::LogRecord& record : records) {
      TRY(event, events::decode_event(record.payload));
      if (!there.insert(event.message_id).second) {
        findings_.broken(2, fmt::format("event {} is in the log twice", event.message_id));
      }
      const auto sent = people_.sent().find(event.message_id);
      if (sent == people_.sent().end()) continue;
      if (event.properties.find("forged") != nullptr) {
        findings_.broken(2, fmt::format("event {} is in its second form", event.message_id));
      }
    }
    for (const auto& [id, event] : people_.answered()) {
      if (there.contains(id)) continue;
      findings_.broken(1, fmt::format("event {} was acknowledged and is not in the log", id));
      break;
    }
    events_ = there.size();
    return {};
  }

  void check_at_rest() {
    // After the last crash the runtime has to catch up with its log.
    while (runtime_->step_log() | runtime_->step_committer() | runtime_->step_backfill() |
           runtime_->step_outbox() | runtime_->step_jobs() | peer_channel_->step()) {
      if (findings_.violation()) return;
    }
    const Result<void> checked = check_everything();
    if (!checked) findings_.broken(0, "a check met the error " + checked.error().message);
  }

  Result<void> check_everything() {
    TRY_VOID(check_log());
    TRY(view, store_->view());
    TRY_VOID(auditor_.check(*view));
    TRY_VOID(check_contacts(*view));
    for (const auto& [id, tracked] : auditor_.messages()) {
      const DeliveryState state = tracked.message.state;
      if (messages::is_final(state)) continue;
      findings_.broken(11, fmt::format("message {} is still {} at rest", id, to_string(state)));
    }
    view.reset();
    return compare_with_recomputation(*store_, master, people_.identifiers(), auditor_,
                                      clock_.now(), findings_);
  }

  /// Every event stands on one timeline, once (promise 1), and every live run waits for an instant
  /// that is in the due-time index (13).
  Result<void> check_contacts(store::StateReads& view) {
    TRY(wakes, view.due_wakes(Timestamp::never(), all));
    std::map<contacts::ContactId, Timestamp> due;
    for (const auto& wake : wakes) due[wake.contact] = wake.due;
    TRY(records, store_->log_reader().read({}, all));
    std::map<std::uint64_t, int> places;
    for (const store::LogRecord& record : records) places[record.position.value] = 0;
    for (const store::LogRecord& record : records) {
      // An outcome that came too late to be one changes nothing.
      if (is_outcome(record.name)) places.erase(record.position.value);
    }
    TRY(ids, view.contact_ids({}, all));
    for (const contacts::ContactId& id : ids) {
      TRY(record, view.contact(id));
      TRY(state, reaction::decode_contact(record->state));
      for (const reaction::TimelineEntry& entry : state.timeline) ++places[entry.position.value];
      TRY(chunks, view.timeline_chunks(id, UINT32_MAX, all));
      for (const std::string& chunk : chunks) {
        TRY(entries, reaction::decode_timeline(chunk));
        for (const reaction::TimelineEntry& entry : entries) ++places[entry.position.value];
      }
      for (const journeys::Run& run : state.runs) {
        if (run.state != journeys::RunState::active) continue;
        const auto wake = due.find(id);
        const bool waits = run.wake > clock_.now() && wake != due.end() && wake->second <= run.wake;
        if (!waits) {
          findings_.broken(
              13, fmt::format("run {} stands at {} and waits for nothing", run.id, run.step));
        }
      }
    }
    for (const auto& [position, count] : places) {
      if (count == 1) continue;
      // clang 14 captures no structured binding.
      const auto stands_there = [place = position](const auto& each) {
        return each.position.value == place;
      };
      const auto record = std::find_if(records.begin(), records.end(), stands_there);
      findings_.broken(
          2, fmt::format("event {} ({}) is on {} timelines", position, record->name, count));
      break;
    }
    return {};
  }

  Outcome outcome() {
    std::uint64_t uncertain = 0;
    for (const auto& [id, tracked] : auditor_.messages()) {
      uncertain += tracked.message.state == DeliveryState::uncertain ? 1 : 0;
    }
    return {.violation = findings_.violation(),
            .trace_hash = findings_.trace_hash(),
            .events = events_,
            .crashes = crashes_,
            .messages = auditor_.messages().size(),
            .accepted = accepted_,
            .uncertain = uncertain};
  }

  const Planted planted_;
  Findings findings_;
  Dice dice_;
  ManualClock clock_;
  FaultVfs disk_;
  const Workspace workspace_;
  Dice channel_dice_;
  Dice people_dice_;
  Population people_;
  Auditor auditor_;
  PeerChannel::Habits habits_;
  runtime::WorkspaceRuntime::Options options_;
  int crashes_per_mille_ = 0;
  int disk_faults_per_mille_ = 0;
  std::array<int, parts> weights_{};

  // The process; each outlives those below it.
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<PeerChannel> peer_channel_;
  std::unique_ptr<runtime::WorkspaceRuntime> runtime_;

  bool disk_may_fail_ = false;
  std::uint64_t crashes_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace

Outcome simulate(std::uint64_t seed, Planted planted, Verbose verbose) {
  return Simulation(seed, planted, verbose).run();
}

}  // namespace sojourn::simulate
