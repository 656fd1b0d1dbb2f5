#include "api/body_fields.h"
#include "api/endpoints/audit.h"
#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t time_bytes_max = 64;

net::Response clock_answer(const Context& context, Timestamp now) {
  JsonWriter out;
  out.begin_object();
  time_field(out, "now", now);
  boolean_field(out, "virtual", context.runtime.clock_is_virtual());
  return json(out.end_object().take());
}

/// Exactly one of `advance` and `to`.
Result<Timestamp> read_target(const Object& body, Timestamp now) {
  TRY(advance, optional_text(body, "advance", {.min = 0, .max = time_bytes_max}));
  TRY(to, optional_text(body, "to", {.min = 0, .max = time_bytes_max}));
  if (advance.empty() == to.empty()) {
    return failure({.code = "missing_field",
                    .message = "exactly one of advance and to must be given",
                    .field = "advance"});
  }
  if (advance.empty()) {
    const Result<Timestamp> time = parse_timestamp(to);
    if (time) return *time;
    return failure({.code = "invalid_timestamp",
                    .message = "to is no time of RFC 3339",
                    .field = "to",
                    .value = to});
  }
  const Result<Duration> step = parse_duration(advance);
  if (step) return now + *step;
  return failure({.code = "invalid_duration",
                  .message = "advance is no length of time",
                  .field = "advance",
                  .value = advance});
}

}  // namespace

Answer get_clock(Context& context, const Call&) {
  return clock_answer(context, context.runtime.clock().now());
}

Answer advance_clock(Context& context, const Call& call) {
  if (!context.runtime.clock_is_virtual()) {
    return failure("clock_is_real", "this server runs with the real clock");
  }
  TRY(body, read_body_object(call.request));
  const Timestamp now = context.runtime.clock().now();
  TRY(target, read_target(body, now));
  if (target < now) {
    return failure({.code = "time_in_past",
                    .message = "the clock stands later already",
                    .value = format_timestamp(target),
                    .limit = format_timestamp(now)});
  }
  TRY_VOID(write_audit(
      context, call,
      {.action = "clock.advance", .object = "clock", .detail = format_timestamp(target)}));
  TRY(reached, context.runtime.advance_clock(target));
  context.home_stream->note_change();
  return clock_answer(context, reached);
}

}  // namespace sojourn::api::endpoints
