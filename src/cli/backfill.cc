#include "cli/backfill.h"

#include <fmt/format.h>

#include "cli/answer_fields.h"

namespace sojourn::cli {

int backfill(const Server& server, const std::string& action) {
  const std::string path = "/api/v1/backfill";
  const Result<Value> answer =
      action == "status" ? get(server, path) : post(server, path + "/" + action, Object());
  if (!answer) {
    fmt::print(stderr, "sojourn: {}\n", answer.error().message);
    return 1;
  }
  const std::string state = shown(*answer, "state");
  const std::string since = shown(*answer, "since");
  if (state == "ready") {
    fmt::print("everything that is published is ready\n");
  } else if (state == "incomplete") {
    fmt::print(
        "incomplete: what changed since {} counts from its publication on; `sojourn backfill "
        "start` takes in what was before\n",
        since);
  } else {
    const Object* object = answer->as_object();
    const Value* progress = object == nullptr ? nullptr : object->find("progress");
    const Value none;
    const Value& done = progress == nullptr ? none : *progress;
    fmt::print("building what changed since {}: {} % ({} of {} events, {} of {} contacts)\n", since,
               number_member(done, "percent"), number_member(done, "eventsRead"),
               number_member(done, "eventsTotal"), number_member(done, "contactsVisited"),
               number_member(done, "contactsTotal"));
  }
  return 0;
}

}  // namespace sojourn::cli
