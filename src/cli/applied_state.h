#pragma once

/// What a workspace folder and its server had in common when they last met: `.sojourn/applied.json`
/// in the folder. By it a later plan tells what was changed on the server since, and an export what
/// was changed in the folder.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn::cli {

struct AppliedDefinition {
  std::string rev;   ///< of the server
  std::string hash;  ///< text_hash() of the text that both had
};

struct AppliedState {
  std::string server;  ///< URL; the state says nothing of another server
  std::map<std::string, AppliedDefinition> definitions = {};  ///< by `kind/key`
};

[[nodiscard]] std::string text_hash(std::string_view text);

/// Empty where the folder has none, or one of another server. Errors: `damaged_state`,
/// `disk_failed`.
[[nodiscard]] Result<AppliedState> read_applied_state(const std::string& folder,
                                                      const std::string& server);
[[nodiscard]] Result<void> write_applied_state(const std::string& folder,
                                               const AppliedState& state);

/// Writes a file whole, or not at all. Makes the folders that it stands in.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace sojourn::cli
