#pragma once

/// Takes mail that comes back from a mailbox on an IMAP server, for who can have neither port 25
/// nor a Maildir. It is looked into every so often: it is somebody else's.
///
/// Each mail is taken once: how far it has come is kept as the mailbox's validity and the last
/// number, and is kept after what the mail says is durable. A mail that was taken is marked as
/// seen, or moved; one that is none of ours stays unseen, for a person to look at.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/time.h"
#include "channels/inbound/smtp_receiver.h"
#include "net/imap_mailbox.h"

namespace sojourn::channels::inbound {

class ImapBox {
 public:
  /// Numbers of mails hold for one validity.
  struct Cursor {
    std::uint32_t uid_validity = 0;  ///< 0: nothing was taken yet
    std::uint32_t uid = 0;           ///< all up to this one are done
    friend bool operator==(const Cursor&, const Cursor&) = default;
  };
  struct Options {
    std::string name;     ///< of the mailbox, for logs
    std::string move_to;  ///< empty: taken mails stay, seen
    Duration every = Duration::minutes(1);
  };
  using Answer = std::function<void(Receipt)>;
  /// As Maildir::Take.
  using Take = std::function<void(ReceivedMail mail, Answer answer)>;
  using Load = std::function<Result<Cursor>()>;
  using Save = std::function<Result<void>(const Cursor&)>;

  ImapBox(std::unique_ptr<net::ImapMailbox> mailbox, Options options, Take take, Load load,
          Save save);
  /// stop(), if that has not been done.
  ~ImapBox();
  ImapBox(const ImapBox&) = delete;
  ImapBox& operator=(const ImapBox&) = delete;

  /// Takes what is there, then what comes, on a thread of its own.
  void start();
  /// Lets the mail at hand be answered.
  void stop();

  /// One look into the mailbox. Fails at what it cannot do; the next look begins there.
  Result<void> look();

 private:
  void run();
  Result<void> take_one(Cursor& cursor, std::uint32_t uid);
  [[nodiscard]] bool stops() const;

  const std::unique_ptr<net::ImapMailbox> mailbox_;
  const Options options_;
  const Take take_;
  const Load load_;
  const Save save_;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace sojourn::channels::inbound
