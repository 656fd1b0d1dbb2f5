#pragma once

/// The two ways to answer a request: a response (Reply), or a stream of events (EventStream).
/// Both may be used from any thread and may outlive the server; what they say then is dropped.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace sojourn::net {

class Mailbox;
struct StreamState;

/// Names one connection of one server thread; a later connection in the same place differs.
struct ConnectionKey {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;

  friend bool operator==(ConnectionKey, ConnectionKey) = default;
};

/// A response of `text/event-stream` (HTML Standard §9.2) that goes on until either side ends it.
/// The server sends a comment where nothing else was sent for a while, so that proxies keep it.
/// Destroying it ends the response.
class EventStream {
 public:
  explicit EventStream(std::shared_ptr<StreamState> state) : state_(std::move(state)) {}
  EventStream(EventStream&&) noexcept = default;
  EventStream& operator=(EventStream&& other) noexcept;
  ~EventStream();

  /// Queues text in the form of the format, see event_text(). False when the stream is closed,
  /// or is closed by this call because its client reads too slowly for the buffer. Thread-safe.
  bool send(std::string_view text);
  [[nodiscard]] bool closed() const;
  /// Ends the response after what was sent. Thread-safe.
  void close();
  /// `callback` is called once when the connection is gone: on a server thread, or at once where
  /// it has gone already. It must not block. Set it once.
  void on_close(std::function<void()> callback);

 private:
  // Shared with the connection, which ends on its own thread whenever its client goes.
  std::shared_ptr<StreamState> state_;
};

/// One event as text: `event` (no line for an empty name; a line break in it ends it) and `data`,
/// whose lines become one `data:` line each.
[[nodiscard]] std::string event_text(std::string_view event, std::string_view data);

/// The right and the duty to answer one request. Destroyed without an answer, it answers 500.
class Reply {
 public:
  Reply(std::shared_ptr<Mailbox> mailbox, ConnectionKey connection, std::uint32_t sequence);
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&& other) noexcept;
  ~Reply();

  /// Answers; the reply is spent. Thread-safe and cheap: the first of many answers wakes the
  /// server thread, the others only join its queue.
  void send(Response response);

  /// Answers 200 with a stream of events, and `headers` besides its own; the reply is spent.
  [[nodiscard]] EventStream stream(Headers headers = {});

 private:
  // Shared by a server thread and its replies, because a reply may outlive the server.
  // Empty when spent.
  std::shared_ptr<Mailbox> mailbox_;
  ConnectionKey connection_;
  std::uint32_t sequence_ = 0;
};

}  // namespace sojourn::net
