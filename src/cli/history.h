#pragma once

/// `sojourn history KIND/KEY`: the versions of a definition.

#include <string>

#include "base/result.h"
#include "cli/client.h"

namespace sojourn::cli {

/// A definition as the command line names it: `journey/welcome`.
struct DefinitionPlace {
  std::string kind;
  std::string key;

  /// Of the definition in the API.
  [[nodiscard]] std::string path() const;
};
/// Error `not_a_place`.
[[nodiscard]] Result<DefinitionPlace> read_place(const std::string& text);

/// Prints the versions, newest first, with what each changed.
int history(const Server& server, const std::string& place);

}  // namespace sojourn::cli
