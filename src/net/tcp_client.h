#pragma once

/// A TCP connection without blocking, with TLS where asked for, and the loop it runs on.
///
/// Everything of one loop happens on one thread: events come from it, and all calls except
/// EventLoop::post and EventLoop::stop must be made on it. So nothing here needs a lock.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sojourn::net {

/// A task that a loop runs later. Destroying it cancels the task.
class Timer {
 public:
  Timer();
  Timer(Timer&&) noexcept;
  Timer& operator=(Timer&&) noexcept;
  ~Timer();
  void cancel();

 private:
  friend class EventLoop;
  struct State;
  // Shared with the pending completion, which outlives a cancelled timer until the loop reaps it.
  std::shared_ptr<State> state_;
};

/// One thread that runs tasks, timers and the events of its connections.
/// It must outlive every Timer and TcpClient that was made on it.
class EventLoop {
 public:
  EventLoop();
  /// Stops, if that has not been done.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs `task` on the loop's thread, in the order of posting. Thread-safe; never runs it within
  /// the call. After stop() tasks are dropped.
  void post(std::function<void()> task);

  /// Runs `task` once after `delay` of real time, if the timer still stands.
  [[nodiscard]] Timer after(Duration delay, std::function<void()> task);

  /// Lets the task at hand end, runs no other, and joins the thread. Not from the loop's thread.
  void stop();

 private:
  friend class TcpClient;
  friend class TcpListener;
  struct State;
  std::unique_ptr<State> state_;
};

enum class PeerCheck : std::uint8_t {
  certificate,  ///< the chain leads to a trusted authority and names the server (RFC 6125)
  none,         ///< any certificate: against listeners, not against an active attacker
};

/// The trust and protocol settings that connections share. TLS 1.2 or newer.
class TlsContext {
 public:
  struct Options {
    PeerCheck check = PeerCheck::certificate;
    /// PEM file of trusted authorities; empty: those of the system.
    std::string authorities_file = {};
  };
  /// Fails where the authorities cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<TlsContext>> create(const Options& options);
  ~TlsContext();

 private:
  friend class TcpClient;
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct TcpFailure {
  enum class Kind : std::uint8_t { resolve, connect, closed, tls };
  Kind kind = Kind::closed;
  std::string message;  ///< for a person: `connection refused`
};

/// What a connection tells its owner. The owner may destroy the TcpClient from within any of them.
class TcpEvents {
 public:
  virtual ~TcpEvents() = default;
  virtual void connected() = 0;
  /// `bytes` lives for the call only.
  virtual void received(std::string_view bytes) = 0;
  /// Every byte given to write() so far is with the operating system.
  virtual void written() = 0;
  virtual void secured() = 0;
  /// The deadline has passed. The connection goes on, without a deadline, unless it is closed.
  virtual void timed_out() = 0;
  /// The connection is over; the last event.
  virtual void failed(const TcpFailure& failure) = 0;
};

/// A connection that a TcpListener has accepted and nobody serves yet. Closed with it.
class AcceptedSocket {
 public:
  /// Takes the descriptor over. `peer`: the address of who connected, without port.
  AcceptedSocket(int descriptor, bool is_v6, std::string peer);
  AcceptedSocket(AcceptedSocket&& other) noexcept;
  AcceptedSocket& operator=(AcceptedSocket&&) = delete;
  ~AcceptedSocket();

  [[nodiscard]] const std::string& peer() const { return peer_; }

 private:
  friend class TcpClient;
  int descriptor_;
  bool is_v6_;
  std::string peer_;
};

class TcpClient {
 public:
  struct Server {
    std::string host;  ///< a name or a numeric address
    std::uint16_t port = 0;
  };

  /// `loop` and `events` outlive the client.
  TcpClient(EventLoop& loop, TcpEvents& events);
  /// Closes; no event comes any more.
  ~TcpClient();
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  /// Resolves and connects, trying each address of the name in turn; `timeout` is the deadline of
  /// the whole until expire_after() is called. Nagle's delay is off. Once per client.
  void connect(const Server& server, Duration timeout);

  /// Serves an accepted connection, instead of connect(); there is no connected(). Once per client.
  void serve(AcceptedSocket socket);

  /// Queues bytes; written() follows once the queue is empty. After connected() or serve() only.
  void write(std::string bytes);

  /// Turns the connection into TLS. Bytes that came unencrypted and were not yet given to
  /// received() are discarded: what somebody injected before the handshake is never seen as an
  /// answer of the server (CVE-2011-0411). secured() or failed() follows; `context` outlives both.
  void start_tls(const TlsContext& context, const std::string& server_name);

  /// timed_out() comes at that time unless the deadline is moved before.
  void expire_after(Duration timeout);

  /// Closes at once; no event comes any more. Bytes that written() covered are still delivered.
  void close();

 private:
  struct State;
  // Shared with operations in flight, which may end after the client is gone.
  std::shared_ptr<State> state_;
};

}  // namespace sojourn::net
