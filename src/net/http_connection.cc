#include "net/http_connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <exception>
#include <mutex>
#include <string_view>
#include <utility>
#include <variant>

#include "base/ensure.h"
#include "base/log.h"

namespace sojourn::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Most requests fit; an idle connection holds no more.
constexpr std::size_t input_bytes_min = 4 << 10;
// A body that comes faster than it is read is read in larger parts.
constexpr std::size_t input_bytes_max = 64 << 10;

// After the last response the client's bytes are read and dropped for a while: closing with
// unread bytes resets the connection, and the client might lose that response (RFC 9112 §9.6).
constexpr std::size_t linger_bytes_max = 1 << 20;
constexpr auto linger_time_max = std::chrono::seconds(2);

constexpr auto idle_time_max_when_full = std::chrono::seconds(1);

constexpr std::size_t pieces_per_write_max = 16;

constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view heartbeat_comment = ":\n\n";

std::chrono::milliseconds to_chrono(Duration duration) {
  return std::chrono::milliseconds(duration.ms);
}

// A view of `count` buffers as a buffer sequence.
struct Gathered {
  std::array<asio::const_buffer, pieces_per_write_max> buffers;
  std::size_t count = 0;

  [[nodiscard]] const asio::const_buffer* begin() const { return buffers.data(); }
  [[nodiscard]] const asio::const_buffer* end() const { return buffers.data() + count; }
};

bool has_overflowed(StreamState& stream) {
  const std::lock_guard lock(stream.mutex);
  return stream.overflowed;
}

std::string address_text(const ServerSocket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

}  // namespace

HttpConnection::HttpConnection(ConnectionContext& context, ConnectionKey key, ServerSocket socket)
    : context_(context),
      key_(key),
      socket_(std::move(socket)),
      peer_address_(address_text(socket_)),
      reader_(context.options.header_bytes_max, context.options.body_bytes_max),
      input_(input_bytes_min) {}

HttpConnection::~HttpConnection() {
  if (stream_) stream_->mark_closed();
  for (const Slot& slot : slots_) {
    if (slot.stream) slot.stream->mark_closed();
  }
}

void HttpConnection::start() {
  error_code ignored;  // both make it faster, neither is needed
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  pump();
}

void HttpConnection::pump() {
  if (pumping_ || phase_ == Phase::closed) return;
  pumping_ = true;
  do {
    read_requests();
    write_ready();
  } while (may_read_requests());
  pumping_ = false;
  settle();
}

bool HttpConnection::may_read_requests() const {
  if (phase_ != Phase::open || !accepts_input_ || starved_ || write_armed_) return false;
  return slots_.size() < pipelined_requests_max;
}

void HttpConnection::read_requests() {
  while (may_read_requests()) {
    const std::string_view bytes(input_.data() + input_begin_, input_end_ - input_begin_);
    if (bytes.empty()) {
      starved_ = true;
      return;
    }
    input_begin_ += reader_.feed(bytes);
    switch (reader_.state()) {
      case RequestReader::State::complete:
        dispatch();
        break;
      case RequestReader::State::refused:
        refuse(reader_.take_refusal());
        break;
      case RequestReader::State::waiting:
      case RequestReader::State::head:
        starved_ = true;
        break;
      case RequestReader::State::body:
        starved_ = true;
        // RFC 9110 §10.1.1: not where the body has begun to come.
        if (reader_.take_expects_continue() && reader_.body_bytes() == 0) {
          slots_.push_back({.ready = true, .interim = continue_response});
        }
        break;
    }
  }
}

void HttpConnection::dispatch() {
  const bool closes = !reader_.keeps_alive() || context_.stopping;
  slots_.push_back({.closes = closes,
                    .is_head = reader_.method() == Method::head,
                    .http10 = reader_.is_http10()});
  if (closes) accepts_input_ = false;
  ++request_count_;

  Request request = reader_.take();
  request.peer_address = peer_address_;
  const auto sequence = first_sequence_ + static_cast<std::uint32_t>(slots_.size() - 1);
  try {
    context_.handler(std::move(request), Reply(context_.mailbox, key_, sequence));
  } catch (const std::exception& exception) {
    log::error("a handler threw", {{"what", exception.what()}});
  }
}

void HttpConnection::refuse(Response response) {
  accepts_input_ = false;
  slots_.push_back({.ready = true, .closes = true, .response = std::move(response)});
}

void HttpConnection::make_room() {
  if (input_begin_ == input_end_) {
    input_begin_ = input_end_ = 0;
    if (read_filled_ && input_.size() < input_bytes_max) {
      input_.resize(input_.size() * 2);
    } else if (input_.size() > input_bytes_min && is_idle()) {
      input_.resize(input_bytes_min);
      input_.shrink_to_fit();
    }
    return;
  }
  if (input_begin_ > 0) {
    std::memmove(input_.data(), input_.data() + input_begin_, input_end_ - input_begin_);
    input_end_ -= input_begin_;
    input_begin_ = 0;
  }
  if (input_end_ == input_.size()) input_.resize(input_.size() * 2);
}

void HttpConnection::arm_read() {
  const std::size_t unread_max = std::max(input_bytes_max, context_.options.header_bytes_max);
  if (input_end_ - input_begin_ >= unread_max) {
    // The reader takes every byte but those of a head, which has a limit, and of one line of a
    // chunked body: that line is too long.
    refuse(transport_problem(400, "bad_request", "a chunk header is too long"));
    pump();
    return;
  }
  make_room();
  read_armed_ = true;
  socket_.async_read_some(
      asio::buffer(input_.data() + input_end_, input_.size() - input_end_),
      [this](const error_code& error, std::size_t size) { on_read(error, size); });
}

void HttpConnection::on_read(const error_code& error, std::size_t size) {
  read_armed_ = false;
  if (phase_ == Phase::closed) return finish_if_quiet();
  if (error == asio::error::eof) return on_input_end();
  if (error) return close();

  if (phase_ == Phase::lingering) {
    lingered_bytes_ += size;
    if (lingered_bytes_ > linger_bytes_max) return close();
  } else if (accepts_input_) {
    read_filled_ = input_end_ + size == input_.size();
    input_end_ += size;
    starved_ = false;
  }
  pump();
}

void HttpConnection::on_input_end() {
  input_ended_ = true;
  accepts_input_ = false;
  // Who waits for a response may have closed its sending side; who reads a stream has left.
  if (phase_ == Phase::lingering || stream_) return close();
  pump();
}

void HttpConnection::deliver(Letter letter) {
  if (phase_ == Phase::closed) {
    if (auto* opening = std::get_if<StreamOpening>(&letter.content)) {
      opening->stream->mark_closed();
    }
    return;
  }
  if (std::holds_alternative<StreamNews>(letter.content)) {
    if (stream_ && has_overflowed(*stream_)) close();
    return;
  }
  const std::uint32_t index = letter.sequence - first_sequence_;
  ENSURE(index < slots_.size());
  Slot& slot = slots_[index];
  if (auto* opening = std::get_if<StreamOpening>(&letter.content)) {
    slot.stream = std::move(opening->stream);
  } else {
    slot.response = std::move(std::get<Response>(letter.content));
  }
  slot.ready = true;
}

void HttpConnection::write_ready() {
  while (phase_ == Phase::open && !write_armed_) {
    append_ready_slots();
    if (stream_) append_stream_text();
    if (output_.empty()) return;
    if (!flush()) return;
  }
}

void HttpConnection::append_ready_slots() {
  while (!slots_.empty() && slots_.front().ready && !closes_after_write_ && !stream_) {
    Slot slot = std::move(slots_.front());
    slots_.pop_front();
    ++first_sequence_;
    if (!slot.interim.empty()) {
      output_.text().append(slot.interim);
    } else if (slot.stream) {
      open_stream(slot);
    } else {
      const bool is_last = slots_.empty() && reader_.state() == RequestReader::State::waiting;
      append_response(slot, slot.closes || (is_last && (context_.stopping || input_ended_)));
    }
  }
}

void HttpConnection::append_response(Slot& slot, bool closes) {
  const Connection connection = closes        ? Connection::closes
                                : slot.http10 ? Connection::persists_http10
                                              : Connection::persists;
  if (!append_head(output_.text(), slot.response, connection, BodyLength::known)) {
    log::error("a response had a line break in a header field", {});
    slot.response = transport_problem(500, "internal", "the response could not be written");
    ENSURE(append_head(output_.text(), slot.response, connection, BodyLength::known));
  }
  const int status = slot.response.status;
  const bool has_body = !slot.is_head && status >= 200 && status != 204 && status != 304;
  if (has_body && slot.response.static_body.empty()) {
    output_.append_body(std::move(slot.response.body));
  } else if (has_body) {
    output_.append_static(slot.response.static_body, std::move(slot.response.body_owner));
  }
  if (!closes) return;
  closes_after_write_ = true;
  accepts_input_ = false;
}

void HttpConnection::open_stream(Slot& slot) {
  accepts_input_ = false;
  Response head{.headers = std::move(slot.stream->headers), .content_type = "text/event-stream"};
  head.headers.add("Cache-Control", "no-store");
  stream_ = std::move(slot.stream);
  stream_since_ = std::chrono::steady_clock::now();
  if (has_overflowed(*stream_)) return close();
  if (!append_head(output_.text(), head, Connection::closes, BodyLength::open)) {
    log::error("a stream had a line break in a header field", {});
    return close();
  }
  if (slot.is_head || context_.stopping) closes_after_write_ = true;
}

void HttpConnection::append_stream_text() {
  const std::lock_guard lock(stream_->mutex);
  stream_->announced = false;
  stream_->writing_bytes = stream_->pending.size();
  if (!stream_->pending.empty()) {
    stream_since_ = std::chrono::steady_clock::now();
    output_.append_body(std::exchange(stream_->pending, std::string()));
  }
  if (stream_->ended) closes_after_write_ = true;
}

bool HttpConnection::flush() {
  while (!output_.empty()) {
    std::array<std::string_view, pieces_per_write_max> views;
    Gathered gathered;
    gathered.count = output_.fill(views);
    for (std::size_t index = 0; index < gathered.count; ++index) {
      gathered.buffers[index] = {views[index].data(), views[index].size()};
    }
    error_code error;
    const std::size_t size = gathered.count == 1
                                 ? socket_.write_some(asio::buffer(gathered.buffers[0]), error)
                                 : socket_.write_some(gathered, error);
    if (error == asio::error::would_block) {
      write_armed_ = true;
      write_since_ = std::chrono::steady_clock::now();
      socket_.async_wait(ServerSocket::wait_write,
                         [this](const error_code& failure) { on_writable(failure); });
      return false;
    }
    if (error) {
      close();
      return false;
    }
    output_.consume(size);
  }
  return true;
}

void HttpConnection::on_writable(const error_code& error) {
  write_armed_ = false;
  if (phase_ == Phase::closed) return finish_if_quiet();
  if (error) return close();
  // The rest of the output first: pump() reads no request while a write waits.
  if (flush()) pump();
}

bool HttpConnection::is_idle() const {
  return slots_.empty() && output_.empty() && !stream_ && input_begin_ == input_end_ &&
         reader_.state() == RequestReader::State::waiting;
}

void HttpConnection::settle() {
  if (phase_ == Phase::closed) return finish_if_quiet();
  if (phase_ == Phase::open && output_.empty()) {
    if (closes_after_write_) {
      begin_linger();
    } else if (slots_.empty() && !stream_ && (input_ended_ || (context_.stopping && is_idle()))) {
      return close();
    }
  }
  const bool wants_input = phase_ == Phase::lingering || stream_ || (accepts_input_ && starved_);
  if (wants_input && !read_armed_ && !input_ended_) {
    if (!accepts_input_ || phase_ == Phase::lingering) input_begin_ = input_end_ = 0;
    arm_read();
  }
  update_wait();
}

void HttpConnection::begin_linger() {
  if (input_ended_) return close();
  phase_ = Phase::lingering;
  if (stream_) std::exchange(stream_, nullptr)->mark_closed();
  error_code ignored;  // the client may be gone already
  socket_.shutdown(ServerSocket::shutdown_send, ignored);
}

void HttpConnection::begin_stop() {
  if (stream_) closes_after_write_ = true;
  pump();
}

void HttpConnection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  error_code ignored;  // there is nothing to be done about a socket that does not close
  socket_.close(ignored);
  if (stream_) std::exchange(stream_, nullptr)->mark_closed();
  for (Slot& slot : slots_) {
    if (slot.stream) std::exchange(slot.stream, nullptr)->mark_closed();
  }
  slots_.clear();
  finish_if_quiet();
}

void HttpConnection::finish_if_quiet() {
  if (read_armed_ || write_armed_ || std::exchange(finish_announced_, true)) return;
  context_.finished(key_);
}

HttpConnection::Wait HttpConnection::current_wait() const {
  if (phase_ == Phase::lingering) return Wait::linger;
  if (stream_ || !accepts_input_) return Wait::nothing;
  switch (reader_.state()) {
    case RequestReader::State::waiting:
      if (!slots_.empty() || !output_.empty()) return Wait::nothing;
      return request_count_ == 0 ? Wait::first_head : Wait::next_head;
    case RequestReader::State::head:
      return Wait::head;
    case RequestReader::State::body:
      return Wait::body;
    case RequestReader::State::complete:
    case RequestReader::State::refused:
      return Wait::nothing;
  }
  return Wait::nothing;
}

void HttpConnection::update_wait() {
  const Wait wait = current_wait();
  if (wait == wait_ && request_count_ == wait_request_) return;
  // The head of a connection's first request begins with the connection.
  const bool goes_on = wait_ == Wait::first_head && wait == Wait::head;
  wait_ = wait;
  wait_request_ = request_count_;
  if (wait != Wait::nothing && !goes_on) wait_since_ = std::chrono::steady_clock::now();
}

void HttpConnection::check_deadline(SteadyTime now, bool full) {
  if (phase_ == Phase::closed) return;
  const HttpServerOptions& options = context_.options;
  if (write_armed_ && now - write_since_ > to_chrono(options.write_timeout)) return close();
  if (stream_ && !write_armed_ && now - stream_since_ > to_chrono(options.stream_heartbeat)) {
    stream_since_ = now;
    output_.text().append(heartbeat_comment);
    return pump();
  }
  const auto waited = now - wait_since_;
  switch (wait_) {
    case Wait::nothing:
      return;
    case Wait::first_head:
      if (waited > to_chrono(options.header_timeout)) close();
      return;
    case Wait::next_head:
      if (waited > to_chrono(options.idle_timeout) || (full && waited > idle_time_max_when_full)) {
        close();
      }
      return;
    case Wait::linger:
      if (waited > linger_time_max) close();
      return;
    case Wait::head:
      if (waited <= to_chrono(options.header_timeout)) return;
      break;
    case Wait::body: {
      const auto earned = std::chrono::seconds(reader_.body_bytes() / body_bytes_per_second_min);
      if (waited <= to_chrono(options.body_timeout) + earned) return;
      break;
    }
  }
  refuse(transport_problem(408, "request_too_slow", "the request did not come within its time"));
  pump();
}

}  // namespace sojourn::net
