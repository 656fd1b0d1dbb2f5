#pragma once

/// Waits until a file below a folder changes: inotify, no polling.

#include <string>

#include "base/result.h"

namespace sojourn::cli {

class FolderWatch {
 public:
  /// Watches the folder and all below it, from now on. Errors: `not_a_folder`, `watch_failed` where
  /// the system allows no more watches.
  [[nodiscard]] static Result<FolderWatch> create(const std::string& folder);
  ~FolderWatch();
  FolderWatch(FolderWatch&& other) noexcept;
  FolderWatch& operator=(FolderWatch&&) = delete;
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  /// Returns when something has changed since the watch began, and nothing more does for a moment:
  /// editors write a file in several steps.
  [[nodiscard]] Result<void> wait() const;

 private:
  explicit FolderWatch(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace sojourn::cli
