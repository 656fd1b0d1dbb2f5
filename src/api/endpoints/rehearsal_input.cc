#include "api/endpoints/rehearsal_input.h"

#include <fmt/format.h>

#include "api/body_fields.h"
#include "api/endpoints/definition_files.h"
#include "api/segment_call.h"
#include "domain/events/standard_names.h"

namespace sojourn::api {
namespace {

using simulation::RehearsalRequest;

constexpr std::size_t time_bytes_max = 64;
constexpr std::size_t event_bytes_max = 200;

Result<Timestamp> read_at(const Object& body, Timestamp now) {
  TRY(text, optional_text(body, "at", {.min = 0, .max = time_bytes_max}));
  if (text.empty()) return now;
  const Result<Timestamp> at = parse_timestamp(text);
  if (!at) {
    return failure({.code = "invalid_timestamp",
                    .message = fmt::format("at must be a time, not \"{}\"", text),
                    .field = "at",
                    .value = text});
  }
  if (*at < now || *at > now + rehearsal_ahead_max) {
    return failure({.code = "out_of_range",
                    .message = fmt::format("at is {}, it must be from now to {} ahead", text,
                                           format_duration(rehearsal_ahead_max)),
                    .field = "at",
                    .value = text,
                    .limit = format_duration(rehearsal_ahead_max)});
  }
  return *at;
}

Result<RehearsalRequest::Answer> read_answer(const Object& body) {
  using enum RehearsalRequest::Answer;
  TRY(text, optional_text(body, "answers", {.min = 0, .max = time_bytes_max}));
  if (text.empty() || text == "nothing") return nothing;
  if (text == "open") return open;
  if (text == "click") return click;
  return failure({.code = "unknown_value",
                  .message = "answers must be nothing, open or click",
                  .field = "answers",
                  .value = text});
}

Error at_item(Error error, std::size_t index) {
  error.field = fmt::format("events[{}].{}", index, error.field);
  error.message = fmt::format("events[{}]: {}", index, error.message);
  return error;
}

Result<RehearsalRequest::Act> read_act(const Object& item) {
  RehearsalRequest::Act act;
  TRY(after, required_text(item, "after", {.min = 1, .max = time_bytes_max}));
  const Result<Duration> length = parse_duration(after);
  if (!length || *length > simulation::rehearsal_length_max) {
    return failure(
        {.code = "out_of_range",
         .message = fmt::format("after must be a length of time of at most {}, not {}",
                                format_duration(simulation::rehearsal_length_max), after),
         .field = "after",
         .value = after,
         .limit = format_duration(simulation::rehearsal_length_max)});
  }
  act.after = *length;
  TRY(name, required_text(item, "name", {.min = 1, .max = event_bytes_max}));
  act.event = std::move(name);
  if (events::names::is_reserved(act.event)) {
    return failure({.code = "reserved_event_name",
                    .message = fmt::format("\"{}\" is written by Sojourn alone", act.event),
                    .field = "name",
                    .value = act.event});
  }
  TRY(properties, optional_object(item, "properties"));
  act.properties = std::move(properties);
  return act;
}

Result<std::vector<RehearsalRequest::Act>> read_acts(const Object& body) {
  std::vector<RehearsalRequest::Act> acts;
  const Value* value = body.find("events");
  if (value == nullptr || value->is_null()) return acts;
  const Value::List* items = value->as_list();
  if (items == nullptr) {
    return failure({.code = "wrong_type", .message = "events must be a list", .field = "events"});
  }
  if (items->size() > simulation::rehearsal_acts_max) {
    return failure({.code = "out_of_range",
                    .message = fmt::format("events has {} items, the limit is {}", items->size(),
                                           simulation::rehearsal_acts_max),
                    .field = "events",
                    .value = std::to_string(items->size()),
                    .limit = std::to_string(simulation::rehearsal_acts_max)});
  }
  for (std::size_t index = 0; index < items->size(); ++index) {
    const Object* item = (*items)[index].as_object();
    if (item == nullptr) {
      return failure({.code = "wrong_type",
                      .message = fmt::format("events[{}] must be an object", index),
                      .field = fmt::format("events[{}]", index)});
    }
    Result<RehearsalRequest::Act> act = read_act(*item);
    if (!act) return failure(at_item(std::move(act.error()), index));
    acts.push_back(std::move(*act));
  }
  return acts;
}

}  // namespace

Result<RehearsalInput> read_rehearsal(const Object& body, const std::string& journey,
                                      Timestamp now) {
  RehearsalInput input;
  input.request.journey = journey;
  TRY(contact, required_text(body, "contact", {.min = 1, .max = identifier_bytes_max}));
  input.contact = std::move(contact);
  TRY(at, read_at(body, now));
  input.request.at = at;
  TRY(files, read_definition_files(body, Presence::optional));
  input.files = std::move(files);
  TRY(data, optional_object(body, "data"));
  input.request.data = std::move(data);
  TRY(answer, read_answer(body));
  input.request.answer = answer;
  TRY(acts, read_acts(body));
  input.request.acts = std::move(acts);
  return input;
}

}  // namespace sojourn::api
