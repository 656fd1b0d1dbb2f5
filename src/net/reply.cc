#include "net/reply.h"

#include <algorithm>
#include <utility>

#include "net/mailbox.h"
#include "net/response_writer.h"

namespace sojourn::net {

EventStream& EventStream::operator=(EventStream&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}

EventStream::~EventStream() {
  close();
}

bool EventStream::send(std::string_view text) {
  const std::lock_guard lock(state_->mutex);
  if (state_->closed || state_->ended || state_->overflowed) return false;
  const std::size_t queued = state_->pending.size() + state_->writing_bytes;
  const std::size_t room = state_->buffer_bytes_max - std::min(queued, state_->buffer_bytes_max);
  state_->overflowed = text.size() > room;
  if (!state_->overflowed) state_->pending.append(text);
  // A connection that is blocked in a write takes no text, and must hear of the overflow anyway.
  if (!std::exchange(state_->announced, true) || state_->overflowed) {
    state_->mailbox->post({.connection = state_->connection, .content = StreamNews()});
  }
  return !state_->overflowed;
}

bool EventStream::closed() const {
  const std::lock_guard lock(state_->mutex);
  return state_->closed || state_->ended || state_->overflowed;
}

void EventStream::close() {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  if (state_->closed || std::exchange(state_->ended, true)) return;
  if (!std::exchange(state_->announced, true)) {
    state_->mailbox->post({.connection = state_->connection, .content = StreamNews()});
  }
}

void EventStream::on_close(std::function<void()> callback) {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->closed) {
      state_->on_close = std::move(callback);
      return;
    }
  }
  callback();
}

std::string event_text(std::string_view event, std::string_view data) {
  constexpr std::string_view line_breaks = "\r\n";
  std::string text;
  if (!event.empty()) {
    text.append("event: ").append(event.substr(0, event.find_first_of(line_breaks))).append("\n");
  }
  for (;;) {
    const std::size_t end = data.find_first_of(line_breaks);
    text.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return text.append("\n");
}

Reply::Reply(std::shared_ptr<Mailbox> mailbox, ConnectionKey connection, std::uint32_t sequence)
    : mailbox_(std::move(mailbox)), connection_(connection), sequence_(sequence) {}

Reply& Reply::operator=(Reply&& other) noexcept {
  std::swap(mailbox_, other.mailbox_);
  std::swap(connection_, other.connection_);
  std::swap(sequence_, other.sequence_);
  return *this;
}

Reply::~Reply() {
  if (mailbox_) send(transport_problem(500, "internal", "the request was not answered"));
}

void Reply::send(Response response) {
  if (!mailbox_) return;
  const auto mailbox = std::move(mailbox_);
  mailbox->post({.connection = connection_, .sequence = sequence_, .content = std::move(response)});
}

EventStream Reply::stream(Headers headers) {
  const auto mailbox = std::move(mailbox_);
  auto state = std::make_shared<StreamState>(mailbox->stream_buffer_bytes_max());
  state->mailbox = mailbox;
  state->connection = connection_;
  state->headers = std::move(headers);
  mailbox->post(
      {.connection = connection_, .sequence = sequence_, .content = StreamOpening{state}});
  return EventStream(std::move(state));
}

}  // namespace sojourn::net
