#include "api/endpoints/job_json.h"

#include <charconv>

#include "api/json_fields.h"
#include "api/problem.h"

namespace sojourn::api {
namespace {

std::string_view name_of(store::JobState state) {
  switch (state) {
    case store::JobState::queued:
      return "queued";
    case store::JobState::running:
      return "running";
    case store::JobState::done:
      return "done";
    case store::JobState::failed:
      return "failed";
    case store::JobState::cancelled:
      return "cancelled";
  }
  return {};
}

/// An object that the store keeps as JSON; null where it keeps none.
void object_field(JsonWriter& out, std::string_view name, const std::string& json) {
  out.name(name);
  if (json.empty()) {
    out.null();
  } else {
    out.raw(json);
  }
}

}  // namespace

void write_job(JsonWriter& out, const store::JobRecord& job) {
  out.begin_object();
  text_field(out, "id", std::to_string(job.id.value));
  text_field(out, "kind", job.kind);
  text_field(out, "state", name_of(job.state));
  boolean_field(out, "cancelling", job.is_ending && !job.has_ended());
  out.name("total");
  if (job.total) {
    out.number(static_cast<std::int64_t>(*job.total));
  } else {
    out.null();
  }
  count_field(out, "done", job.done);
  out.name("counts").begin_object();
  for (const auto& [name, count] : job.counts) out.name(name).number(count);
  out.end_object();
  object_field(out, "parameters", job.parameters);
  object_field(out, "result", job.result);
  out.name("error");
  if (job.error_code.empty()) {
    out.null();
  } else {
    out.begin_object();
    text_field(out, "code", job.error_code);
    text_field(out, "message", job.error);
    out.end_object();
  }
  text_or_null_field(out, "createdBy", job.created_by);
  time_field(out, "createdAt", job.created_at);
  time_or_null_field(out, "startedAt", job.started_at);
  time_or_null_field(out, "endedAt", job.ended_at);
  out.end_object();
}

Result<store::JobRecord> find_job(store::StateReads& view, const Call& call) {
  const std::string& text = call.parameter("id");
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number =
      problem == std::errc{} && end == text.data() + text.size() && number <= INT64_MAX;
  std::optional<store::JobRecord> job;
  if (is_number) {
    TRY(found, view.job({number}));
    job = std::move(found);
  }
  if (!job) {
    return failure({.code = "unknown_job",
                    .message = "there is no job of this id",
                    .field = "id",
                    .value = text.substr(0, 100)});
  }
  return std::move(*job);
}

Answer job_accepted(Context& context, store::JobId id) {
  TRY(view, context.runtime.store().view());
  TRY(job, view->job(id));
  if (!job) return failure("unknown_job", "the job has gone already");
  JsonWriter out;
  write_job(out, *job);
  return accepted(out.take());
}

}  // namespace sojourn::api
