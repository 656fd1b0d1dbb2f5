#pragma once

/// The files of imports and exports: what was uploaded, the bad rows of imports, finished exports.
/// One folder beside the store, mode 0700. Thread-safe; each file has one writer at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/job.h"

namespace sojourn::runtime {

/// Bytes of one uploaded file: 10 million contacts with a handful of attributes.
inline constexpr std::uint64_t upload_bytes_max = 1ULL << 30;
/// Bytes of all uploaded files: what strangers to the disk's size may fill of it.
inline constexpr std::uint64_t uploads_bytes_max = 4ULL << 30;
/// Uploads and exports go after a week; what is needed to correct or undo an import stays a month.
inline constexpr Duration upload_kept = Duration::days(7);
inline constexpr Duration export_kept = Duration::days(7);
inline constexpr Duration import_kept = Duration::days(30);

/// A part of a file, read.
struct FilePart {
  std::string bytes;
  bool ends = false;  ///< nothing follows
};

/// A file mapped into memory for as long as this lives, whoever removes it meanwhile.
struct MappedFile {
  std::string_view bytes;
  std::shared_ptr<const void> owner;
};

class TransferFiles {
 public:
  /// Makes the folder where it is missing.
  [[nodiscard]] static Result<std::unique_ptr<TransferFiles>> open(const std::string& folder);
  TransferFiles(const TransferFiles&) = delete;
  TransferFiles& operator=(const TransferFiles&) = delete;

  /// An upload begins with nothing. Error `too_many_uploads` where those that wait are too large.
  Result<void> begin_upload(std::string_view id);
  /// Appends durably; the answer is the new size. Errors: `unknown_upload`; `wrong_offset` where
  /// `offset` is not the present size; `upload_too_large`.
  Result<std::uint64_t> append_upload(std::string_view id, std::uint64_t offset,
                                      std::string_view bytes);
  /// Errors: `unknown_upload`.
  Result<std::uint64_t> upload_size(std::string_view id) const;
  Result<FilePart> read_upload(std::string_view id, std::uint64_t offset, std::size_t size) const;
  void remove_upload(std::string_view id);

  // Files that a job writes: `import-12.errors.csv`, `contacts-12.csv`.
  /// Cuts the file to `size` and appends: what a slice that was thrown away had written goes.
  /// Durable. The answer is the new size.
  Result<std::uint64_t> append(std::string_view name, std::uint64_t size, std::string_view bytes);
  /// Absent where there is no such file.
  Result<std::optional<MappedFile>> map(std::string_view name) const;
  void remove(std::string_view name);

  /// Removes uploads, exports and rows of imports that have been kept long enough, by the clock of
  /// the file system.
  void tidy();

 private:
  explicit TransferFiles(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Result<std::string> upload_path(std::string_view id) const;
  [[nodiscard]] std::string path_of(std::string_view name) const;

  const std::string folder_;
};

/// Names of a job's files.
[[nodiscard]] std::string errors_file(store::JobId job);
[[nodiscard]] std::string export_file(store::JobId job, std::string_view subject,
                                      std::string_view extension);

}  // namespace sojourn::runtime
