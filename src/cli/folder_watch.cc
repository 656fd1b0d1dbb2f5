#include "cli/folder_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace sojourn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t changes = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_TO |
                                  IN_MOVED_FROM | IN_DELETE_SELF | IN_ONLYDIR;
/// A pause in which nothing changes any more.
constexpr int still_ms = 50;
constexpr int for_ever = -1;

tl::unexpected<Error> failed(const std::string& folder) {
  return failure("watch_failed",
                 fmt::format("{} cannot be watched: {}", folder, std::strerror(errno)));
}

}  // namespace

Result<FolderWatch> FolderWatch::create(const std::string& folder) {
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) {
    return failure({.code = "not_a_folder",
                    .message = fmt::format("{} is no folder", folder),
                    .value = folder});
  }
  FolderWatch watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (watch.descriptor_ < 0) return failed(folder);
  if (inotify_add_watch(watch.descriptor_, folder.c_str(), changes) < 0) return failed(folder);
  for (fs::recursive_directory_iterator place(folder, problem), end; place != end && !problem;
       place.increment(problem)) {
    if (!place->is_directory()) continue;
    const bool added = inotify_add_watch(watch.descriptor_, place->path().c_str(), changes) >= 0;
    // One that has gone meanwhile is no loss: its parent tells.
    if (!added && errno != ENOENT) return failed(place->path().string());
  }
  return watch;
}

FolderWatch::FolderWatch(FolderWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderWatch::~FolderWatch() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<void> FolderWatch::wait() const {
  pollfd readable{.fd = descriptor_, .events = POLLIN, .revents = 0};
  int timeout = for_ever;
  while (true) {
    const int ready = poll(&readable, 1, timeout);
    if (ready == 0) return {};
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return failed("the folder");
    std::array<char, 4096> events;
    while (read(descriptor_, events.data(), events.size()) > 0) {
    }
    timeout = still_ms;
  }
}

}  // namespace sojourn::cli
