#include "store/sql/jobs.h"

#include <algorithm>

#include "base/json.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Connection;
using driver::Parameter;
using driver::Row;
using driver::Sql;

constexpr Sql one_sql =
    "SELECT id, kind, state, is_ending, total, done, counts, resume, parameters, result,"
    " error_code, error, created_by, created_at, started_at, ended_at"
    " FROM job WHERE workspace = ?1 AND id = ?2";
// `resume` is for who carries the job out; lists leave it out, as it may be large.
constexpr Sql list_sql =
    "SELECT id, kind, state, is_ending, total, done, counts, '', parameters, result,"
    " error_code, error, created_by, created_at, started_at, ended_at"
    " FROM job WHERE workspace = ?1 AND id < ?2 AND (?3 = '' OR kind = ?3)"
    " ORDER BY id DESC LIMIT ?4";
constexpr Sql open_sql =
    "SELECT id, kind, state, is_ending, total, done, counts, resume, parameters, result,"
    " error_code, error, created_by, created_at, started_at, ended_at"
    " FROM job WHERE workspace = ?1 AND state IN (0, 1) ORDER BY id LIMIT ?2";
constexpr Sql newest_sql = "SELECT coalesce(max(id), 0) FROM job WHERE workspace = ?1";
constexpr Sql write_sql =
    "INSERT INTO job (workspace, id, kind, state, is_ending, total, done, counts, resume,"
    " parameters, result, error_code, error, created_by, created_at, started_at, ended_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
    " ON CONFLICT (workspace, id) DO UPDATE SET kind = excluded.kind, state = excluded.state,"
    " is_ending = excluded.is_ending, total = excluded.total, done = excluded.done,"
    " counts = excluded.counts, resume = excluded.resume, parameters = excluded.parameters,"
    " result = excluded.result, error_code = excluded.error_code, error = excluded.error,"
    " created_by = excluded.created_by, created_at = excluded.created_at,"
    " started_at = excluded.started_at, ended_at = excluded.ended_at";

std::string write_counts(const std::map<std::string, std::int64_t>& counts) {
  Object object;
  for (const auto& [name, count] : counts) object.append(name, Value(count));
  return to_json(object);
}

std::map<std::string, std::int64_t> read_counts(Row& row, int column) {
  std::map<std::string, std::int64_t> counts;
  const Result<Value> value = parse_json(row.view(column));
  const Object* object = value ? value->as_object() : nullptr;
  if (object == nullptr) {
    row.mark_damaged();
    return counts;
  }
  for (const auto& [name, count] : *object) {
    const std::int64_t* number = count.as_integer();
    if (number == nullptr) row.mark_damaged();
    counts[name] = number == nullptr ? 0 : *number;
  }
  return counts;
}

JobState read_state(Row& row, int column) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number > static_cast<std::int64_t>(JobState::cancelled)) {
    row.mark_damaged();
    return JobState::failed;
  }
  return static_cast<JobState>(number);
}

JobRecord record_of(Row& row) {
  JobRecord job;
  job.id = {row.number<std::uint64_t>(0)};
  job.kind = row.text(1);
  job.state = read_state(row, 2);
  job.is_ending = row.integer(3) != 0;
  if (!row.is_null(4)) job.total = row.number<std::uint64_t>(4);
  job.done = row.number<std::uint64_t>(5);
  job.counts = read_counts(row, 6);
  job.resume = row.text(7);
  job.parameters = row.text(8);
  job.result = row.text(9);
  job.error_code = row.text(10);
  job.error = row.text(11);
  job.created_by = row.text(12);
  job.created_at = row.time(13);
  job.started_at = row.optional_time(14);
  job.ended_at = row.optional_time(15);
  return job;
}

}  // namespace

Result<std::optional<JobRecord>> read_job(Connection& connection, JobId id) {
  std::optional<JobRecord> job;
  TRY_VOID(
      query(connection, one_sql, {workspace, id.value}, [&](Row& row) { job = record_of(row); }));
  return job;
}

Result<std::vector<JobRecord>> list_jobs(Connection& connection,
                                         const StateReads::JobQuery& wanted) {
  std::vector<JobRecord> jobs;
  const std::uint64_t before = wanted.before ? wanted.before->value : std::uint64_t{INT64_MAX};
  TRY_VOID(query(connection, list_sql,
                 {workspace, before, wanted.kind, static_cast<std::uint64_t>(wanted.limit)},
                 [&](Row& row) { jobs.push_back(record_of(row)); }));
  return jobs;
}

Result<std::vector<JobRecord>> read_open_jobs(Connection& connection, std::size_t limit) {
  std::vector<JobRecord> jobs;
  TRY_VOID(query(connection, open_sql, {workspace, limit},
                 [&](Row& row) { jobs.push_back(record_of(row)); }));
  return jobs;
}

Result<JobId> read_newest_job_id(Connection& connection) {
  JobId id;
  TRY_VOID(query(connection, newest_sql, {workspace},
                 [&](const Row& row) { id = {row.number<std::uint64_t>(0)}; }));
  return id;
}

Result<void> write_job(Connection& connection, const JobRecord& job) {
  const std::string counts = write_counts(job.counts);
  return post(connection, write_sql,
              {workspace, job.id.value, job.kind, static_cast<int>(job.state),
               job.is_ending ? 1 : 0, job.total ? Parameter(*job.total) : std::nullopt, job.done,
               counts, Bytes{job.resume}, job.parameters, job.result, job.error_code, job.error,
               job.created_by, job.created_at, job.started_at, job.ended_at});
}

}  // namespace sojourn::store::sql
