#include "cli/job_wait.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

/// How often a running job is looked at. The API tells of a job only who asks.
constexpr std::chrono::milliseconds look_interval{250};

}  // namespace

ProgressLine::ProgressLine() : is_shown_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const std::string& text) {
  if (!is_shown_) return;
  fmt::print(stderr, "\r\x1b[K{}", text);
  has_text_ = true;
}

void ProgressLine::clear() {
  if (has_text_) fmt::print(stderr, "\r\x1b[K");
  has_text_ = false;
}

Result<Value> wait_for_job(const Server& server, const std::string& id, ProgressLine& progress) {
  const auto begin = std::chrono::steady_clock::now();
  while (true) {
    TRY(job, get(server, "/api/v1/jobs/" + id));
    const std::string state = shown(job, "state");
    if (state != "queued" && state != "running") {
      progress.clear();
      if (state == "done") return job;
      const Object* object = job.as_object();
      const Value* wrong = object == nullptr ? nullptr : object->find("error");
      const std::string error = wrong == nullptr ? std::string() : shown(*wrong, "message");
      return failure(state, fmt::format("job {} {} {}", id,
                                        state == "failed" ? "failed:" : "was cancelled", error));
    }
    const std::int64_t done = number_member(job, "done");
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
    progress.show(fmt::format("job {}: {} of {} after {} s", id, done,
                              std::max(done, number_member(job, "total")), elapsed.count()));
    std::this_thread::sleep_for(look_interval);
  }
}

}  // namespace sojourn::cli
