#include "api/endpoints/inside_choices.h"

#include <fmt/format.h>

#include "api/body_fields.h"
#include "domain/journeys/journey.h"

namespace sojourn::api {
namespace {

using journeys::Inside;

constexpr std::size_t choice_bytes_max = 20;
/// As many as files in a request.
constexpr std::size_t journeys_max = 2'000;

Result<void> read_steps(const Value& value, Inside& inside) {
  const Object* steps = value.as_object();
  if (steps == nullptr) {
    return failure(
        {.code = "wrong_type",
         .message = "steps must be an object: from each step to the one where they go on",
         .field = "steps"});
  }
  if (inside.choice == Inside::Choice::finish || inside.choice == Inside::Choice::leave) {
    return failure({.code = "wrong_member",
                    .message = "steps go with move and replan alone",
                    .field = "steps",
                    .value = std::string(journeys::to_string(inside.choice)),
                    .limit = "move, replan"});
  }
  if (steps->size() > journeys::steps_max) {
    return failure({.code = "too_long",
                    .message = "there are more steps than a journey may have",
                    .field = "steps",
                    .value = std::to_string(steps->size()),
                    .limit = std::to_string(journeys::steps_max)});
  }
  for (const auto& [from, to] : *steps) {
    const std::string* step = to.as_string();
    if (step == nullptr && !to.is_null()) {
      return failure({.code = "wrong_type",
                      .message = "must be the step where they go on, or null: they leave",
                      .field = "steps." + from});
    }
    inside.steps[from] = step == nullptr ? std::string() : *step;
  }
  return {};
}

Result<Inside> read_choice(const Value& value) {
  const Object* object = value.as_object();
  if (object == nullptr) {
    return failure({.code = "wrong_type", .message = "must be an object with choice"});
  }
  TRY(text, required_text(*object, "choice", {.min = 1, .max = choice_bytes_max}));
  const std::optional<Inside::Choice> choice = journeys::inside_choice(text);
  if (!choice) {
    return failure(
        {.code = "unknown_value",
         .message = fmt::format("\"{}\" is none of finish, move, replan and leave", text),
         .field = "choice",
         .value = text,
         .limit = "finish, move, replan, leave"});
  }
  Inside inside{.choice = *choice};
  const Value* steps = object->find("steps");
  if (steps != nullptr && !steps->is_null()) TRY_VOID(read_steps(*steps, inside));
  return inside;
}

}  // namespace

Result<std::map<std::string, Inside, std::less<>>> read_inside(const Object& body) {
  std::map<std::string, Inside, std::less<>> read;
  const Value* value = body.find("inside");
  if (value == nullptr || value->is_null()) return read;
  const Object* object = value->as_object();
  if (object == nullptr || object->size() > journeys_max) {
    return failure({.code = "wrong_type",
                    .message = fmt::format(
                        "inside must be an object of at most {} journeys, by key", journeys_max),
                    .field = "inside",
                    .limit = std::to_string(journeys_max)});
  }
  for (const auto& [journey, choice] : *object) {
    Result<Inside> inside = read_choice(choice);
    if (!inside) {
      Error error = inside.error();
      error.field = error.field.empty() ? "inside." + journey
                                        : fmt::format("inside.{}.{}", journey, error.field);
      return tl::unexpected(std::move(error));
    }
    read[journey] = std::move(*inside);
  }
  return read;
}

}  // namespace sojourn::api
