#pragma once

/// Bytes in, requests out: the HTTP/1.1 side of a connection that reads, without a socket.
///
/// Strict where leniency would let two parties read one message differently (RFC 9112 §11.2):
/// Content-Length beside Transfer-Encoding, folded lines, more than one Host, unknown transfer
/// codings and bare line feeds are refused. After a refusal the connection must end.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "net/http_message.h"

namespace sojourn::net {

/// How large a body may be, chosen when its head is known and before it is read.
using BodyLimit = std::function<std::size_t(Method method, std::string_view path)>;

class RequestReader {
 public:
  enum class State {
    waiting,   // no byte of a request has come
    head,      // within the head
    body,      // within the body; request() has all but the body
    complete,  // request() is whole: take() it
    refused,   // refusal() is the answer; nothing more is read
  };

  /// The head counts from its first byte to its empty line. `body_limit` must outlive the reader.
  RequestReader(std::size_t head_bytes_max, const BodyLimit& body_limit);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Reads on; `bytes` are those not yet consumed, first the ones given before. Consumes no
  /// further than the end of one request and returns how many bytes it consumed. What it does not
  /// consume must be given again with at least one byte more.
  [[nodiscard]] std::size_t feed(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }

  /// In state body: the client waits for `100 Continue` before it sends it. Once per request.
  [[nodiscard]] bool take_expects_continue();
  /// From state body on: whether the client lets the connection stand after the response.
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }
  [[nodiscard]] bool is_http10() const { return http10_; }
  [[nodiscard]] std::size_t body_bytes() const { return request_.body.size(); }
  [[nodiscard]] Method method() const { return request_.method; }

  /// In state complete: the request, without peer_address; back to waiting.
  [[nodiscard]] Request take();
  /// In state refused.
  [[nodiscard]] Response take_refusal() { return std::move(refusal_); }

 private:
  class Parser;
  friend class Parser;

  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  void accept_head();
  void accept_target(std::string_view target);
  void refuse(int status, std::string_view code, std::string_view detail,
              std::string_view limit = {});
  void refuse_body(std::size_t size);
  void append_body(std::string_view part);

  const std::size_t head_bytes_max_;
  const BodyLimit& body_limit_;
  std::unique_ptr<Parser> parser_;
  State state_ = State::waiting;
  std::size_t searched_ = 0;
  std::size_t body_bytes_max_ = 0;
  int host_count_ = 0;
  bool expects_continue_ = false;
  bool keeps_alive_ = false;
  bool http10_ = false;
  Request request_;
  Response refusal_;
};

}  // namespace sojourn::net
