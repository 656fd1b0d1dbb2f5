#include "channels/inbound/imap_box.h"

#include <chrono>
#include <future>
#include <utility>

#include "base/log.h"
#include "channels/inbound/mail_parts.h"

namespace sojourn::channels::inbound {

ImapBox::ImapBox(std::unique_ptr<net::ImapMailbox> mailbox, Options options, Take take, Load load,
                 Save save)
    : mailbox_(std::move(mailbox)),
      options_(std::move(options)),
      take_(std::move(take)),
      load_(std::move(load)),
      save_(std::move(save)) {}

ImapBox::~ImapBox() {
  stop();
}

void ImapBox::start() {
  thread_ = std::thread([this] { run(); });
}

void ImapBox::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  mailbox_->interrupt();
  stopped_.notify_all();
  thread_.join();
}

bool ImapBox::stops() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void ImapBox::run() {
  std::string last_code;
  while (!stops()) {
    const Result<void> looked = look();
    const std::string code = looked ? std::string() : looked.error().code;
    // What does not change is said once.
    if (!looked && code != last_code && !stops()) {
      log::warn("mailbox not read",
                {{"mailbox", options_.name}, {"code", code}, {"why", looked.error().message}});
    }
    if (looked && !last_code.empty()) {
      log::info("mailbox read again", {{"mailbox", options_.name}});
    }
    last_code = code;
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, std::chrono::milliseconds(options_.every.ms),
                      [this] { return stopping_; });
  }
}

Result<void> ImapBox::look() {
  TRY(cursor, load_());
  TRY(uid_validity, mailbox_->uid_validity());
  // All numbers are new ones then. What had been taken is recognised by its bytes.
  if (uid_validity != cursor.uid_validity) cursor = {.uid_validity = uid_validity, .uid = 0};
  TRY(uids, mailbox_->uids_from(cursor.uid + 1));
  for (const std::uint32_t uid : uids) {
    if (stops()) return {};
    TRY_VOID(take_one(cursor, uid));
  }
  return {};
}

Result<void> ImapBox::take_one(Cursor& cursor, std::uint32_t uid) {
  TRY(bytes, mailbox_->fetch(cursor.uid_validity, uid, mail_bytes_max));
  if (bytes) {
    std::promise<Receipt> answer;
    take_({.from = {}, .to = {}, .bytes = std::move(*bytes)},
          [&answer](Receipt receipt) { answer.set_value(receipt); });
    const Receipt receipt = answer.get_future().get();
    using Mark = net::ImapMailbox::Mark;
    switch (receipt) {
      case Receipt::later:
        return failure("not_taken", "what a mail says could not be written");
      case Receipt::taken:
        // Before the cursor moves: whoever ends in between takes the mail once more, which its hash
        // tells.
        TRY_VOID(options_.move_to.empty() ? mailbox_->mark(uid, Mark::seen)
                                          : mailbox_->move(uid, options_.move_to));
        break;
      case Receipt::refused:
        TRY_VOID(mailbox_->mark(uid, Mark::unseen));
        break;
    }
  }
  cursor.uid = uid;
  return save_(cursor);
}

}  // namespace sojourn::channels::inbound
