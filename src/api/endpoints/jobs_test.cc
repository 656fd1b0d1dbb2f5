#include "runtime/jobs.h"

#include "api/testing/fake_runtime.h"

namespace sojourn::api {
namespace {

/// Ends at once.
class Instant final : public runtime::JobWork {
 public:
  Result<runtime::JobSlice> step(const store::JobRecord& job) override {
    runtime::JobSlice slice{.job = job, .has_ended = true};
    slice.job.total = 2;
    slice.job.done = 2;
    slice.job.counts = {{"new", 1}, {"bad", 1}};
    slice.job.result = R"({"file":"x.csv"})";
    return slice;
  }
};

class Jobs : public testing::ApiTest {
 protected:
  void submit(std::string_view kind) {
    ASSERT_TRUE(runtime_.jobs().submit(kind, Object{{"a", 1}}, "ann@example.com"));
  }
};

TEST_F(Jobs, AreShownWithTheirProgressAndResult) {
  runtime_.jobs().add_kind("import", std::make_unique<Instant>());
  submit("import");
  const net::Response queued = get("/api/v1/jobs/1");
  EXPECT_EQ(queued.status, 200);
  EXPECT_EQ(at(queued, "state"), "\"queued\"");
  EXPECT_EQ(at(queued, "total"), "null");
  EXPECT_EQ(at(queued, "result"), "null");
  EXPECT_EQ(at(queued, "error"), "null");
  EXPECT_EQ(at(queued, "parameters"), R"({"a":1})");
  ASSERT_TRUE(runtime_.jobs().step());
  const net::Response done = get("/api/v1/jobs/1");
  EXPECT_EQ(at(done, "state"), "\"done\"");
  EXPECT_EQ(at(done, "counts"), R"({"bad":1,"new":1})");
  EXPECT_EQ(at(done, "result.file"), "\"x.csv\"");
  EXPECT_EQ(at(done, "createdBy"), "\"ann@example.com\"");
}

TEST_F(Jobs, AreListedNewestFirstInPagesAndByKind) {
  for (const char* kind : {"import", "export", "import"}) submit(kind);
  const net::Response first = get("/api/v1/jobs", "limit=2");
  EXPECT_EQ(at(first, "items.0.id"), "\"3\"");
  EXPECT_EQ(at(first, "items.1.id"), "\"2\"");
  const std::string next = at(first, "next");
  const net::Response second =
      get("/api/v1/jobs", "limit=2&cursor=" + next.substr(1, next.size() - 2));
  EXPECT_EQ(at(second, "items.0.id"), "\"1\"");
  EXPECT_EQ(at(second, "next"), "null");
  EXPECT_EQ(at(get("/api/v1/jobs", "kind=export"), "items.0.id"), "\"2\"");
  EXPECT_EQ(code_of(get("/api/v1/jobs", "limit=201")), "limit_out_of_range");
}

TEST_F(Jobs, AreCancelledOnce) {
  runtime_.jobs().add_kind("import", std::make_unique<Instant>());
  submit("import");
  const net::Response cancelled = post("/api/v1/jobs/1/cancel", "");
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(at(cancelled, "cancelling"), "true");
  while (runtime_.jobs().step()) {
  }
  EXPECT_EQ(at(get("/api/v1/jobs/1"), "state"), "\"cancelled\"");
  EXPECT_EQ(code_of(post("/api/v1/jobs/1/cancel", "")), "job_ended");
}

TEST_F(Jobs, OfNoSuchIdAreUnknown) {
  for (const char* id : {"1", "0", "x", "-1", "99999999999999999999"}) {
    EXPECT_EQ(code_of(get("/api/v1/jobs/" + std::string(id))), "unknown_job") << id;
    EXPECT_EQ(code_of(post("/api/v1/jobs/" + std::string(id) + "/cancel", "")), "unknown_job");
  }
}

}  // namespace
}  // namespace sojourn::api
