#include <gmock/gmock.h>

#include "conformance/store_conformance.h"

namespace sojourn::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

JobRecord sample_job(std::uint64_t number) {
  JobRecord job;
  job.id = {number};
  job.kind = number % 2 == 0 ? "export" : "import";
  job.parameters = R"({"upload":"u"})";
  job.created_by = "ann@example.com";
  job.created_at = {static_cast<std::int64_t>(number)};
  return job;
}

std::vector<std::uint64_t> ids_of(const std::vector<JobRecord>& jobs) {
  std::vector<std::uint64_t> ids;
  for (const JobRecord& job : jobs) ids.push_back(job.id.value);
  return ids;
}

TEST_P(StoreConformance, JobComesBackAsItWasPut) {
  JobRecord job = sample_job(1);
  commit([&](StateTransaction& state) {
    EXPECT_EQ(value_of(state.next_job_id()), JobId{1});
    must(state.put_job(job));
    EXPECT_EQ(value_of(state.next_job_id()), JobId{2});
  });
  EXPECT_EQ(value_of(view()->job({1})), job);
  EXPECT_EQ(value_of(view()->job({2})), std::nullopt);

  job.state = JobState::running;
  job.is_ending = true;
  job.total = 20'000;
  job.done = 278;
  job.counts = {{"bad", 278}, {"new", 0}};
  job.resume = std::string("\0\xff\x80 bytes", 9);
  job.started_at = Timestamp{-5};
  commit([&](StateTransaction& state) { must(state.put_job(job)); });
  EXPECT_EQ(value_of(view()->job({1})), job);

  job.state = JobState::failed;
  job.resume = "";
  job.result = "{}";
  job.error_code = "disk_full";
  job.error = "no room";
  job.ended_at = Timestamp{7};
  commit([&](StateTransaction& state) { must(state.put_job(job)); });
  reopen();
  EXPECT_EQ(value_of(view()->job({1})), job);
}

TEST_P(StoreConformance, JobsAreListedNewestFirstByKindAndFromAPlaceOn) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= 5; ++number) must(state.put_job(sample_job(number)));
  });
  const auto listed = [&](const StateReads::JobQuery& query) {
    return ids_of(value_of(view()->list_jobs(query)));
  };
  EXPECT_THAT(listed({.limit = 2}), ElementsAre(5, 4));
  EXPECT_THAT(listed({.before = JobId{4}, .limit = 2}), ElementsAre(3, 2));
  EXPECT_THAT(listed({.before = JobId{2}, .limit = 2}), ElementsAre(1));
  EXPECT_THAT(listed({.kind = "export"}), ElementsAre(4, 2));
  EXPECT_THAT(listed({.kind = "other"}), IsEmpty());
}

TEST_P(StoreConformance, JobListsLeaveOutHowToResume) {
  JobRecord job = sample_job(1);
  job.resume = "place";
  commit([&](StateTransaction& state) { must(state.put_job(job)); });
  EXPECT_EQ(value_of(view()->list_jobs({})).at(0).resume, "");
  EXPECT_EQ(value_of(view()->open_jobs(1)).at(0).resume, "place");
}

TEST_P(StoreConformance, OpenJobsAreThoseThatHaveNotEndedOldestFirst) {
  const std::pair<std::uint64_t, JobState> jobs[] = {
      {1, JobState::done},   {2, JobState::running},   {3, JobState::failed},
      {4, JobState::queued}, {5, JobState::cancelled}, {6, JobState::queued}};
  commit([&](StateTransaction& state) {
    for (const auto& [number, job_state] : jobs) {
      JobRecord job = sample_job(number);
      job.state = job_state;
      must(state.put_job(job));
    }
  });
  EXPECT_THAT(ids_of(value_of(view()->open_jobs(10))), ElementsAre(2, 4, 6));
  EXPECT_THAT(ids_of(value_of(view()->open_jobs(2))), ElementsAre(2, 4));
}

constexpr std::uint64_t all = INT64_MAX;

ImportChange sample_change(std::uint64_t job, std::uint64_t row) {
  return {.job = {job},
          .row = row,
          .contact = sample_id(row),
          .has_created = row % 2 == 0,
          .before = R"({"plan":null})"};
}

TEST_P(StoreConformance, WhatAnImportChangedComesLastFirstAndGoesByPages) {
  commit([&](StateTransaction& state) {
    for (const std::uint64_t row : {3, 1, 2, 1})
      must(state.put_import_change(sample_change(1, row)));
    must(state.put_import_change(sample_change(2, 9)));
  });
  EXPECT_THAT(value_of(view()->import_changes({1}, all, 2)),
              ElementsAre(sample_change(1, 3), sample_change(1, 2)));
  EXPECT_THAT(value_of(view()->import_changes({1}, 2, 2)), ElementsAre(sample_change(1, 1)));
  commit([&](StateTransaction& state) {
    EXPECT_EQ(value_of(state.remove_import_changes({1}, 2)), 2u);
    EXPECT_EQ(value_of(state.remove_import_changes({1}, 2)), 1u);
    EXPECT_EQ(value_of(state.remove_import_changes({1}, 2)), 0u);
  });
  EXPECT_THAT(value_of(view()->import_changes({1}, all, 9)), IsEmpty());
  EXPECT_THAT(value_of(view()->import_changes({2}, all, 9)), ElementsAre(sample_change(2, 9)));
}

TEST_P(StoreConformance, ErasureTakesWhatImportsChangedInTheContact) {
  commit([&](StateTransaction& state) {
    must(state.put_contact(sample_contact(1)));
    must(state.put_import_change(sample_change(1, 1)));
    must(state.put_import_change(sample_change(1, 2)));
  });
  commit([&](StateTransaction& state) { must(state.erase_contact(sample_id(1))); });
  EXPECT_THAT(value_of(view()->import_changes({1}, all, 9)), ElementsAre(sample_change(1, 2)));
}

TEST_P(StoreConformance, ContactsAreFoundByTheirWholeEmail) {
  commit([&](StateTransaction& state) {
    for (const std::uint64_t number : {1, 2, 3}) must(state.put_contact(sample_contact(number)));
    ContactRecord twin = sample_contact(4);
    twin.email = sample_contact(1).email;
    must(state.put_contact(twin));
    ContactRecord nameless = sample_contact(5);
    nameless.email = "";
    must(state.put_contact(nameless));
  });
  const auto found = [&](std::string_view email, std::size_t limit) {
    return value_of(view()->contacts_with_email(email, limit));
  };
  EXPECT_THAT(found(sample_contact(2).email, 9), ElementsAre(sample_id(2)));
  EXPECT_THAT(found(sample_contact(1).email, 9),
              ::testing::UnorderedElementsAre(sample_id(1), sample_id(4)));
  EXPECT_EQ(found(sample_contact(1).email, 1).size(), 1u);
  EXPECT_THAT(found(sample_contact(2).email.substr(1), 9), IsEmpty());
  std::string shouted = sample_contact(2).email;
  for (char& each : shouted) each = static_cast<char>(std::toupper(each));
  EXPECT_NE(shouted, sample_contact(2).email);
  EXPECT_THAT(found(shouted, 9), ElementsAre(sample_id(2)));
  EXPECT_THAT(found("", 9), IsEmpty());
}

}  // namespace
}  // namespace sojourn::store
