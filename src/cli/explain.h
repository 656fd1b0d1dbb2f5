#pragma once

/// `sojourn explain`: why something happened to a contact, or did not.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct ExplainFlags {
  std::string contact;  ///< user id, email address or id
  std::string journey;
  std::string step;
  std::string segment;
  std::string campaign;
  std::string message;
  bool json = false;
};

/// Prints a line a check, `ok` or `--`, with its fix below it. Answers the process's exit code: 0
/// where it is explained, 1 where that failed.
int explain(const Server& server, const ExplainFlags& flags);

}  // namespace sojourn::cli
