#pragma once

/// What the last look at each sender's domain found, in memory.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "channels/sender_checks.h"

namespace sojourn::api {

struct SenderReport {
  Timestamp checked_at;
  std::vector<channels::SenderFinding> findings;
};

/// Thread-safe.
class SenderReports {
 public:
  /// More domains than a workspace may have; beyond it the oldest look is forgotten.
  static constexpr std::size_t kept_max = 100;

  [[nodiscard]] std::optional<SenderReport> find(const std::string& domain) const {
    const std::lock_guard lock(mutex_);
    const auto found = reports_.find(domain);
    return found == reports_.end() ? std::nullopt : std::optional(found->second);
  }
  void keep(const std::string& domain, SenderReport report) {
    const std::lock_guard lock(mutex_);
    reports_[domain] = std::move(report);
    if (reports_.size() <= kept_max) return;
    auto oldest = reports_.begin();
    for (auto at = reports_.begin(); at != reports_.end(); ++at) {
      if (at->second.checked_at < oldest->second.checked_at) oldest = at;
    }
    reports_.erase(oldest);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SenderReport> reports_;  // guarded by mutex_
};

}  // namespace sojourn::api
