#include "cli/inside_choices.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

Result<std::pair<std::string, std::string>> halves(const std::string& text, char separator,
                                                   std::string_view shape) {
  const std::size_t middle = text.find(separator);
  if (middle == std::string::npos || middle == 0) {
    return failure({.code = "invalid_option",
                    .message = fmt::format("\"{}\" must have the form {}", text, shape),
                    .value = text,
                    .limit = std::string(shape)});
  }
  return std::pair(text.substr(0, middle), text.substr(middle + 1));
}

const Value* inside_in(const Value& change) {
  const Object* object = change.as_object();
  return object == nullptr ? nullptr : object->find("inside");
}

std::string in_words(const Value& step) {
  const std::string from = shown(step, "step");
  const std::string to = shown(step, "to");
  const std::string fate = shown(step, "fate");
  if (fate == "ends") return "leave";
  if (fate == "stays") return "stay on their version";
  return from == to ? "go on there" : "go on at " + to;
}

}  // namespace

Result<Object> inside_of(const InsideFlags& flags) {
  Object inside;
  for (const std::string& flag : flags.choices) {
    TRY(choice, halves(flag, '=', "JOURNEY=finish|move|replan|leave"));
    inside.set(choice.first, Object{{"choice", choice.second}});
  }
  for (const std::string& flag : flags.steps) {
    constexpr std::string_view shape = "JOURNEY/STEP=STEP";
    TRY(place, halves(flag, '/', shape));
    TRY(ends, halves(place.second, '=', shape));
    const Value* chosen = inside.find(place.first);
    if (chosen == nullptr) {
      return failure(
          {.code = "invalid_option",
           .message = fmt::format("--map {} goes with --inside {}=move", flag, place.first),
           .value = flag});
    }
    Object choice = *chosen->as_object();
    const Value* named = choice.find("steps");
    Object steps = named == nullptr ? Object() : *named->as_object();
    steps.set(ends.first, ends.second.empty() ? Value() : Value(ends.second));
    choice.set("steps", std::move(steps));
    inside.set(place.first, std::move(choice));
  }
  return inside;
}

bool touches_inside(const Value& change) {
  const Value* inside = inside_in(change);
  return inside != nullptr && number_member(*inside, "goOn") + number_member(*inside, "end") > 0;
}

void print_inside(const Value& change) {
  const Value* inside = inside_in(change);
  if (inside == nullptr) return;
  fmt::print("         {}: {} stay on their version, {} go on in the new one, {} leave\n",
             shown(*inside, "choice"), number_member(*inside, "stay"),
             number_member(*inside, "goOn"), number_member(*inside, "end"));
  for (const Value& step : list_member(*inside, "steps")) {
    fmt::print("           {:<20} {:>8} {}\n", shown(step, "step"), number_member(step, "waiting"),
               in_words(step));
  }
}

}  // namespace sojourn::cli
