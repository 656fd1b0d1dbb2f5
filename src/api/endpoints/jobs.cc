#include "runtime/jobs.h"

#include <charconv>

#include "api/endpoints/endpoints.h"
#include "api/endpoints/job_json.h"
#include "api/paging.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {

Answer list_jobs(Context& context, const Call& call) {
  const std::string kind = call.request.query_parameter("kind").value_or("");
  TRY(page, read_page(call.request, "jobs\n" + kind));
  store::StateReads::JobQuery query;
  query.kind = kind;
  // One more than asked tells whether there is a next page.
  query.limit = static_cast<std::size_t>(page.limit) + 1;
  if (!page.place.empty()) {
    store::JobId before;
    std::from_chars(page.place.data(), page.place.data() + page.place.size(), before.value);
    query.before = before;
  }
  TRY(view, context.runtime.store().view());
  TRY(jobs, view->list_jobs(query));
  std::string place;
  if (std::ssize(jobs) > page.limit) {
    jobs.pop_back();
    place = std::to_string(jobs.back().id.value);
  }
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const store::JobRecord& job : jobs) write_job(out, job);
  out.end_list();
  write_next(out, page, place);
  return json(out.end_object().take());
}

Answer get_job(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(job, find_job(*view, call));
  JsonWriter out;
  write_job(out, job);
  return json(out.take());
}

Answer cancel_job(Context& context, const Call& call) {
  store::JobId id;
  {
    TRY(view, context.runtime.store().view());
    TRY(job, find_job(*view, call));
    id = job.id;
  }
  TRY_VOID(context.runtime.jobs().cancel(id, call.caller.name));
  return get_job(context, call);
}

}  // namespace sojourn::api::endpoints
