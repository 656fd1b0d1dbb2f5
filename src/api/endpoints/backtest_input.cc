#include "api/endpoints/backtest_input.h"

#include <fmt/format.h>

#include <atomic>

#include "api/body_fields.h"
#include "api/endpoints/definition_files.h"
#include "api/endpoints/plan_json.h"

namespace sojourn::api {
namespace {

using runtime::BacktestRequest;

constexpr std::size_t time_bytes_max = 64;
constexpr std::string_view since_default = "90d";

Error at_field(Error error, std::string_view field) {
  error.field = field;
  return error;
}

/// RFC 3339, or a length of time before `now`. `now` where the field is absent.
Result<Timestamp> read_instant(const Object& body, std::string_view field, Timestamp now,
                               std::string_view otherwise) {
  TRY(given, optional_text(body, field, {.min = 1, .max = time_bytes_max}));
  const std::string text = given.empty() ? std::string(otherwise) : given;
  if (text.empty()) return now;
  if (const Result<Duration> ago = parse_duration(text)) return now - *ago;
  Result<Timestamp> time = parse_timestamp(text);
  if (time) return time;
  return failure(
      {.code = "invalid_timestamp",
       .message = fmt::format("{} must be a time, or a length of time such as 90d, not \"{}\"",
                              field, text),
       .field = std::string(field),
       .value = text});
}

/// A share from 0 to 1; absent where the field is.
Result<std::optional<double>> read_share(const Object& body, std::string_view field) {
  const Value* value = body.find(field);
  if (value == nullptr || value->is_null()) return std::optional<double>();
  if (!value->is_number()) {
    return failure(at_field(
        {.code = "wrong_type", .message = fmt::format("{} must be a number", field)}, field));
  }
  if (value->number() < 0 || value->number() > 1) {
    return failure(
        {.code = "out_of_range",
         .message = fmt::format("{} is {}, it must be from 0 to 1", field, value->number()),
         .field = std::string(field),
         .value = fmt::format("{}", value->number()),
         .limit = "1"});
  }
  return std::optional(value->number());
}

Result<BacktestRequest::Others> read_others(const Object& body) {
  TRY(text, optional_text(body, "others", {.min = 0, .max = time_bytes_max}));
  if (text.empty() || text == "as_sent") return BacktestRequest::Others::as_sent;
  if (text == "replayed") return BacktestRequest::Others::replayed;
  return failure({.code = "unknown_value",
                  .message = "others must be as_sent or replayed",
                  .field = "others",
                  .value = text});
}

}  // namespace

Result<BacktestRequest> read_backtest_request(const Object& body, const std::string& journey,
                                              Timestamp now) {
  BacktestRequest request{.journey = journey, .since = now, .until = now};
  TRY(until, read_instant(body, "until", now, ""));
  request.until = until;
  TRY(since, read_instant(body, "since", until, since_default));
  request.since = since;
  TRY(files, read_definition_files(body, Presence::optional));
  request.definitions.files = std::move(files);
  TRY(open_rate, read_share(body, "openRate"));
  request.open_rate = open_rate;
  TRY(click_rate, read_share(body, "clickRate"));
  request.click_rate = click_rate;
  TRY(others, read_others(body));
  request.others = others;
  TRY(as_happened, optional_boolean(body, "answersAsHappened"));
  if (as_happened) request.answers = simulation::BacktestSettings::Answers::as_happened;
  return request;
}

Error error_of_problems(const runtime::BacktestAnswer& answer) {
  const runtime::DefinitionProblem& first = answer.problems.front();
  const bool is_unknown =
      answer.problems.size() == 1 && first.code == "unknown_journey" && first.file.empty();
  return {.code = is_unknown ? "unknown_journey" : "definitions_invalid",
          .message = is_unknown ? first.message : problems_in_words(answer.problems)};
}

namespace {

std::atomic<bool> is_running = false;

}  // namespace

BacktestTurn::BacktestTurn() : mine_(!is_running.exchange(true)) {}

BacktestTurn::~BacktestTurn() {
  if (mine_) is_running = false;
}

}  // namespace sojourn::api
