#include "cli/pause.h"

#include <fmt/format.h>

namespace sojourn::cli {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

std::string path_of(const std::string& journey, std::string_view action) {
  return fmt::format("/api/v1/journeys/{}/{}", percent_encoded(journey), action);
}

/// How many are inside, of a journey as the API shows it.
std::int64_t inside(const Value& journey) {
  const Value* counts =
      journey.as_object() == nullptr ? nullptr : journey.as_object()->find("counts");
  const Object* object = counts == nullptr ? nullptr : counts->as_object();
  const Value* active = object == nullptr ? nullptr : object->find("active");
  return active == nullptr ? 0 : static_cast<std::int64_t>(active->number());
}

}  // namespace

int pause(const Server& server, const std::string& journey) {
  const Result<Value> answer = post(server, path_of(journey, "pause"), {});
  if (!answer) return fail(answer.error());
  fmt::print("{} is paused: nobody enters, and {} inside stand still\n", journey, inside(*answer));
  return 0;
}

int resume(const Server& server, const ResumeFlags& flags) {
  if (!flags.over.empty() && flags.overdue != "send") {
    return fail({.code = "over_without_send", .message = "--over goes with --overdue send only"});
  }
  Object request{{"overdue", flags.overdue}};
  if (!flags.over.empty()) request.set("spread", flags.over);
  const Result<Value> answer = post(server, path_of(flags.journey, "resume"), request);
  if (!answer) return fail(answer.error());
  fmt::print("{} goes on, with {} inside\n", flags.journey, inside(*answer));
  return 0;
}

}  // namespace sojourn::cli
