#pragma once

/// The runtime of one workspace: log, committer and outbox, wired, each on a thread of its own, or,
/// without threads, each a step function for the simulator.

#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "channels/channel.h"
#include "runtime/audience.h"
#include "runtime/committer.h"
#include "runtime/errands.h"
#include "runtime/event_log.h"
#include "runtime/jobs.h"
#include "runtime/journey_versions.h"
#include "runtime/old_signups.h"
#include "runtime/outbox.h"
#include "runtime/runtime.h"
#include "runtime/signal.h"
#include "store/store.h"

namespace sojourn::runtime {

class WorkspaceRuntime final : public Runtime, public AudienceKeeper {
 public:
  struct Options {
    SenderSettings sender = {};
    EventLog::Options log = {};
    Committer::Options committer = {};
    Outbox::Options outbox = {};
    Audience::Options audience = {};
  };
  /// What the runtime is made of; everything outlives it.
  struct Parts {
    store::Store& store;
    const Clock& clock;
    SystemClock* movable_clock = nullptr;  ///< the same clock where tests may move it; else null
    channels::Channel& channel;
    channels::CapturedMails* captured = nullptr;  ///< where the channel keeps its mails
    HashKey master_key;
    effects::WebCaller web_caller = {};  ///< for webhook steps; null: they fail
    /// Called after each commit and each move of the clock, on a thread of the runtime; returns at
    /// once. Null: nobody asks.
    std::function<void()> changed = {};
  };

  /// Loads the rules and everything that the last process left to do. Starts no thread.
  [[nodiscard]] static Result<std::unique_ptr<WorkspaceRuntime>> open(Parts parts, Options options);
  ~WorkspaceRuntime() override;

  /// Starts the threads; without it every member that waits steps the parts itself.
  void start();
  /// Refuses further events, lets hand-offs end within `grace`, writes what was taken, and joins
  /// the threads. What is left is in the store.
  void stop(Duration grace);

  // Steps, for the simulator; false where there was nothing to do.
  bool step_log();
  bool step_committer();
  bool step_outbox();
  bool step_jobs();
  bool step_backfill();
  /// Nothing is queued, due or in flight.
  [[nodiscard]] bool quiet() const;
  /// When time alone will give something to do; never: not.
  [[nodiscard]] Timestamp next_due() const;

  // Runtime
  Result<void> submit(std::vector<events::Event> events, Done done) override;
  Result<DefinitionPlan> plan(const DefinitionRequest& request) override;
  Result<DefinitionPlan> apply(const DefinitionRequest& request, const std::string& actor) override;
  Result<void> pause_journey(const std::string& key, const std::string& actor) override;
  Result<void> resume_journey(const std::string& key, const journeys::Overdue& overdue,
                              const std::string& actor) override;
  Result<void> declare_winner(const reaction::Declaration& declaration) override;
  [[nodiscard]] std::shared_ptr<const reaction::Rules> rules() const override;
  [[nodiscard]] BackfillState backfill() const override { return committer_.backfill(); }
  Result<void> cancel_backfill(const std::string& actor) override;
  Result<void> start_backfill(const std::string& actor) override;
  Result<void> change_suppressions(const std::vector<SuppressionChange>& changes,
                                   const std::string& actor) override;
  Result<bool> erase(const contacts::ContactId& id, const std::string& actor) override;
  Result<std::size_t> erase_all(const std::vector<contacts::ContactId>& ids,
                                const std::string& actor) override;
  Result<void> stop_sending(const std::string& reason, const std::string& actor) override;
  Result<void> resume_sending(const std::string& actor) override;
  [[nodiscard]] SendingState sending() const override;
  Result<void> write(std::function<Result<void>(store::StateTransaction&)> change) override;
  Result<void> change_campaigns(
      std::function<Result<void>(store::StateTransaction&)> change) override;
  [[nodiscard]] Jobs& jobs() override { return jobs_; }
  Result<Timestamp> advance_clock(Timestamp to) override;
  [[nodiscard]] bool clock_is_virtual() const override { return parts_.movable_clock != nullptr; }
  [[nodiscard]] const Clock& clock() const override { return parts_.clock; }
  [[nodiscard]] store::Store& store() override { return parts_.store; }
  [[nodiscard]] Audience& audience() override { return audience_; }
  [[nodiscard]] std::shared_ptr<void> tail(TailListener listener) override;
  [[nodiscard]] Gauges gauges() const override;
  [[nodiscard]] bool ready() const override;
  [[nodiscard]] const HashKey& master_key() const override { return parts_.master_key; }

 private:
  WorkspaceRuntime(Parts parts, Options options);
  Result<void> load();

  void run_log();
  void run_committer();
  void run_outbox();
  void run_backfill();
  void run_scan();
  void run_old_signups();
  void wake_all();
  /// Waits for the answer of a task; steps the parts where there are no threads.
  Result<void> await(std::future<Result<void>> answer);
  Result<void> run_task(Committer::Task task);
  Result<void> change_pass(Committer::PassChange change, const std::string& action,
                           const std::string& actor);
  /// Puts another pause of a journey into force; where it goes on, those inside are told.
  Result<void> change_pause(const std::string& key, const std::string& action,
                            const std::function<Result<JourneyPause>(const JourneyPause&)>& next,
                            bool goes_on, const std::string& actor);
  Result<void> erase_from_log(const std::string& setting, std::vector<events::Position> positions);
  Result<void> finish_erasures();
  Result<void> wait_until_quiet();
  Result<void> set_sending(SendingState state, const std::string& actor);
  void note_applied(const std::vector<TailEvent>& events);
  [[nodiscard]] std::chrono::milliseconds until(Timestamp due) const;

  const Parts parts_;
  const Options options_;
  Signal log_signal_;
  Signal committer_signal_;
  Signal outbox_signal_;
  Signal backfill_signal_;
  Signal scan_signal_;
  Signal old_signups_signal_;
  EventLog log_;
  Committer committer_;
  Outbox outbox_;
  Errands errands_;
  Audience audience_;
  events::Position head_at_start_;
  /// The log's head when everything that recovery reports was in it, plus one; 0: not
  /// known yet.
  mutable std::atomic<std::uint64_t> recovered_head_ = 0;

  std::vector<std::thread> threads_;
  std::thread old_signups_thread_;
  std::atomic<bool> started_ = false;
  std::atomic<bool> stopping_ = false;     ///< no new work
  std::atomic<bool> advancing_ = false;    ///< the clock is being moved: nothing waits for more
  std::atomic<bool> threads_end_ = false;  ///< threads return once they have nothing to do

  std::mutex apply_mutex_;  ///< one change of definitions, one move of the clock at a time
  mutable std::mutex mutex_;
  SendingState sending_;                            // guarded by mutex_
  std::vector<std::weak_ptr<TailListener>> tails_;  // guarded by mutex_
  static constexpr std::size_t minutes_kept = 60;
  std::array<std::uint64_t, minutes_kept> per_minute_{};  // guarded by mutex_
  std::int64_t minute_ = 0;  // guarded by mutex_; newest in per_minute_

  std::atomic<std::uint64_t> suppression_calls_ = 0;  ///< so that each has events of its own

  OldSignups old_signups_{*this};
  Jobs jobs_{*this};  ///< last: its thread uses the other members
};

}  // namespace sojourn::runtime
