#include "api/endpoints/backtest.h"

#include "api/body_fields.h"
#include "api/endpoints/backtest_input.h"
#include "api/endpoints/backtest_json.h"
#include "api/endpoints/backtest_work.h"
#include "api/endpoints/job_json.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {

Answer backtest_journey(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  const std::string& journey = call.parameter("key");
  TRY(request, read_backtest_request(body, journey, context.runtime.clock().now()));
  TRY(as_job, optional_boolean(body, "job"));
  if (as_job) {
    TRY(id, context.runtime.jobs().submit(
                backtest_kind, backtest_parameters(std::move(body), request), call.caller.name));
    return job_accepted(context, id);
  }
  const BacktestTurn turn;
  if (!turn.mine()) {
    return failure("backtest_running", "another backtest is running, the limit is one at a time");
  }
  TRY(answer,
      runtime::run_backtest(context.runtime.store(), context.runtime.master_key(), request, {}));
  if (!answer.problems.empty()) return failure(error_of_problems(answer));
  JsonWriter out;
  write_backtest(out, answer);
  return json(out.take());
}

}  // namespace sojourn::api::endpoints
