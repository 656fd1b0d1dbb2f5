#include "api/endpoints/backtest_work.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "api/endpoints/backtest_input.h"
#include "api/endpoints/backtest_json.h"
#include "base/json.h"

namespace sojourn::api {
namespace {

/// How long a slice waits for the replay: other jobs have their turn as often.
constexpr std::chrono::milliseconds slice_time{100};
/// The whole of a replay: one of them is what a progress bar can show.
constexpr std::uint64_t parts = 1'000;

Result<runtime::BacktestRequest> request_of(const store::JobRecord& job, Timestamp now) {
  TRY(value, parse_json(job.parameters));
  const Object* object = value.as_object();
  const Value* journey = object == nullptr ? nullptr : object->find("journey");
  const std::string* key = journey == nullptr ? nullptr : journey->as_string();
  if (key == nullptr) return failure("damaged_job", "the job's parameters cannot be read");
  return read_backtest_request(*object, *key, now);
}

}  // namespace

class BacktestWork::Replay {
 public:
  Replay(runtime::Runtime& runtime, store::JobId job, runtime::BacktestRequest request,
         std::unique_ptr<BacktestTurn> turn)
      : job_(job),
        request_(std::move(request)),
        turn_(std::move(turn)),
        thread_([this, &runtime] { run(runtime); }) {}
  ~Replay() {
    goes_on_ = false;
    thread_.join();
  }
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  [[nodiscard]] store::JobId job() const { return job_; }
  [[nodiscard]] double share() const { return share_; }
  /// Absent where the replay is not over after so long. To be called until it is there, once.
  std::optional<Result<runtime::BacktestAnswer>> wait(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, longest, [this] { return answer_.has_value(); });
    return std::exchange(answer_, std::nullopt);
  }

 private:
  void run(runtime::Runtime& runtime) {
    Result<runtime::BacktestAnswer> answer = runtime::run_backtest(
        runtime.store(), runtime.master_key(), request_, [this](double share) {
          share_ = share;
          return goes_on_.load();
        });
    {
      const std::lock_guard lock(mutex_);
      answer_ = std::move(answer);
    }
    ended_.notify_all();
  }

  const store::JobId job_;
  const runtime::BacktestRequest request_;
  const std::unique_ptr<BacktestTurn> turn_;  ///< held until the thread has ended
  std::atomic<double> share_ = 0;
  std::atomic<bool> goes_on_ = true;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<Result<runtime::BacktestAnswer>> answer_;  // guarded by mutex_
  std::thread thread_;                                     ///< last: it uses the others
};

Object backtest_parameters(Object body, const runtime::BacktestRequest& request) {
  body.erase("job");
  body.set("journey", request.journey);
  body.set("since", format_timestamp(request.since));
  body.set("until", format_timestamp(request.until));
  return body;
}

BacktestWork::BacktestWork(runtime::Runtime& runtime) : runtime_(runtime) {}

BacktestWork::~BacktestWork() = default;

Result<runtime::JobSlice> BacktestWork::step(const store::JobRecord& job) {
  if (replay_ != nullptr && replay_->job() != job.id) replay_.reset();
  if (replay_ == nullptr) {
    TRY(request, request_of(job, runtime_.clock().now()));
    auto turn = std::make_unique<BacktestTurn>();
    if (!turn->mine()) return failure("busy", "another backtest is running");
    replay_ = std::make_unique<Replay>(runtime_, job.id, std::move(request), std::move(turn));
  }
  runtime::JobSlice slice{.job = job};
  std::optional<Result<runtime::BacktestAnswer>> answer = replay_->wait(slice_time);
  slice.job.total = parts;
  const auto done = static_cast<std::uint64_t>(replay_->share() * static_cast<double>(parts));
  slice.job.done = std::min(done, parts);
  if (!answer) return slice;
  replay_.reset();
  if (!*answer) return tl::unexpected((*answer).error());
  if (!(*answer)->problems.empty()) return failure(error_of_problems(**answer));
  JsonWriter out;
  write_backtest(out, **answer);
  slice.job.done = parts;
  slice.job.result = out.take();
  slice.has_ended = true;
  return slice;
}

Result<void> BacktestWork::wind_down(const store::JobRecord& job) {
  if (replay_ != nullptr && replay_->job() == job.id) replay_.reset();
  return {};
}

}  // namespace sojourn::api
