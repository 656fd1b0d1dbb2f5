#pragma once

/// The log's writer: takes events from every thread, recognises repeats, and appends what is left
/// in group commits. An event is acknowledged only after the disk has it (ARCHITECTURE 7).
///
/// submit() is for any thread; step() belongs to one, the log writer's.

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "base/result.h"
#include "domain/events/event.h"
#include "runtime/repeats.h"
#include "runtime/runtime.h"
#include "store/store.h"

namespace sojourn::runtime {

class EventLog {
 public:
  struct Options {
    /// Events that may wait for the disk; beyond it submit() answers `queue_full`. Two seconds of
    /// what one core takes.
    std::size_t queue_max = 50'000;
    /// Events in one group commit: bounds the time to the acknowledgement.
    std::size_t commit_max = 4'000;
    /// Events for which a group commit need not wait for more.
    std::size_t commit_worth_it = 200;
  };
  using Done = std::function<void(Result<void>)>;
  struct Listener {
    /// Gets what was appended, in order, before the submitters are answered.
    std::function<void(std::vector<SharedEvent>)> appended;
    /// All submitters of one group commit have been answered.
    std::function<void()> answered;
    /// step() has something to do; from any thread.
    std::function<void()> wake;
  };

  /// `store` and `clock` outlive it.
  EventLog(store::Store& store, const Clock& clock, const HashKey& master_key, Options options,
           Listener listener);

  /// Loads what repeats need. Call once, before anything else.
  Result<void> open();

  /// See Runtime::submit().
  Result<void> submit(std::vector<events::Event> events, Done done);
  /// Sojourn's own event (an outcome): never refused for a full queue, and kept while the disk
  /// fails, for nobody would send it again. `written` is called once it is durable.
  void submit_own(events::Event event, std::function<void()> written);
  /// Removes the events at these positions from the disk; `done` is called after it.
  void erase(std::vector<events::Position> positions, Done done);

  /// Carries out one group commit or one erasure. False where there was nothing to do, or where
  /// own events wait for a disk that fails.
  bool step();
  /// Work that can wait until nobody does: moves message ids out of memory, checkpoints. To be
  /// called when step() had nothing to do for a while.
  void tidy();
  /// Refuses further submissions with `stopping`.
  void close();

  /// The last position that is on disk.
  [[nodiscard]] events::Position head() const { return {head_.load()}; }
  [[nodiscard]] std::size_t queued() const { return queued_.load(); }
  /// Whether only few events wait, so that they may share a group commit with the next ones, and
  /// whether a sender waits for the answer.
  enum class Haste : std::uint8_t { at_once, sender_waits, none };
  [[nodiscard]] Haste haste() const {
    const std::size_t waiting = queued();
    if (waiting == 0 || waiting >= options_.commit_worth_it) return Haste::at_once;
    return queued_own_ < waiting ? Haste::sender_waits : Haste::none;
  }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_.load(); }
  [[nodiscard]] std::uint64_t repeated() const { return repeated_.load(); }
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(); }

 private:
  struct Submission {
    std::vector<events::Event> events;
    Done done;
    bool is_own = false;
  };
  struct Erasure {
    std::vector<events::Position> positions;
    Done done;
  };

  void push(Submission submission);
  std::vector<Submission> take();
  /// Answers the submitters with the error; own events go back into the queue. False where there
  /// are such.
  bool fail(std::vector<Submission> batch, const Error& error);
  Result<std::vector<SharedEvent>> commit(std::vector<Submission>& batch);
  [[nodiscard]] store::LogRecord record_of(const events::LoggedEvent& logged,
                                           const Hash128& message) const;
  bool step_erasure();
  void flush_repeats(bool idle);

  store::Store& store_;
  const Clock& clock_;
  const HashKey contact_key_;
  const HashKey message_key_;
  const Options options_;
  const Listener listener_;
  Repeats repeats_;

  std::mutex mutex_;
  std::deque<Submission> queue_;  // guarded by mutex_
  std::deque<Erasure> erasures_;  // guarded by mutex_
  bool closed_ = false;           // guarded by mutex_

  std::atomic<std::uint64_t> head_ = 0;
  std::atomic<std::size_t> queued_ = 0;
  std::atomic<std::size_t> queued_own_ = 0;  ///< of these, Sojourn's own
  std::atomic<std::uint64_t> accepted_ = 0;
  std::atomic<std::uint64_t> repeated_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
};

/// The keys that are derived from a workspace's master key, one a purpose.
[[nodiscard]] HashKey contact_key(const HashKey& master);
[[nodiscard]] HashKey message_key(const HashKey& master);
[[nodiscard]] HashKey address_key(const HashKey& master);

}  // namespace sojourn::runtime
