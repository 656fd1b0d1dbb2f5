#pragma once

/// `sojourn audit verify`: whether the audit trail is as it was written.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct AuditFlags {
  /// `57:9f86d0…`, as an earlier run printed it: that line must still be there. Empty: only the
  /// chain is followed, which does not show that the newest lines were cut off.
  std::string head = {};
};

/// Reads the whole trail and follows its chain. Prints what holds, or the first line that does not.
/// Answers the process's exit code: 1 where something does not hold.
int verify_audit(const Server& server, const AuditFlags& flags);

}  // namespace sojourn::cli
