#include "runtime/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/ensure.h"
#include "channels/inbox/inbox_channel.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

using store::JobId;
using store::JobRecord;
using store::JobState;
using ::testing::ElementsAre;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-jobs-XXXXXX").string();
    ENSURE(mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path;
};

/// What the works of a test saw and are to do; outlives them.
struct Script {
  std::vector<std::string> steps;  ///< `3:17` for a step of job 3 that had done 17
  std::vector<std::uint64_t> wound_down;
  std::optional<Error> error;            ///< of the next step only
  std::function<void()> during = [] {};  ///< called within the next step
};

/// Counts to three, and keeps count in a setting by the same transaction.
class Counting final : public JobWork {
 public:
  explicit Counting(Script& script) : script_(script) {}

  Result<JobSlice> step(const JobRecord& job) override {
    script_.steps.push_back(std::to_string(job.id.value) + ":" + std::to_string(job.done));
    std::exchange(script_.during, [] {})();
    if (const auto error = std::exchange(script_.error, std::nullopt)) {
      return tl::unexpected(*error);
    }
    JobSlice slice{.job = job};
    slice.job.total = 3;
    slice.job.done = job.done + 1;
    slice.job.counts["counted"] = static_cast<std::int64_t>(slice.job.done);
    slice.job.resume = "at " + std::to_string(slice.job.done);
    slice.has_ended = slice.job.done == 3;
    if (slice.has_ended) slice.job.result = R"({"sum":3})";
    slice.also = [](store::StateTransaction& transaction, JobRecord& reached) -> Result<void> {
      reached.counts["stored"] = reached.counts["counted"];
      TRY(before, transaction.setting("sum"));
      return transaction.put_setting("sum", before.value_or("") + "+");
    };
    return slice;
  }
  Result<void> wind_down(const JobRecord& job) override {
    script_.wound_down.push_back(job.id.value);
    return {};
  }

 private:
  Script& script_;
};

class JobsTest : public ::testing::Test {
 protected:
  JobsTest() { open(); }

  /// As after a stop, or a crash: what is in memory is gone.
  void open() {
    runtime_.reset();
    channel_.reset();
    store_.reset();
    store_ = must(store::sql::open_sqlite_store(
        {.folder = folder_.path, .durability = store::Durability::planted_no_fsync}));
    channel_ =
        must(channels::inbox::InboxChannel::create({.folder = folder_.path + "/inbox"}, clock_));
    runtime_ = must(WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = *channel_, .master_key = HashKey{{1}}}, {}));
    jobs().add_kind("count", std::make_unique<Counting>(script_));
    jobs().add_kind("also", std::make_unique<Counting>(script_));
  }
  template <typename T>
  static T must(Result<T> result) {
    if (!result) ADD_FAILURE() << result.error().code << ": " << result.error().message;
    ENSURE(result.has_value());
    return std::move(*result);
  }
  [[nodiscard]] Jobs& jobs() { return runtime_->jobs(); }
  JobId submit(std::string_view kind = "count") {
    return must(jobs().submit(kind, Object{{"a", 1}}, "ann"));
  }
  JobRecord job(JobId id) {
    auto view = must(store_->view());
    return must(view->job(id)).value_or(JobRecord{});
  }
  std::string sum() {
    auto view = must(store_->view());
    return must(view->setting("sum")).value_or("");
  }
  void run() {
    while (jobs().step()) {
    }
  }

  TemporaryFolder folder_;
  ManualClock clock_{{1'800'000'000'000}};
  Script script_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
};

TEST_F(JobsTest, AJobRunsInSlicesToItsEnd) {
  const JobId id = submit();
  EXPECT_EQ(job(id).state, JobState::queued);
  EXPECT_EQ(job(id).parameters, R"({"a":1})");
  EXPECT_TRUE(jobs().step());
  EXPECT_EQ(job(id).state, JobState::running);
  EXPECT_EQ(job(id).done, 1u);
  EXPECT_EQ(job(id).resume, "at 1");
  EXPECT_FALSE(jobs().idle());
  run();
  EXPECT_TRUE(jobs().idle());
  const JobRecord ended = job(id);
  EXPECT_EQ(ended.state, JobState::done);
  EXPECT_EQ(ended.counts.at("counted"), 3);
  EXPECT_EQ(ended.counts.at("stored"), 3);
  EXPECT_EQ(ended.result, R"({"sum":3})");
  EXPECT_EQ(ended.resume, "");
  EXPECT_EQ(ended.created_by, "ann");
  EXPECT_EQ(ended.started_at, clock_.now());
  EXPECT_EQ(ended.ended_at, clock_.now());
  EXPECT_EQ(sum(), "+++");
}

TEST_F(JobsTest, AJobGoesOnAfterARestartWhereItsLastSliceLeftIt) {
  const JobId id = submit();
  jobs().step();
  jobs().step();
  open();
  EXPECT_EQ(job(id).state, JobState::running);
  run();
  EXPECT_THAT(script_.steps, ElementsAre("1:0", "1:1", "1:2"));
  EXPECT_EQ(job(id).state, JobState::done);
  EXPECT_EQ(sum(), "+++");
}

TEST_F(JobsTest, JobsOfOneKindFollowEachOtherAndKindsTakeTurns) {
  submit("count");
  submit("count");
  submit("also");
  run();
  EXPECT_THAT(script_.steps, ElementsAre("3:0", "1:0", "3:1", "1:1", "3:2", "1:2",  //
                                         "2:0", "2:1", "2:2"));
}

TEST_F(JobsTest, ACancelledJobEndsAndKeepsWhatItHasDone) {
  const JobId id = submit();
  jobs().step();
  ASSERT_TRUE(jobs().cancel(id, "ann"));
  EXPECT_TRUE(job(id).is_ending);
  run();
  EXPECT_EQ(job(id).state, JobState::cancelled);
  EXPECT_EQ(job(id).done, 1u);
  EXPECT_EQ(sum(), "+");
  EXPECT_THAT(script_.wound_down, ElementsAre(id.value));
  EXPECT_EQ(jobs().cancel(id, "ann").error().code, "job_ended");
  EXPECT_EQ(jobs().cancel({99}, "ann").error().code, "unknown_job");
}

TEST_F(JobsTest, ACancellationDuringASliceThrowsTheSliceAway) {
  const JobId id = submit();
  submit();
  script_.during = [&] { ASSERT_TRUE(jobs().cancel(id, "ann")); };
  run();
  EXPECT_EQ(job(id).state, JobState::cancelled);
  EXPECT_EQ(job(id).done, 0u);
  EXPECT_EQ(sum(), "+++");  // of the second
}

TEST_F(JobsTest, AQueuedJobIsCancelledWhileAnotherRuns) {
  submit();
  const JobId second = submit();
  jobs().step();
  ASSERT_TRUE(jobs().cancel(second, "ann"));
  run();
  EXPECT_EQ(job(second).state, JobState::cancelled);
  EXPECT_EQ(job({1}).state, JobState::done);
}

TEST_F(JobsTest, ACancellationSurvivesARestart) {
  const JobId id = submit();
  jobs().step();
  ASSERT_TRUE(jobs().cancel(id, "ann"));
  open();
  run();
  EXPECT_EQ(job(id).state, JobState::cancelled);
  EXPECT_EQ(script_.steps.size(), 1u);
}

TEST_F(JobsTest, AnErrorEndsTheJobWithItsCodeAndAPassingOneDoesNot) {
  const JobId id = submit();
  script_.error = Error{.code = "queue_full", .message = "full"};
  EXPECT_FALSE(jobs().step());
  EXPECT_FALSE(jobs().idle());
  EXPECT_EQ(job(id).state, JobState::queued);
  EXPECT_TRUE(jobs().step());
  script_.error = Error{.code = "damaged_file", .message = "line 3 is damaged"};
  EXPECT_TRUE(jobs().step());
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_EQ(job(id).error_code, "damaged_file");
  EXPECT_EQ(job(id).error, "line 3 is damaged");
  EXPECT_EQ(job(id).done, 1u);
  EXPECT_THAT(script_.wound_down, ElementsAre(id.value));
  run();
  EXPECT_TRUE(jobs().idle());
}

TEST_F(JobsTest, AJobOfAKindThatNobodyCarriesOutStaysQueued) {
  const JobId id = submit("unheard-of");
  submit();
  run();
  EXPECT_EQ(job(id).state, JobState::queued);
  EXPECT_EQ(job({2}).state, JobState::done);
  EXPECT_TRUE(jobs().idle());
}

TEST_F(JobsTest, TheNumberOfOpenJobsAndTheirParametersHaveLimits) {
  const std::string long_text(job_parameters_bytes_max, 'x');
  EXPECT_EQ(jobs().submit("count", Object{{"a", long_text}}, "ann").error().code, "too_long");
  for (std::size_t number = 0; number < open_jobs_max; ++number) submit();
  EXPECT_EQ(jobs().submit("count", {}, "ann").error().code, "too_many_jobs");
}

TEST_F(JobsTest, TheThreadWorksWhatIsSubmittedAndStops) {
  runtime_->start();
  const JobId id = submit();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!jobs().idle() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(job(id).state, JobState::done);
  runtime_->stop(Duration::seconds(1));
}

}  // namespace
}  // namespace sojourn::runtime
