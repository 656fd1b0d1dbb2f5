#include "channels/inbox/mail_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

namespace sojourn::channels::inbox {
namespace {

constexpr std::string_view mail_suffix = ".eml";
constexpr std::string_view unfinished_suffix = ".tmp";
// `<milliseconds>-<message>`: both with leading zeros, so that ids sort as times do.
constexpr std::size_t time_digits = 15;
constexpr std::size_t message_digits = 20;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(file, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

std::string id_of(const MailFolder::NewMail& mail) {
  return fmt::format("{:0{}}-{:0{}}", std::max<std::int64_t>(0, mail.at.ms), time_digits,
                     mail.message.value, message_digits);
}

bool is_id(std::string_view text) {
  if (text.size() != time_digits + 1 + message_digits || text[time_digits] != '-') return false;
  return std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }) ==
         static_cast<std::ptrdiff_t>(time_digits + message_digits);
}

tl::unexpected<Error> io_failure(std::string_view what, std::string_view path) {
  return failure(
      {.code = "inbox_unavailable",
       .message = fmt::format("the inbox folder cannot be {}: {}", what, std::strerror(errno)),
       .value = std::string(path)});
}

}  // namespace

Result<std::unique_ptr<MailFolder>> MailFolder::open(std::string path, int mails_max) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    errno = error.value();
    return io_failure("made", path);
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return io_failure("opened", path);
  return std::unique_ptr<MailFolder>(new MailFolder(std::move(path), descriptor, mails_max));
}

MailFolder::~MailFolder() {
  ::close(descriptor_);
}

bool MailFolder::write_file(const NewMail& mail, const std::string& id) const {
  const std::string unfinished = id + std::string(unfinished_suffix);
  {
    // Mails hold personal data: for the owner only.
    const File file(::openat(descriptor_, unfinished.c_str(),
                             O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open()) return false;
    if (!write_all(file.get(), mail.bytes) || ::fdatasync(file.get()) != 0) {
      ::unlinkat(descriptor_, unfinished.c_str(), 0);
      return false;
    }
  }
  const std::string finished = id + std::string(mail_suffix);
  if (::renameat(descriptor_, unfinished.c_str(), descriptor_, finished.c_str()) == 0) return true;
  ::unlinkat(descriptor_, unfinished.c_str(), 0);
  return false;
}

std::vector<MailFolder::Kept> MailFolder::keep(std::span<const NewMail> mails) {
  std::vector<Kept> answers;
  std::vector<std::string> written;
  for (const NewMail& mail : mails) {
    std::string id = id_of(mail);
    const bool done = write_file(mail, id);
    answers.push_back(done ? Kept::yes : Kept::no);
    if (done) written.push_back(std::move(id));
  }
  if (!written.empty() && ::fsync(descriptor_) != 0) {
    std::ranges::replace(answers, Kept::yes, Kept::uncertain);
  }
  const std::lock_guard lock(mutex_);
  // A folder that cannot be listed is reported to who reads it; mails are kept all the same.
  const bool listed = load().has_value();
  ids_.insert(written.begin(), written.end());
  if (listed) remove_surplus();
  return answers;
}

void MailFolder::remove_surplus() {
  while (std::cmp_greater(ids_.size(), mails_max_)) {
    const std::string oldest = *ids_.begin() + std::string(mail_suffix);
    ::unlinkat(descriptor_, oldest.c_str(), 0);
    ids_.erase(ids_.begin());
  }
}

Result<void> MailFolder::load() const {
  if (loaded_) return {};
  std::error_code error;
  std::vector<std::filesystem::path> unfinished;
  std::filesystem::directory_iterator entries(path_, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::filesystem::path& file = entries->path();
    const std::string id = file.stem().string();
    if (!is_id(id)) continue;
    if (file.extension() == mail_suffix) ids_.insert(id);
    if (file.extension() == unfinished_suffix) unfinished.push_back(file);
  }
  if (error) {
    errno = error.value();
    return io_failure("listed", path_);
  }
  // Left by a stop in the middle of a write; nobody was told of them.
  for (const std::filesystem::path& file : unfinished) std::filesystem::remove(file, error);
  loaded_ = true;
  return {};
}

Result<std::vector<std::string>> MailFolder::ids_before(std::string_view cursor,
                                                        std::size_t count) const {
  const std::lock_guard lock(mutex_);
  TRY_VOID(load());
  std::vector<std::string> found;
  auto place = cursor.empty() ? ids_.end() : ids_.lower_bound(std::string(cursor));
  while (place != ids_.begin() && found.size() < count) found.push_back(*--place);
  return found;
}

Result<std::optional<std::string>> MailFolder::read(std::string_view id,
                                                    std::size_t bytes_max) const {
  // Also keeps paths out: an id is digits and one dash.
  if (!is_id(id)) return std::optional<std::string>();
  const std::string name = std::string(id) + std::string(mail_suffix);
  const File file(::openat(descriptor_, name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return io_failure("read", name);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_failure("read", name);
  std::string bytes(std::min<std::size_t>(bytes_max, static_cast<std::size_t>(status.st_size)),
                    '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t size = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return io_failure("read", name);
    if (size == 0) break;
    done += static_cast<std::size_t>(size);
  }
  bytes.resize(done);
  return std::optional<std::string>(std::move(bytes));
}

Result<void> MailFolder::remove(std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) {
    const std::string name = id + std::string(mail_suffix);
    if (::unlinkat(descriptor_, name.c_str(), 0) != 0 && errno != ENOENT) {
      return io_failure("cleared", name);
    }
    ids_.erase(id);
  }
  if (::fsync(descriptor_) != 0) return io_failure("synced", path_);
  return {};
}

Timestamp MailFolder::time_of(std::string_view id) {
  std::int64_t ms = 0;
  std::from_chars(id.data(), id.data() + std::min(id.size(), time_digits), ms);
  return {ms};
}

}  // namespace sojourn::channels::inbox
