#pragma once

/// A folder of mails, one `.eml` file each, bounded in number, named so that names sort by time.

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/messages/message.h"

namespace sojourn::channels::inbox {

/// Thread-safe.
class MailFolder {
 public:
  /// Makes the folder where it does not exist. `mails_max` is at least 1.
  [[nodiscard]] static Result<std::unique_ptr<MailFolder>> open(std::string path, int mails_max);
  ~MailFolder();
  MailFolder(const MailFolder&) = delete;
  MailFolder& operator=(const MailFolder&) = delete;

  struct NewMail {
    messages::MessageId message;
    Timestamp at;
    std::string bytes;
  };
  enum class Kept : std::uint8_t {
    yes,        ///< on the disk, with its name
    no,         ///< no trace of it
    uncertain,  ///< it has its name, but the disk may forget that
  };

  /// Keeps several mails with one sync of the folder; the answers are in their order. Removes the
  /// oldest above the limit. The same message at the same time replaces itself.
  [[nodiscard]] std::vector<Kept> keep(std::span<const NewMail> mails);

  /// Up to `count` ids before `cursor` (empty: from the newest on), newest first.
  [[nodiscard]] Result<std::vector<std::string>> ids_before(std::string_view cursor,
                                                            std::size_t count) const;
  /// The first `bytes_max` bytes of a mail; absent where there is none of that id (any more).
  [[nodiscard]] Result<std::optional<std::string>> read(std::string_view id,
                                                        std::size_t bytes_max) const;
  /// Takes mails off the disk; those that are not there (any more) are no error.
  [[nodiscard]] Result<void> remove(std::span<const std::string> ids);
  /// The time in an id of this folder.
  [[nodiscard]] static Timestamp time_of(std::string_view id);

 private:
  MailFolder(std::string path, int descriptor, int mails_max)
      : path_(std::move(path)), descriptor_(descriptor), mails_max_(mails_max) {}
  [[nodiscard]] bool write_file(const NewMail& mail, const std::string& id) const;
  [[nodiscard]] Result<void> load() const;
  void remove_surplus();

  const std::string path_;
  const int descriptor_;
  const int mails_max_;
  mutable std::mutex mutex_;
  mutable bool loaded_ = false;        // guarded by mutex_; the folder is listed when first needed
  mutable std::set<std::string> ids_;  // guarded by mutex_
};

}  // namespace sojourn::channels::inbox
