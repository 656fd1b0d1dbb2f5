#pragma once

/// Takes mail that comes back from a Maildir: where another server receives it and keeps it in a
/// folder. Waits by inotify; nothing polls.
///
/// A mail is taken from `new/` and moved to `cur/`: seen (`:2,S`) where it was taken, unseen where
/// it is none of ours, for a person to look at. What could not be taken stays and is tried again.

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/time.h"
#include "channels/inbound/smtp_receiver.h"

namespace sojourn::channels::inbound {

class Maildir {
 public:
  struct Options {
    std::string folder;  ///< with `new` and `cur` in it
    Duration retry_time = Duration::minutes(1);
  };
  using Answer = std::function<void(Receipt)>;
  /// Called on a thread of its own, one mail at a time; the next waits for the answer, which comes
  /// once, from any thread. `to` is empty: the mail's own fields say whom it reached.
  using Take = std::function<void(ReceivedMail mail, Answer answer)>;

  /// Errors: `not_a_maildir`, `watch_failed`.
  [[nodiscard]] static Result<std::unique_ptr<Maildir>> open(Options options, Take take);
  /// stop(), if that has not been done.
  ~Maildir();
  Maildir(const Maildir&) = delete;
  Maildir& operator=(const Maildir&) = delete;

  /// Takes what is there already, then what comes.
  void start();
  /// Lets the mail at hand be answered.
  void stop();

 private:
  Maildir(Options options, Take take, int watch, int wake);
  void run();
  /// False where one could not be taken.
  bool take_all();
  bool take_one(const std::string& name);
  /// False when it is time to stop.
  [[nodiscard]] bool wait(int milliseconds) const;
  void drain() const;

  const Options options_;
  const Take take_;
  const int watch_;
  const int wake_;  // an eventfd: readable once it is time to stop
  std::thread thread_;
};

}  // namespace sojourn::channels::inbound
