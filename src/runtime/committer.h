#pragma once

/// The committer: works the engine's inputs in order, in batches, each one transaction.
///
/// Inputs stand in one queue: events from the log, requests for leave, tasks. So a request for
/// leave is answered after every event that was durable when it was made has been applied
/// (ARCHITECTURE 6, "Outbox"). Due timers join each batch.
///
/// The embedded store has one committer for all 1,024 partitions. Members but step() are
/// thread-safe; step() belongs to one thread.

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

#include "base/clock.h"
#include "domain/reaction/rules.h"
#include "runtime/backfill.h"
#include "runtime/batch.h"
#include "runtime/campaigns.h"
#include "runtime/experiments.h"
#include "runtime/journey_changes.h"
#include "runtime/runtime.h"
#include "store/store.h"

namespace sojourn::runtime {

class Committer {
 public:
  struct Options {
    std::size_t batch_max = 16'000;      ///< events in one transaction
    std::size_t batch_worth_it = 2'000;  ///< events for which a transaction need not wait for more
    std::size_t cached_contacts = 20'000;
    std::size_t wakes_per_batch = 2'000;
    std::size_t removals_per_batch = 2'000;  ///< copies of mails whose time is over
    std::size_t contacts_per_change = 500;   ///< for whom a journey's change is carried out in one
    ContactPass::Options pass = {};          ///< that brings contacts to changed rules
    sojourn::campaigns::Pace campaigns = {};
    messages::Mailbox from = {};  ///< of mails that say no other sender
    /// Keeps in the journal what is else only counted, for scenarios to look at.
    bool journals_all = false;
  };
  /// What the committer tells after a commit; called on its thread.
  struct Listener {
    std::function<void(const std::vector<QueuedNotice>&)> queued;
    std::function<void(const std::vector<LeaveNotice>&)> leaves;
    std::function<void(const std::vector<TailEvent>&)> applied;
    std::function<void(const std::vector<store::PartitionMail>&)> errands;
    std::function<void()> wake;    ///< step() has something to do; from any thread
    std::function<void()> begins;  ///< step_backfill(), step_scan() have something to do
    std::function<void()> job_submitted = [] {};  ///< within a batch: see Jobs::look()
    /// Whether anybody wants to hear what changes, and who; absent: nobody.
    std::function<bool()> follows = {};
    std::function<void(const ContactChanges&)> changed = {};
    std::function<void()> committed = [] {};  ///< something, after all of the others
  };
  using Task = std::function<Result<void>(Batch&, store::StateTransaction&)>;
  using Done = std::function<void(Result<void>)>;

  Committer(store::Store& store, const Clock& clock, const HashKey& master_key, Options options,
            Listener listener);

  /// Loads ledger and counters, and notes how far the log is ahead: step() reads that backlog page
  /// by page, before anything that is pushed. Call once, before anything else, with the rules in
  /// force.
  Result<void> open(std::shared_ptr<const reaction::Rules> rules);

  void push_events(std::vector<SharedEvent> events);
  void ask_leaves(std::vector<LeaveRequest> requests);
  /// What an errand came to is durable: it is struck off.
  void finish_errand(std::uint64_t sequence);
  /// Carries out `task` in a batch of its own, in the order of the queue. `done` gets its error, or
  /// that of the commit.
  void run(Task task, Done done);
  /// Replaces the rules, in a batch of its own after `task` succeeded, and then brings every
  /// contact to them in the background (see Backfill).
  void change_rules(std::shared_ptr<const reaction::Rules> rules, Task task, Done done);

  /// The task changes what stands of experiments: it is taken up after it.
  void change_experiments(Task task, Done done);

  /// The task changes what stands of campaigns: it is taken up after it.
  void change_campaigns(Task task, Done done);

  /// Stops the pass that brings contacts to changed rules, or begins it anew (see Backfill::cancel
  /// and Backfill::start, whose errors `done` gets).
  enum class PassChange : std::uint8_t { cancel, start };
  void change_pass(PassChange change, Task task, Done done);

  /// Works one batch. False where there is nothing to do now.
  bool step();
  /// Reads, beside step(), what a pass needs; see Backfill::step(). Belongs to a thread of its own.
  bool step_backfill() { return backfill_.step(); }
  /// The part of it that more threads can share: the log.
  bool step_scan() { return backfill_.step_scan(); }
  /// After one of these that did nothing: the store could not be read.
  [[nodiscard]] bool has_backfill_failed() const { return backfill_.has_failed(); }
  [[nodiscard]] BackfillState backfill() const { return backfill_.state(); }
  /// Moves committed pages to where they belong; call when idle.
  void tidy();

  /// When step() will have something to do by time alone; never: not.
  [[nodiscard]] Timestamp next_due() const {
    return std::min({next_wake(), experiments_.next_due(), campaigns_.next_due(), next_removal()});
  }
  /// Events in memory that wait to be applied.
  [[nodiscard]] std::size_t queued() const { return queued_events_.load(); }
  /// Events in the log that are not applied.
  [[nodiscard]] std::uint64_t unapplied() const { return queued() + backlog_left_; }
  [[nodiscard]] bool idle() const;
  /// Whether only few events wait, so that nobody is kept waiting when they share a transaction
  /// with those of the next milliseconds, or mails that wait for leave, which may for less long.
  enum class Haste : std::uint8_t { at_once, leave_waits, none };
  [[nodiscard]] Haste haste() const;
  [[nodiscard]] events::Position applied() const { return {applied_.load()}; }
  [[nodiscard]] std::shared_ptr<const reaction::Rules> rules() const;
  [[nodiscard]] std::uint64_t batches() const { return batches_.load(); }
  [[nodiscard]] std::uint64_t sent() const { return sent_.load(); }

  void stop_sending(bool stopped) { sending_stopped_ = stopped; }

 private:
  struct TaskItem {
    Task task;
    Done done;
    std::shared_ptr<const reaction::Rules> rules = {};  ///< null: unchanged
    std::optional<PassChange> pass = {};
    bool changes_experiments = false;
    bool changes_campaigns = false;
    std::string client = {};  ///< store::AuditOrigin of who has pushed it
  };
  struct FinishedErrand {
    std::uint64_t sequence = 0;
  };
  using Item = std::variant<SharedEvent, LeaveRequest, FinishedErrand, TaskItem>;

  [[nodiscard]] Timestamp next_wake() const { return {next_wake_.load()}; }
  /// When something that was kept only for a while goes.
  [[nodiscard]] Timestamp next_removal() const { return {next_removal_.load()}; }
  /// Notes that an item has come to the queue (1), or gone from it (-1). With mutex_ held.
  void count(const Item& item, int by);
  void push_task(TaskItem item);
  std::vector<Item> take();
  void give_back(std::vector<Item> items);
  /// Works events and requests in one transaction, durable when it returns; the answer is the
  /// number of events.
  Result<std::size_t> work(const std::vector<Item>& items);
  /// Works the next page of the backlog.
  Result<void> work_backlog();
  Result<void> wake_due(Batch& batch, store::StateTransaction& transaction, Timestamp now);
  /// Removes what was kept until now at the latest, a part of it; absent: nothing was due.
  Result<std::optional<Timestamp>> remove_ended(store::StateTransaction& transaction,
                                                Timestamp now) const;
  void work_task(TaskItem item);
  /// Whether an experiment is due, and need not wait for a quiet moment (any more).
  [[nodiscard]] bool can_look(bool at_rest);
  /// Looks at experiments that are due.
  Result<void> look();
  /// New rules are in force.
  Result<void> take_up(std::shared_ptr<const reaction::Rules> rules);
  Result<void> take_up_campaigns();
  Result<void> recover();
  void tell(Batch& batch);

  store::Store& store_;
  const Clock& clock_;
  const Options options_;
  const Listener listener_;
  ContactCache cache_;
  Ledger ledger_;
  JourneyChanges journey_changes_;
  Campaigns campaigns_;
  policies::WarmUpBook warm_up_;
  ReturnBook returns_;
  policies::SendingPolicies sending_;
  Experiments experiments_;
  Backfill backfill_;
  BatchContext context_;

  mutable std::mutex mutex_;
  std::deque<Item> queue_;                        // guarded by mutex_
  std::shared_ptr<const reaction::Rules> rules_;  // guarded by mutex_; replaced by step() only
  int tasks_ = 0;                                 // guarded by mutex_; of the queue
  int leaves_ = 0;                                // guarded by mutex_; of the queue
  bool working_ = false;                          // guarded by mutex_

  events::Position backlog_end_;                     ///< the log's head at the start
  bool failed_ = false;                              ///< the last batch did not commit
  Timestamp look_waits_since_ = Timestamp::never();  ///< of an experiment that is due

  std::atomic<std::int64_t> next_wake_ = INT64_MAX;
  std::atomic<std::int64_t> next_removal_ = INT64_MAX;
  std::atomic<std::size_t> queued_events_ = 0;
  std::atomic<std::uint64_t> backlog_left_ = 0;
  std::atomic<std::uint64_t> applied_ = 0;
  std::atomic<std::uint64_t> batches_ = 0;
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<bool> sending_stopped_ = false;
};

}  // namespace sojourn::runtime
