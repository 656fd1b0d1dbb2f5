#include "cli/publish.h"

#include <fmt/format.h>

#include <iostream>

namespace sojourn::cli {
namespace {

std::string line_of_person() {
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
  return line;
}

Error not_wanted(std::string message) {
  return {.code = "not_wanted", .message = std::move(message)};
}

}  // namespace

bool ask_person() {
  fmt::print("Make it so? [y/N] ");
  const std::string answer = line_of_person();
  return answer == "y" || answer == "yes";
}

Result<Value> publish(const Server& server, std::string_view path, Object request,
                      const PublishAnswers& answers, const Headers& headers) {
  request.set("yes", true);
  if (answers.reach) request.set("confirm", Object{{"reach", *answers.reach}});
  Result<Value> published = post(server, path, request, headers);
  if (published || published.error().code != "blast_radius") return published;
  const Error& too_far = published.error();
  if (answers.confirm == Confirm::yes) {
    return failure(not_wanted(
        fmt::format("{}\nWith --yes-reach {} it is published.", too_far.message, too_far.value)));
  }
  fmt::print("{}\nType the number to publish it all the same: ", too_far.message);
  const std::string answer = line_of_person();
  if (answer != too_far.value) return failure(not_wanted("nothing was published"));
  request.set("confirm", Object{{"reach", static_cast<std::int64_t>(std::stoll(answer))}});
  return post(server, path, request, headers);
}

}  // namespace sojourn::cli
