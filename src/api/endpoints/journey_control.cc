// Journeys are paused and go on, and their experiments are decided by hand.
#include <fmt/format.h>

#include "api/body_fields.h"
#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t choice_bytes_max = 20;
/// Of the name of an arm; a longer one is none.
constexpr std::size_t arm_bytes_max = 1'000;
/// Longer than a week a spread is no flood control any more.
constexpr Duration spread_max = Duration::days(7);

Result<journeys::Overdue::Choice> read_choice(const Object& body) {
  TRY(text, required_text(body, "overdue", {.min = 1, .max = choice_bytes_max}));
  if (const auto choice = journeys::overdue_choice(text)) return *choice;
  return failure({.code = "unknown_value",
                  .message = fmt::format("\"{}\" is none of send, skip and replan", text),
                  .field = "overdue",
                  .value = text,
                  .limit = "send, skip, replan"});
}

Result<Duration> read_spread(const Object& body, journeys::Overdue::Choice choice) {
  TRY(text, optional_text(body, "spread", {.max = choice_bytes_max}));
  if (text.empty()) return Duration{};
  if (choice != journeys::Overdue::Choice::send) {
    return failure({.code = "invalid_duration",
                    .message = "goes with the choice send only",
                    .field = "spread",
                    .value = text});
  }
  Result<Duration> spread = parse_duration(text);
  if (spread && *spread <= spread_max) return *spread;
  return failure({.code = "invalid_duration",
                  .message = "must be a length of time of at most 7 days",
                  .field = "spread",
                  .value = text,
                  .limit = "7d"});
}

}  // namespace

Answer pause_journey(Context& context, const Call& call) {
  TRY_VOID(context.runtime.pause_journey(call.parameter("key"), call.caller.name));
  context.home_stream->note_change();
  return get_journey(context, call);
}

Answer resume_journey(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  journeys::Overdue overdue;
  TRY(choice, read_choice(body));
  overdue.choice = choice;
  TRY(spread, read_spread(body, choice));
  overdue.spread = spread;
  TRY_VOID(context.runtime.resume_journey(call.parameter("key"), overdue, call.caller.name));
  context.home_stream->note_change();
  return get_journey(context, call);
}

Answer declare_winner(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  const Value* named = body.find("arm");
  // To take a winner back is to be said in so many words.
  if (named == nullptr) {
    return failure({.code = "missing_field",
                    .message = "must name the arm, or be null to take the winner back",
                    .field = "arm"});
  }
  reaction::Declaration declaration{.journey = call.parameter("key"),
                                    .step = call.parameter("step"),
                                    .arm = std::nullopt,
                                    .by = call.caller.name};
  if (!named->is_null()) {
    TRY(arm, required_text(body, "arm", {.min = 1, .max = arm_bytes_max}));
    declaration.arm = std::move(arm);
  }
  TRY_VOID(context.runtime.declare_winner(declaration));
  return get_journey(context, call);
}

}  // namespace sojourn::api::endpoints
