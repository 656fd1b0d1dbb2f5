#include "runtime/jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "base/log.h"

namespace sojourn::runtime {
namespace {

using store::JobId;
using store::JobRecord;
using store::JobState;

/// How long a slice that failed waits before it is tried again.
constexpr std::chrono::milliseconds retry_pause{500};

bool is_passing(const Error& error) {
  static constexpr std::array<std::string_view, 5> codes = {"queue_full", "disk_full",
                                                            "disk_failed", "busy", "stopping"};
  return std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

std::string subject_of(JobId id) {
  return fmt::format("job/{}", id.value);
}

}  // namespace

void Jobs::add_kind(std::string kind, std::unique_ptr<JobWork> work) {
  works_[std::move(kind)] = std::move(work);
}

Result<JobId> Jobs::submit_in(store::StateTransaction& transaction, std::string_view kind,
                              const Object& parameters, const std::string& actor, Timestamp now) {
  JobRecord job;
  job.kind = kind;
  job.parameters = to_json(parameters);
  job.created_by = actor;
  job.created_at = now;
  if (job.parameters.size() > job_parameters_bytes_max) {
    return failure({.code = "too_long",
                    .message = fmt::format("the parameters are {} bytes long, the limit is {}",
                                           job.parameters.size(), job_parameters_bytes_max),
                    .value = std::to_string(job.parameters.size()),
                    .limit = std::to_string(job_parameters_bytes_max)});
  }
  TRY(open, transaction.open_jobs(open_jobs_max));
  if (open.size() >= open_jobs_max) {
    return failure({.code = "too_many_jobs",
                    .message = fmt::format("{} jobs wait already, the limit is {}", open.size(),
                                           open_jobs_max),
                    .value = std::to_string(open.size()),
                    .limit = std::to_string(open_jobs_max)});
  }
  TRY(id, transaction.next_job_id());
  job.id = id;
  TRY_VOID(transaction.put_job(job));
  TRY_VOID(transaction.append_audit(actor, "job.submit", subject_of(id), kind, now));
  return id;
}

Result<JobId> Jobs::submit(std::string_view kind, const Object& parameters,
                           const std::string& actor) {
  // Shared: the task may outlive this call where the store takes no writes.
  const auto id = std::make_shared<JobId>();
  const auto change =
      [id, kind = std::string(kind), parameters, actor,
       now = runtime_.clock().now()](store::StateTransaction& transaction) -> Result<void> {
    TRY(submitted, submit_in(transaction, kind, parameters, actor, now));
    *id = submitted;
    return {};
  };
  TRY_VOID(runtime_.write(change));
  look();
  return *id;
}

void Jobs::look() {
  {
    const std::lock_guard lock(mutex_);
    stale_ = true;
    waiting_ = true;
  }
  signal_.set();
}

Result<void> Jobs::cancel(JobId id, const std::string& actor) {
  const auto change = [id, actor, now = runtime_.clock().now()](
                          store::StateTransaction& transaction) -> Result<void> {
    TRY(found, transaction.job(id));
    if (!found) {
      return failure({.code = "unknown_job",
                      .message = fmt::format("there is no job {}", id.value),
                      .value = std::to_string(id.value)});
    }
    if (found->has_ended()) {
      return failure({.code = "job_ended",
                      .message = fmt::format("job {} has ended already", id.value),
                      .value = std::to_string(id.value)});
    }
    // Queued ones pass the jobs' thread too: their files are its business.
    found->is_ending = true;
    TRY_VOID(transaction.put_job(*found));
    return transaction.append_audit(actor, "job.cancel", subject_of(id), found->kind, now);
  };
  TRY_VOID(runtime_.write(change));
  look();
  return {};
}

bool Jobs::idle() const {
  const std::lock_guard lock(mutex_);
  return !waiting_;
}

void Jobs::start() {
  look();
  thread_ = std::thread([this] { run(); });
}

void Jobs::stop() {
  stopping_ = true;
  signal_.set();
  if (thread_.joinable()) thread_.join();
}

void Jobs::run() {
  while (!stopping_) {
    if (step()) continue;
    if (stopping_) return;
    if (failed_) {
      signal_.wait(retry_pause);
    } else {
      signal_.wait(std::nullopt);
    }
  }
}

bool Jobs::load() {
  {
    const std::lock_guard lock(mutex_);
    if (!stale_) return true;
    stale_ = false;
  }
  const auto read = [&]() -> Result<std::vector<JobRecord>> {
    TRY(view, runtime_.store().view());
    return view->open_jobs(open_jobs_max);
  };
  Result<std::vector<JobRecord>> all = read();
  const std::lock_guard lock(mutex_);
  if (!all) {
    log::warn("jobs not read", {{"error", all.error().message}});
    stale_ = true;
    return false;
  }
  open_.clear();
  for (JobRecord& job : *all) {
    const bool has_turn = std::none_of(
        open_.begin(), open_.end(), [&](const JobRecord& other) { return other.kind == job.kind; });
    const bool may_run = has_turn || job.is_ending;
    if (works_.contains(job.kind) && may_run) open_.push_back(std::move(job));
  }
  waiting_ = !open_.empty() || stale_;
  return true;
}

bool Jobs::step() {
  failed_ = false;
  if (!load()) {
    failed_ = true;
    return false;
  }
  if (open_.empty()) return false;
  turn_ = (turn_ + 1) % open_.size();
  const bool worked = carry_out(open_[turn_]);
  failed_ = !worked;
  return worked;
}

bool Jobs::carry_out(JobRecord& job) {
  if (job.is_ending) return end(job, JobState::cancelled, {});
  Result<JobSlice> slice = works_.at(job.kind)->step(job);
  if (!slice && is_passing(slice.error())) return try_again(job, slice.error());
  if (!slice) return end(job, JobState::failed, slice.error());
  const bool has_ended = slice->has_ended;
  const Result<bool> stored = store_slice(job, std::move(*slice));
  if (!stored && is_passing(stored.error())) return try_again(job, stored.error());
  if (!stored) return end(job, JobState::failed, stored.error());
  if (!*stored || has_ended) look();
  return true;
}

Result<bool> Jobs::store_slice(JobRecord& job, JobSlice slice) {
  struct Stored {
    JobRecord job;
    bool counts = false;
  };
  // Shared: the task may outlive this call where the store takes no writes.
  const auto stored = std::make_shared<Stored>();
  const auto change =
      [stored, before = job, slice = std::move(slice),
       now = runtime_.clock().now()](store::StateTransaction& transaction) -> Result<void> {
    TRY(present, transaction.job(before.id));
    stored->counts = present && !present->is_ending;
    if (!stored->counts) return {};
    JobRecord reached = slice.job;
    if (slice.also) TRY_VOID(slice.also(transaction, reached));
    JobRecord& next = stored->job = before;
    next.state = slice.has_ended ? JobState::done : JobState::running;
    next.total = reached.total;
    next.done = reached.done;
    next.counts = std::move(reached.counts);
    next.resume = slice.has_ended ? "" : std::move(reached.resume);
    next.result = std::move(reached.result);
    if (!next.started_at) next.started_at = now;
    if (slice.has_ended) next.ended_at = now;
    return transaction.put_job(next);
  };
  TRY_VOID(runtime_.write(change));
  if (stored->counts) job = std::move(stored->job);
  return stored->counts;
}

bool Jobs::end(const JobRecord& job, JobState state, const Error& error) {
  const Result<void> wound_down = works_.at(job.kind)->wind_down(job);
  if (!wound_down && is_passing(wound_down.error())) return try_again(job, wound_down.error());
  if (state == JobState::failed) {
    log::warn("a job failed", {{"job", job.id.value}, {"kind", job.kind}, {"code", error.code}});
  }
  const Result<void> stored =
      runtime_.write([id = job.id, state, error, now = runtime_.clock().now()](
                         store::StateTransaction& transaction) -> Result<void> {
        TRY(present, transaction.job(id));
        if (!present) return {};
        present->state = state;
        present->resume.clear();
        present->error_code = error.code;
        present->error = error.message;
        present->ended_at = now;
        return transaction.put_job(*present);
      });
  look();
  return stored ? true : try_again(job, stored.error());
}

bool Jobs::try_again(const JobRecord& job, const Error& error) {
  if (error.code != "queue_full" && error.code != "stopping") {
    log::warn("a job waits", {{"job", job.id.value}, {"code", error.code}});
  }
  return false;
}

}  // namespace sojourn::runtime
