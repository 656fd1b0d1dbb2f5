#pragma once

/// The workspace's master key: from SOJOURN_SECRET, else from `secret.key` in the data folder.

#include <string>

#include "base/hash.h"
#include "base/result.h"

namespace sojourn::cli {

/// Reads the key, or makes `secret.key` (mode 0600) at the first start. With `secret` given it is
/// derived from that text, which must have at least 16 characters. Errors: `invalid_secret`,
/// `disk_failed`.
[[nodiscard]] Result<HashKey> load_master_key(const std::string& secret, const std::string& folder);

}  // namespace sojourn::cli
