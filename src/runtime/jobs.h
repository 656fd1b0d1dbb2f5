#pragma once

/// Jobs: long work that is carried out beside live traffic, in slices, and goes on after a restart.
///
/// Who has such work implements JobWork, and the composition root names it with add_kind(). The
/// first open job of each kind runs; their slices take turns on one thread, so that a long import
/// holds up no backfill. What a slice has done and how far the job is are one transaction: after a
/// stop or a crash the next slice gets the job as the last durable slice left it.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "runtime/runtime.h"
#include "runtime/signal.h"
#include "store/state.h"

namespace sojourn::runtime {

/// Open jobs at one time; more would wait for days.
inline constexpr std::size_t open_jobs_max = 100;
/// Bytes of `parameters`: a mapping of 500 columns fits.
inline constexpr std::size_t job_parameters_bytes_max = 128 * 1024;

/// What one slice has done.
struct JobSlice {
  /// The job as it was given to step(), with `total`, `done`, `counts`, `resume` and, at the end,
  /// `result` brought up to date. The other members are not looked at.
  store::JobRecord job;
  bool has_ended = false;
  /// Carried out in the transaction that stores the slice, before the job is stored: it may bring
  /// the same members of the job up to date by what it finds there. Empty: nothing else is to be
  /// stored. Owns what it uses.
  std::function<Result<void>(store::StateTransaction&, store::JobRecord&)> also = {};
};

/// How one kind of job is carried out. Called on the jobs' thread only.
class JobWork {
 public:
  virtual ~JobWork() = default;

  /// Does the next part of the job: a tenth of a second or so, or one batch, so that others get
  /// their turn and a stop need not wait. May wait for Runtime::submit() and Runtime::write(); must
  /// not call Runtime::apply() nor advance_clock(), which wait for jobs.
  ///
  /// A slice may be thrown away and begun again from the same `job` (a crash, a disk that fails, a
  /// cancellation): what it does outside `also` must be harmless to do twice.
  ///
  /// Errors `queue_full`, `disk_full`, `disk_failed`, `busy` are tried again after a pause;
  /// `stopping` leaves the job for the next start; every other error ends it as failed.
  virtual Result<JobSlice> step(const store::JobRecord& job) = 0;

  /// Brings to an end what earlier slices of a cancelled or failed job have left half done, and
  /// lets go of its files. Harmless to call twice.
  virtual Result<void> wind_down(const store::JobRecord& job) {
    static_cast<void>(job);
    return {};
  }
};

class Jobs {
 public:
  /// `runtime` outlives it, and is not used before start() or step().
  explicit Jobs(Runtime& runtime) : runtime_(runtime) {}
  ~Jobs() { stop(); }
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  /// Before start(). Jobs of a kind that nobody carries out stay queued.
  void add_kind(std::string kind, std::unique_ptr<JobWork> work);

  // Thread-safe.
  /// Errors: `too_many_jobs`, `too_long`, and those of write().
  Result<store::JobId> submit(std::string_view kind, const Object& parameters,
                              const std::string& actor);
  /// The same within a transaction of the caller's, who calls look() after its commit.
  static Result<store::JobId> submit_in(store::StateTransaction& transaction, std::string_view kind,
                                        const Object& parameters, const std::string& actor,
                                        Timestamp now);
  /// There is a job that this has not seen.
  void look();
  /// Ends a queued job at once, a running one after its present slice. Errors: `unknown_job`,
  /// `job_ended`.
  Result<void> cancel(store::JobId id, const std::string& actor);
  /// No job waits for a slice.
  [[nodiscard]] bool idle() const;

  /// Starts the thread; without it somebody calls step().
  void start();
  /// Returns after the present slice. Idempotent.
  void stop();
  /// Carries out one slice. False where there was nothing to do, or where it failed and is to be
  /// tried again after a pause.
  bool step();

 private:
  void run();
  /// Reads which jobs are open; false where the store did not answer.
  bool load();
  bool carry_out(store::JobRecord& job);
  /// Brings `job` up to date. False where it was cancelled meanwhile: the slice does not count.
  Result<bool> store_slice(store::JobRecord& job, JobSlice slice);
  bool end(const store::JobRecord& job, store::JobState state, const Error& error);
  bool try_again(const store::JobRecord& job, const Error& error);

  Runtime& runtime_;
  std::map<std::string, std::unique_ptr<JobWork>, std::less<>> works_;
  Signal signal_;
  std::thread thread_;
  std::atomic<bool> stopping_ = false;

  // Of the thread that steps.
  std::vector<store::JobRecord> open_;  ///< the first of each kind
  std::size_t turn_ = 0;
  bool failed_ = false;

  mutable std::mutex mutex_;
  bool stale_ = true;     // guarded by mutex_; open_ is not what the store has
  bool waiting_ = false;  // guarded by mutex_; jobs wait for slices
};

}  // namespace sojourn::runtime
