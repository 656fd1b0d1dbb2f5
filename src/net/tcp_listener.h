#pragma once

/// Accepts TCP connections, for protocols other than HTTP: SMTP.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/tcp_client.h"

namespace sojourn::net {

class TcpListener {
 public:
  struct Options {
    /// `HOST:PORT`, `[IPV6]:PORT`; port 0 takes any free one.
    std::string address;
  };
  /// Called on the loop's thread for each connection. Who does not keep it has closed it.
  using Accept = std::function<void(AcceptedSocket socket)>;

  /// Listens, so that port() is known and clients may connect; nobody is accepted before start().
  /// `loop` outlives the listener. Errors: `invalid_address`, `address_unavailable`.
  [[nodiscard]] static Result<std::unique_ptr<TcpListener>> create(EventLoop& loop,
                                                                   const Options& options,
                                                                   Accept accept);
  /// stop(), if that has not been done; only after the loop has stopped, or on its thread.
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Once. Thread-safe.
  void start();
  /// Accepts nobody any more; connections that stand go on. On the loop's thread.
  void stop();

 private:
  struct State;
  explicit TcpListener(std::shared_ptr<State> state);
  // Shared with the pending completion, which outlives the listener until the loop reaps it.
  std::shared_ptr<State> state_;
};

}  // namespace sojourn::net
