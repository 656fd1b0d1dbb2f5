#pragma once

/// `sojourn asset`: the pictures of a workspace. Answers the process's exit code: 0 done, 1 failed.

#include <optional>
#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct AssetFlags {
  std::string action;   ///< `list`, `show`, `add`, `replace`, `remove`
  std::string subject;  ///< a file of `add`, a key of the others; nothing of `list`
  std::string file;     ///< of `replace`
  std::string key = {};
  std::string name = {};
  std::optional<std::string> alt = {};
  std::string folder = {};  ///< of `add`: a workspace folder, in place of the server
};

int asset(const Server& server, const AssetFlags& flags);

}  // namespace sojourn::cli
