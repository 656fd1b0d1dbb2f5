#include "cli/history.h"

#include <fmt/format.h>

#include "cli/answer_fields.h"

namespace sojourn::cli {

std::string DefinitionPlace::path() const {
  return fmt::format("/api/v1/definitions/{}/{}", percent_encoded(kind), percent_encoded(key));
}

Result<DefinitionPlace> read_place(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size()) {
    return failure("not_a_place",
                   fmt::format("\"{}\" names no definition; write it as journey/welcome", text));
  }
  return DefinitionPlace{text.substr(0, slash), text.substr(slash + 1)};
}

int history(const Server& server, const std::string& text) {
  const auto fail = [](const Error& error) {
    fmt::print(stderr, "sojourn: {}\n", error.message);
    return 1;
  };
  const Result<DefinitionPlace> place = read_place(text);
  if (!place) return fail(place.error());
  const Result<std::vector<Value>> versions = get_all(server, place->path() + "/versions");
  if (!versions) return fail(versions.error());
  for (const Value& version : *versions) {
    const std::string by = shown(version, "changedBy");
    fmt::print("version {}  {}{}{}\n", number_member(version, "version"),
               shown(version, "changedAt"), by.empty() ? "" : "  " + by,
               is_true(version, "archived") ? "  archived" : "");
    for (const Value& difference : list_member(version, "differences")) {
      fmt::print("         {}\n", shown(difference, "text"));
    }
  }
  return 0;
}

}  // namespace sojourn::cli
