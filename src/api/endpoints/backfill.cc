// The pass that brings contacts to what was published: how far it is, and its end on demand.
#include "api/endpoints/building.h"
#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {

Answer get_backfill(Context& context, const Call&) {
  const auto rules = context.runtime.rules();
  TRY(view, context.runtime.store().view());
  TRY(building, Building::read(context.runtime, *rules, *view));
  const bool is_ready = building.state() == Building::State::ready;
  JsonWriter out;
  out.begin_object();
  building.write(out, building.state());
  time_or_null_field(out, "since",
                     is_ready ? std::nullopt : std::optional(context.runtime.backfill().since));
  return json(out.end_object().take());
}

Answer cancel_backfill(Context& context, const Call& call) {
  TRY_VOID(context.runtime.cancel_backfill(call.caller.name));
  context.home_stream->note_change();
  return get_backfill(context, call);
}

Answer start_backfill(Context& context, const Call& call) {
  TRY_VOID(context.runtime.start_backfill(call.caller.name));
  context.home_stream->note_change();
  return get_backfill(context, call);
}

}  // namespace sojourn::api::endpoints
