#include "runtime/export_work.h"

#include "api/body_fields.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/job_json.h"
#include "api/problem.h"
#include "base/json.h"
#include "domain/reaction/rules.h"

namespace sojourn::api::endpoints {
namespace {

/// Before the job is taken: an answer says it better than a job that fails.
Result<void> check_definitions(const reaction::Rules& rules,
                               const runtime::ExportParameters& parameters) {
  const auto unknown = [](std::string_view code, std::string_view field, const std::string& key) {
    return failure({.code = std::string(code),
                    .message = "there is no definition of this key",
                    .field = std::string(field),
                    .value = key});
  };
  if (!parameters.segment.empty() && rules.segment(parameters.segment) == nullptr) {
    return unknown("unknown_segment", "segment", parameters.segment);
  }
  if (!parameters.list.empty() && rules.list(parameters.list) == nullptr) {
    return unknown("unknown_list", "list", parameters.list);
  }
  const std::string& campaign = parameters.recipients.campaign;
  if (!campaign.empty() && rules.campaign(campaign) == nullptr) {
    return unknown("unknown_campaign", "campaign", campaign);
  }
  return {};
}

}  // namespace

Answer begin_export(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(parameters, runtime::read_export_parameters(body));
  TRY_VOID(check_definitions(*context.runtime.rules(), parameters));
  TRY(id,
      context.runtime.jobs().submit(
          runtime::export_kind, runtime::write_export_parameters(parameters), call.caller.name));
  return job_accepted(context, id);
}

Answer get_export_file(Context& context, const Call& call) {
  store::JobRecord job;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, find_job(*view, call));
    job = std::move(found);
  }
  const auto none = [&](std::string message) {
    return failure({.code = "unknown_file",
                    .message = std::move(message),
                    .value = std::to_string(job.id.value)});
  };
  if (job.kind != runtime::export_kind) return none("the job is no export");
  if (job.state != store::JobState::done) return none("the export is not done");
  TRY(value, parse_json(job.parameters));
  TRY(parameters, runtime::read_export_parameters(value));
  const std::string name = runtime::export_file_of(job, parameters);
  TRY(file, context.transfers.map(name));
  if (!file) return none("the file has been kept for a week");
  return download(runtime::content_type_of(parameters.format), name, file->bytes, file->owner);
}

}  // namespace sojourn::api::endpoints
