#include "runtime/transfer_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/log.h"

namespace sojourn::runtime {
namespace {

namespace fs = std::filesystem;

constexpr mode_t folder_mode = 0700;
constexpr mode_t file_mode = 0600;
constexpr std::string_view upload_ending = ".upload";
constexpr std::string_view errors_ending = ".errors.csv";

tl::unexpected<Error> disk_error(const std::string& what, int number) {
  return failure(number == ENOSPC || number == EDQUOT ? "disk_full" : "disk_failed",
                 fmt::format("{}: {}", what, std::strerror(number)));
}

/// A file descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, file_mode)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<std::uint64_t> size_of(const Descriptor& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return disk_error(path, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<void> write_at(const Descriptor& file, const std::string& path, std::uint64_t offset,
                      std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  if (::fsync(file.number()) != 0) return disk_error(path, errno);
  return {};
}

Result<std::string> read_at(const Descriptor& file, const std::string& path, std::uint64_t offset,
                            std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = ::pread(file.number(), bytes.data() + filled, size - filled,
                                  static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_error(path, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

tl::unexpected<Error> unknown_upload(std::string_view id) {
  return failure({.code = "unknown_upload",
                  .message = "there is no upload of this id: it may have been kept long enough",
                  .field = "upload",
                  .value = std::string(id.substr(0, 100))});
}

/// Ids become names of files.
bool is_upload_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

Duration kept(const std::string& name) {
  if (name.ends_with(errors_ending)) return import_kept;
  return name.ends_with(upload_ending) ? upload_kept : export_kept;
}

}  // namespace

Result<std::unique_ptr<TransferFiles>> TransferFiles::open(const std::string& folder) {
  if (::mkdir(folder.c_str(), folder_mode) != 0 && errno != EEXIST) {
    return disk_error(folder, errno);
  }
  return std::unique_ptr<TransferFiles>(new TransferFiles(folder));
}

std::string TransferFiles::path_of(std::string_view name) const {
  return fmt::format("{}/{}", folder_, name);
}

Result<std::string> TransferFiles::upload_path(std::string_view id) const {
  if (!is_upload_id(id)) return unknown_upload(id);
  return path_of(fmt::format("{}{}", id, upload_ending));
}

Result<void> TransferFiles::begin_upload(std::string_view id) {
  std::uint64_t waiting = 0;
  std::error_code problem;
  for (fs::directory_iterator file(folder_, problem), end; !problem && file != end;
       file.increment(problem)) {
    std::error_code gone;  // removed meanwhile
    const std::uintmax_t size = file->file_size(gone);
    if (!gone && file->path().string().ends_with(upload_ending)) waiting += size;
  }
  if (waiting > uploads_bytes_max) {
    return failure({.code = "too_many_uploads",
                    .message = fmt::format("uploads of {} bytes wait to be imported, the limit is"
                                           " {}",
                                           waiting, uploads_bytes_max),
                    .value = std::to_string(waiting),
                    .limit = std::to_string(uploads_bytes_max)});
  }
  TRY(path, upload_path(id));
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (file.number() < 0) return disk_error(path, errno);
  const Descriptor folder(folder_, O_RDONLY | O_DIRECTORY);
  if (folder.number() < 0 || ::fsync(folder.number()) != 0) return disk_error(folder_, errno);
  return {};
}

Result<std::uint64_t> TransferFiles::append_upload(std::string_view id, std::uint64_t offset,
                                                   std::string_view bytes) {
  TRY(path, upload_path(id));
  const Descriptor file(path, O_WRONLY);
  if (file.number() < 0) return unknown_upload(id);
  TRY(size, size_of(file, path));
  if (offset != size) {
    return failure(
        {.code = "wrong_offset",
         .message = fmt::format("the part begins at {}, the file has {} bytes", offset, size),
         .field = "offset",
         .value = std::to_string(offset),
         .limit = std::to_string(size)});
  }
  if (size + bytes.size() > upload_bytes_max) {
    return failure({.code = "upload_too_large",
                    .message = fmt::format("the file has {} bytes, the limit is {}",
                                           size + bytes.size(), upload_bytes_max),
                    .value = std::to_string(size + bytes.size()),
                    .limit = std::to_string(upload_bytes_max)});
  }
  TRY_VOID(write_at(file, path, size, bytes));
  return size + bytes.size();
}

Result<std::uint64_t> TransferFiles::upload_size(std::string_view id) const {
  TRY(path, upload_path(id));
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0) return unknown_upload(id);
  return size_of(file, path);
}

Result<FilePart> TransferFiles::read_upload(std::string_view id, std::uint64_t offset,
                                            std::size_t size) const {
  TRY(path, upload_path(id));
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0) return unknown_upload(id);
  TRY(total, size_of(file, path));
  TRY(bytes, read_at(file, path, offset, size));
  const bool ends = offset + bytes.size() >= total;
  return FilePart{std::move(bytes), ends};
}

void TransferFiles::remove_upload(std::string_view id) {
  const Result<std::string> path = upload_path(id);
  if (path) ::unlink(path->c_str());
}

Result<std::uint64_t> TransferFiles::append(std::string_view name, std::uint64_t size,
                                            std::string_view bytes) {
  const std::string path = path_of(name);
  const Descriptor file(path, O_WRONLY | O_CREAT);
  if (file.number() < 0) return disk_error(path, errno);
  if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0) return disk_error(path, errno);
  TRY_VOID(write_at(file, path, size, bytes));
  return size + bytes.size();
}

Result<std::optional<MappedFile>> TransferFiles::map(std::string_view name) const {
  const std::string path = path_of(name);
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0 && errno == ENOENT) return std::optional<MappedFile>();
  if (file.number() < 0) return disk_error(path, errno);
  TRY(size, size_of(file, path));
  if (size == 0) return std::optional(MappedFile{});
  void* const begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (begin == MAP_FAILED) return disk_error(path, errno);
  // Shared with the response that sends it, which may outlive whoever asked.
  std::shared_ptr<const void> owner(static_cast<const void*>(begin), [size](const void* mapped) {
    ::munmap(const_cast<void*>(mapped), size);
  });
  return std::optional(MappedFile{{static_cast<const char*>(begin), size}, std::move(owner)});
}

void TransferFiles::remove(std::string_view name) {
  ::unlink(path_of(name).c_str());
}

void TransferFiles::tidy() {
  const auto now = fs::file_time_type::clock::now();
  std::error_code problem;
  for (fs::directory_iterator file(folder_, problem), end; !problem && file != end;
       file.increment(problem)) {
    std::error_code gone;
    const fs::file_time_type written = file->last_write_time(gone);
    if (gone) continue;
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - written);
    if (age.count() > kept(file->path().string()).ms) fs::remove(file->path(), gone);
  }
  if (problem) log::warn("files of imports not tidied", {{"reason", problem.message()}});
}

std::string errors_file(store::JobId job) {
  return fmt::format("import-{}{}", job.value, errors_ending);
}

std::string export_file(store::JobId job, std::string_view subject, std::string_view extension) {
  return fmt::format("{}-{}.{}", subject, job.value, extension);
}

}  // namespace sojourn::runtime
