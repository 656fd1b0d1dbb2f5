#pragma once

/// The folder on the system's disk that holds a store's files: made, locked, checked.

#include <string>

#include "base/result.h"

namespace sojourn::store::sql {

/// An exclusive lock on a folder, held until destroyed or until the process ends.
class FolderLock {
 public:
  /// Locks nothing.
  FolderLock() = default;
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

  /// Error `busy` where another process, or another store of this one, holds it.
  [[nodiscard]] static Result<FolderLock> take(const std::string& folder);

 private:
  explicit FolderLock(int file) : file_(file) {}
  int file_ = -1;
};

/// Creates the folder (mode 0700) and its parents where they are missing.
[[nodiscard]] Result<void> make_folder(const std::string& folder);
/// Creates an empty file (mode 0600) where none is: SQLite gives its own files the mode of this.
[[nodiscard]] Result<void> make_private_file(const std::string& file);
/// Error `not_empty` where anything is in the folder.
[[nodiscard]] Result<void> check_empty(const std::string& folder);
/// Writes a small file and makes it and the folder durable.
[[nodiscard]] Result<void> write_durably(const std::string& folder, const std::string& name,
                                         std::string_view text);

}  // namespace sojourn::store::sql
