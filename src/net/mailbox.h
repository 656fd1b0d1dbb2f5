#pragma once

/// What other threads leave for a server thread to write. Internal to net.

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "net/http_message.h"
#include "net/reply.h"

namespace sojourn::net {

/// The part of an event stream that its connection and its EventStream share.
struct StreamState {
  explicit StreamState(std::size_t buffer_max) : buffer_bytes_max(buffer_max) {}

  const std::size_t buffer_bytes_max;
  // Set before the stream is shared.
  std::shared_ptr<Mailbox> mailbox = {};
  ConnectionKey connection = {};
  Headers headers = {};

  std::mutex mutex = {};
  // Guarded by mutex.
  std::string pending = {};
  std::size_t writing_bytes = 0;
  bool announced = false;   // a StreamNews is in the mailbox
  bool ended = false;       // by its owner, once `pending` is out
  bool overflowed = false;  // the connection is to be cut
  bool closed = false;
  std::function<void()> on_close = {};

  /// The connection is gone: calls on_close, once.
  void mark_closed();
};

struct StreamOpening {
  std::shared_ptr<StreamState> stream;
};
struct StreamNews {};

struct Letter {
  ConnectionKey connection;
  std::uint32_t sequence = 0;
  std::variant<Response, StreamOpening, StreamNews> content;
};

class Mailbox {
 public:
  /// `wake` makes the server thread call take() until it answers false; it is called under the
  /// lock, at most once between two such answers.
  Mailbox(std::function<void()> wake, std::size_t stream_buffer_bytes_max)
      : stream_buffer_bytes_max_(stream_buffer_bytes_max), wake_(std::move(wake)) {}

  /// Any thread. Drops the letter when the mailbox is closed.
  void post(Letter letter);
  /// The server thread: swaps the letters into `letters`, which must be empty. False: there are
  /// none, and the next post() wakes again.
  [[nodiscard]] bool take(std::vector<Letter>& letters);
  /// From now on nobody wakes the server thread, which may end.
  void close();

  [[nodiscard]] std::size_t stream_buffer_bytes_max() const { return stream_buffer_bytes_max_; }

 private:
  const std::size_t stream_buffer_bytes_max_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::function<void()> wake_;
  std::vector<Letter> letters_;
  bool awake_ = false;
  bool closed_ = false;
};

}  // namespace sojourn::net
