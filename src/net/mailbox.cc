#include "net/mailbox.h"

#include <utility>

namespace sojourn::net {

void StreamState::mark_closed() {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex);
    closed = true;
    callback = std::exchange(on_close, nullptr);
  }
  if (callback) callback();
}

void Mailbox::post(Letter letter) {
  // Outside the lock: a stream that is dropped calls back.
  std::shared_ptr<StreamState> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      letters_.push_back(std::move(letter));
      if (!std::exchange(awake_, true)) wake_();
      return;
    }
    if (auto* opening = std::get_if<StreamOpening>(&letter.content)) dropped = opening->stream;
  }
  if (dropped) dropped->mark_closed();
}

bool Mailbox::take(std::vector<Letter>& letters) {
  const std::lock_guard lock(mutex_);
  if (letters_.empty()) {
    awake_ = false;
    return false;
  }
  letters_.swap(letters);
  return true;
}

void Mailbox::close() {
  std::vector<Letter> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_ = nullptr;
    dropped.swap(letters_);
  }
  for (const Letter& letter : dropped) {
    if (const auto* opening = std::get_if<StreamOpening>(&letter.content)) {
      opening->stream->mark_closed();
    }
  }
}

}  // namespace sojourn::net
