#pragma once

/// The HTTP/1.1 server: a few threads, each with its own connections, that turn bytes into
/// `Request`s and `Reply`s into bytes. TLS is the business of a proxy in front.
///
///   auto server = HttpServer::create({.address = "127.0.0.1:8080"}, handler);

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "net/http_message.h"
#include "net/reply.h"
#include "net/request_reader.h"

namespace sojourn::net {

/// Requests of one connection that may wait for their answers at a time; a client that pipelines
/// more is not read until one is answered.
inline constexpr std::size_t pipelined_requests_max = 32;

/// A body keeps its sender from being cut as long as it comes at least this fast on average.
inline constexpr std::size_t body_bytes_per_second_min = 4096;

/// Called on a server thread, for several requests at once where there are several threads. It
/// must not block. What it throws is logged, and the request answered 500.
using Handler = std::function<void(Request&&, Reply&&)>;

struct HttpServerOptions {
  /// `HOST:PORT`, `[IPV6]:PORT`; port 0 takes any free one.
  std::string address = "127.0.0.1:0";
  std::size_t threads = 1;
  /// Request line and fields; a longer head is answered 431.
  std::size_t header_bytes_max = 16 << 10;
  /// A longer body is answered 413 and the connection ends without reading it all.
  BodyLimit body_bytes_max = [](Method, std::string_view) { return std::size_t{1} << 20; };
  /// From the first byte of a head (of a connection: from its beginning) to its end.
  Duration header_timeout = Duration::seconds(10);
  /// From the end of the head to the end of the body, and a second more for each
  /// `body_bytes_per_second_min` bytes that came.
  Duration body_timeout = Duration::seconds(30);
  /// Between two requests of a connection.
  Duration idle_timeout = Duration::seconds(75);
  /// Without a byte of the response taken by the client.
  Duration write_timeout = Duration::seconds(30);
  /// Until a comment is sent into a stream in which nothing else was.
  Duration stream_heartbeat = Duration::seconds(20);
  /// What EventStream::send keeps for a client that reads slowly, before it is cut.
  std::size_t stream_buffer_bytes_max = 256 << 10;
  /// Further clients wait in the backlog of the system until a connection ends; meanwhile idle
  /// connections end after a second.
  std::size_t connections_max = 10'000;
};

class HttpServer {
 public:
  /// Listens, so that port() is known and clients may connect, and answers no one before start().
  /// Errors: `invalid_address`, `address_unavailable`.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> create(HttpServerOptions options,
                                                                  Handler handler);
  /// stop() without grace.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Connections that are open now. Thread-safe.
  [[nodiscard]] std::size_t connection_count() const;

  /// Once.
  void start();

  /// Stops to accept, ends idle connections and event streams, lets requests that have begun
  /// finish for at most `grace`, cuts the rest and joins the threads. Replies sent later are
  /// dropped. Not from a server thread. A second call does nothing.
  void stop(Duration grace);

 private:
  class Core;
  explicit HttpServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace sojourn::net
