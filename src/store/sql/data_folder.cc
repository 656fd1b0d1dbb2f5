#include "store/sql/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

namespace sojourn::store::sql {
namespace {

constexpr mode_t folder_mode = 0700;
constexpr mode_t file_mode = 0600;
constexpr std::string_view lock_name = "lock";

tl::unexpected<Error> disk_error(const std::string& what, int number) {
  return failure(number == ENOSPC || number == EDQUOT ? "disk_full" : "disk_failed",
                 fmt::format("{}: {}", what, std::strerror(number)));
}

/// A file descriptor that is closed at the end of its scope.
struct Descriptor {
  explicit Descriptor(int descriptor) : number(descriptor) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number;
};

Result<void> write_all(int file, const std::string& name, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_error(name, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) return disk_error(name, errno);
  return {};
}

}  // namespace

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

Result<FolderLock> FolderLock::take(const std::string& folder) {
  const std::string name = fmt::format("{}/{}", folder, lock_name);
  const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
  if (file < 0) return disk_error(name, errno);
  FolderLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return disk_error(name, errno);
  return failure(Error{.code = "busy",
                       .message = fmt::format("{} is in use by another process", folder),
                       .field = "folder",
                       .value = folder});
}

Result<void> make_folder(const std::string& folder) {
  const std::filesystem::path path(folder);
  std::error_code problem;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) return disk_error(folder, problem.value());
  if (::mkdir(folder.c_str(), folder_mode) == 0 || errno == EEXIST) return {};
  return disk_error(folder, errno);
}

Result<void> make_private_file(const std::string& file) {
  const Descriptor created(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode));
  if (created.number < 0) return disk_error(file, errno);
  return {};
}

Result<void> check_empty(const std::string& folder) {
  std::error_code problem;
  const bool is_empty = std::filesystem::is_empty(folder, problem);
  if (problem) return disk_error(folder, problem.value());
  if (is_empty) return {};
  return failure(Error{.code = "not_empty",
                       .message = fmt::format("{} is not empty", folder),
                       .field = "folder",
                       .value = folder});
}

Result<void> write_durably(const std::string& folder, const std::string& name,
                           std::string_view text) {
  const std::string path = fmt::format("{}/{}", folder, name);
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file_mode));
  if (file.number < 0) return disk_error(path, errno);
  TRY_VOID(write_all(file.number, path, text));
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number < 0 || ::fsync(directory.number) != 0) return disk_error(folder, errno);
  return {};
}

}  // namespace sojourn::store::sql
