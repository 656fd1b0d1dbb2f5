#pragma once

/// The channel that keeps every mail in a folder instead of sending it: what a new installation
/// uses until an SMTP server is named, and what demos and tests read.

#include <absl/container/flat_hash_map.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "channels/channel.h"
#include "channels/inbox/mail_folder.h"
#include "channels/mime/mail_signer.h"

namespace sojourn::channels::inbox {

class InboxChannel final : public Channel, public CapturedMails {
 public:
  struct Options {
    std::string folder;  ///< made where it does not exist; one channel at a time uses it
    /// The newest so many are kept: the inbox is for looking, not an archive.
    int mails_max = 10'000;
    int in_flight_max = 64;
    const mime::MailSigner* signer = nullptr;  ///< outlives the channel; null: nothing is signed
  };

  /// Mails are dated by `clock`, which outlives the channel. Fails where the folder cannot be made
  /// or opened, and on limits below one.
  [[nodiscard]] static Result<std::unique_ptr<InboxChannel>> create(const Options& options,
                                                                    const Clock& clock);
  /// stop()s, if that has not been done.
  ~InboxChannel() override;

  // Channel. A mail is `accepted` once its file and the folder's entry are on the disk.
  [[nodiscard]] std::string_view name() const override { return "email"; }
  void connect(Events& events) override;
  [[nodiscard]] int capacity() const override;
  void start(Handoff handoff) override;
  void answer_leave(messages::MessageId id, bool granted) override;
  void stop(Duration grace) override;

  // CapturedMails. `limit` is taken as at least 1 and at most page_mails_max; the first call lists
  // the folder.
  static constexpr int page_mails_max = 200;
  [[nodiscard]] Result<Page> list(std::string_view cursor, int limit) const override;
  [[nodiscard]] Result<std::optional<CapturedMail>> find(std::string_view id) const override;
  /// Whatever the case of the address. Reads the head of every mail. Mails in flight are kept.
  Result<void> forget(std::string_view address) override;

 private:
  struct Mail;
  InboxChannel(const Options& options, std::unique_ptr<MailFolder> folder, const Clock& clock);
  void work();
  void write_mails(std::vector<Mail> arrived);
  void keep(std::vector<Mail> granted);
  void finish(messages::MessageId id, Outcome outcome);
  [[nodiscard]] CapturedMail summary(const std::string& id, std::string_view head) const;

  const int in_flight_max_;
  const std::unique_ptr<MailFolder> folder_;
  const Clock& clock_;
  const mime::MailSigner* const signer_;
  Events* events_ = nullptr;  // outlives the channel (Channel::connect)

  mutable std::mutex mutex_;
  std::condition_variable work_arrived_;
  std::condition_variable ended_;
  // Guarded by mutex_, all that follow.
  std::vector<Mail> arrived_;  // not yet written as MIME
  absl::flat_hash_map<messages::MessageId, std::unique_ptr<Mail>> waiting_;  // for leave
  std::vector<Mail> granted_;
  int in_flight_ = 0;
  int unreported_ = 0;  // as in_flight_, until Events::finished has returned
  bool stopping_ = false;
  bool worker_ends_ = false;

  std::thread worker_;
};

}  // namespace sojourn::channels::inbox
