#include "channels/inbound/maildir.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <vector>

#include "base/log.h"
#include "channels/inbound/mail_parts.h"

namespace sojourn::channels::inbound {
namespace {

namespace fs = std::filesystem;

// A delivery writes into tmp/ and moves, or links, into new/.
constexpr std::uint32_t arrivals = IN_MOVED_TO | IN_CREATE | IN_ONLYDIR;
constexpr int for_ever = -1;

/// What is read of a mail is what the reader looks at.
Result<std::string> read_mail_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(mail_bytes_max, '\0');
  if (file) file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file && !file.eof()) {
    return failure("disk_failed", fmt::format("{} cannot be read", path.string()));
  }
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Maildir>> Maildir::open(Options options, Take take) {
  std::error_code problem;
  for (const char* part : {"new", "cur"}) {
    if (fs::is_directory(fs::path(options.folder) / part, problem)) continue;
    return failure({.code = "not_a_maildir",
                    .message = fmt::format("{} has no folder {}", options.folder, part),
                    .value = options.folder});
  }
  const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  // The object owns both from here on, whatever they are.
  std::unique_ptr<Maildir> maildir(new Maildir(std::move(options), std::move(take), watch, wake));
  const std::string arriving = maildir->options_.folder + "/new";
  if (watch < 0 || wake < 0 || inotify_add_watch(watch, arriving.c_str(), arrivals) < 0) {
    return failure("watch_failed",
                   fmt::format("{} cannot be watched: {}", arriving, std::strerror(errno)));
  }
  return maildir;
}

Maildir::Maildir(Options options, Take take, int watch, int wake)
    : options_(std::move(options)), take_(std::move(take)), watch_(watch), wake_(wake) {}

Maildir::~Maildir() {
  stop();
  if (watch_ >= 0) ::close(watch_);
  if (wake_ >= 0) ::close(wake_);
}

void Maildir::start() {
  thread_ = std::thread([this] { run(); });
}

void Maildir::stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_, &one, sizeof one));
  thread_.join();
}

void Maildir::run() {
  bool goes_on = true;
  while (goes_on) {
    // Before the look: what arrives during it is told again.
    drain();
    const bool all = take_all();
    goes_on = wait(all ? for_ever : static_cast<int>(options_.retry_time.ms));
  }
}

bool Maildir::take_all() {
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator place(options_.folder + "/new", problem), end;
       place != end && !problem; place.increment(problem)) {
    std::string name = place->path().filename().string();
    if (!name.starts_with('.')) names.push_back(std::move(name));
  }
  if (problem) {
    log::warn("maildir not read", {{"folder", options_.folder}, {"why", problem.message()}});
    return false;
  }
  // Names begin with the time.
  std::sort(names.begin(), names.end());
  bool all = true;
  for (const std::string& name : names) {
    pollfd stop{.fd = wake_, .events = POLLIN, .revents = 0};
    if (poll(&stop, 1, 0) > 0) return false;
    all = take_one(name) && all;
  }
  return all;
}

bool Maildir::take_one(const std::string& name) {
  const fs::path arrived = fs::path(options_.folder) / "new" / name;
  Result<std::string> bytes = read_mail_file(arrived);
  if (!bytes) {
    log::warn("mail not read", {{"file", arrived.string()}, {"why", bytes.error().message}});
    return false;
  }
  std::promise<Receipt> answer;
  take_({.from = {}, .to = {}, .bytes = std::move(*bytes)},
        [&answer](Receipt receipt) { answer.set_value(receipt); });
  const Receipt receipt = answer.get_future().get();
  if (receipt == Receipt::later) return false;
  // Names in new/ have no flags; a server that wrote some is taken at its base.
  const std::string base = name.substr(0, name.find(':'));
  const fs::path kept =
      fs::path(options_.folder) / "cur" / (base + (receipt == Receipt::taken ? ":2,S" : ":2,"));
  std::error_code problem;
  fs::rename(arrived, kept, problem);
  // Taken twice it counts once: its event has the mail's own hash.
  if (problem) log::warn("mail not moved", {{"file", arrived.string()}});
  return !problem;
}

bool Maildir::wait(int milliseconds) const {
  std::array<pollfd, 2> readable{{{.fd = wake_, .events = POLLIN, .revents = 0},
                                  {.fd = watch_, .events = POLLIN, .revents = 0}}};
  while (poll(readable.data(), readable.size(), milliseconds) < 0 && errno == EINTR) {
  }
  return (readable[0].revents & POLLIN) == 0;
}

void Maildir::drain() const {
  std::array<char, 4096> events;
  while (::read(watch_, events.data(), events.size()) > 0) {
  }
}

}  // namespace sojourn::channels::inbound
