#pragma once

/// One connection of the HTTP server: reads requests, keeps the order of their answers, writes.
/// Internal to net; the only header there that includes Asio.
///
/// Lives on one thread, that of its socket's io_context. Every change ends in pump(): read what
/// is buffered, write what is ready, until neither goes on.

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/http_server.h"
#include "net/mailbox.h"
#include "net/output_queue.h"
#include "net/request_reader.h"
#include "net/response_writer.h"

namespace sojourn::net {

using SteadyTime = std::chrono::steady_clock::time_point;

// OPTIMIZATION: names its executor, where tcp::socket would call it through a type-erased one.
using ServerSocket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// What the connections of one server thread share; outlives them.
struct ConnectionContext {
  const HttpServerOptions& options;
  const Handler& handler;
  std::shared_ptr<Mailbox> mailbox;
  /// The connection may be destroyed, on a later turn of the loop. Called once a connection.
  std::function<void(ConnectionKey)> finished;
  /// The server ends: no request is read after those that have begun.
  bool stopping = false;
};

class HttpConnection {
 public:
  HttpConnection(ConnectionContext& context, ConnectionKey key, ServerSocket socket);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void start();
  /// Takes an answer; a repeated or unknown sequence is dropped. The caller pumps afterwards, once
  /// for all letters that it has.
  void deliver(Letter letter);
  void pump();
  /// Ends the connection where it has passed a time limit; `full` shortens the idle one.
  void check_deadline(SteadyTime now, bool full);
  /// context.stopping has become true.
  void begin_stop();
  /// At once, whatever waits.
  void close();

  [[nodiscard]] ConnectionKey key() const { return key_; }

 private:
  // A request that has been handed out, in order of arrival, or text of the server's own.
  struct Slot {
    bool ready = false;
    bool closes = false;
    bool is_head = false;
    bool http10 = false;
    Response response = {};
    std::shared_ptr<StreamState> stream = {};
    // Sent as it is instead of a response: `100 Continue`.
    std::string_view interim = {};
  };
  enum class Phase { open, lingering, closed };
  // What a time limit runs for.
  enum class Wait { nothing, first_head, next_head, head, body, linger };

  [[nodiscard]] bool may_read_requests() const;
  [[nodiscard]] bool is_idle() const;
  void read_requests();
  void dispatch();
  void refuse(Response response);
  void arm_read();
  void make_room();
  void on_read(const boost::system::error_code& error, std::size_t size);
  void on_input_end();

  void write_ready();
  void append_ready_slots();
  void append_response(Slot& slot, bool closes);
  void open_stream(Slot& slot);
  void append_stream_text();
  [[nodiscard]] bool flush();
  void on_writable(const boost::system::error_code& error);

  void settle();
  void begin_linger();
  void finish_if_quiet();
  [[nodiscard]] Wait current_wait() const;
  void update_wait();

  ConnectionContext& context_;
  const ConnectionKey key_;
  ServerSocket socket_;
  std::string peer_address_;
  RequestReader reader_;
  Phase phase_ = Phase::open;

  std::vector<char> input_;  // [input_begin_, input_end_) is received and not consumed
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  bool starved_ = true;        // the reader needs more than what is buffered
  bool accepts_input_ = true;  // false after the last request of the connection
  bool input_ended_ = false;   // the client has sent its last byte
  bool read_armed_ = false;
  bool read_filled_ = false;  // by the last read: there is more to come

  std::deque<Slot> slots_;
  std::uint32_t first_sequence_ = 0;  // of slots_.front()
  std::shared_ptr<StreamState> stream_;
  OutputQueue output_;
  bool write_armed_ = false;
  bool closes_after_write_ = false;
  bool pumping_ = false;
  bool finish_announced_ = false;

  Wait wait_ = Wait::nothing;
  std::uint32_t wait_request_ = 0;
  SteadyTime wait_since_ = {};
  SteadyTime write_since_ = {};
  SteadyTime stream_since_ = {};
  std::size_t lingered_bytes_ = 0;
  std::uint32_t request_count_ = 0;
};

}  // namespace sojourn::net
