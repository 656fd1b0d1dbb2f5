#include "http_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace sojourn::bench {
namespace {

constexpr std::size_t read_bytes = 16'384;

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    give_up(fmt::format("port {}: {}", port, std::strerror(errno)));
  }
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

/// Bytes of the first whole answer in `text` and its status; 0 while it is not whole.
std::size_t whole_answer(std::string_view text, int& status) {
  const std::size_t head_end = text.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return 0;
  std::from_chars(text.data() + 9, text.data() + 12, status);
  std::size_t body = 0;
  const std::string head = to_lower_ascii(text.substr(0, head_end));
  constexpr std::string_view field = "\r\ncontent-length: ";
  const std::size_t place = head.find(field);
  if (place != std::string::npos) {
    std::from_chars(head.data() + place + field.size(), head.data() + head.size(), body);
  }
  const std::size_t size = head_end + 4 + body;
  return text.size() < size ? 0 : size;
}

}  // namespace

void give_up(std::string_view what) {
  fmt::print(stderr, "{}\n", what);
  std::exit(1);
}

HttpClient::HttpClient(int epoll, std::uint64_t first_slot, int port, int connections,
                       Answered answered)
    : epoll_(epoll),
      port_(port),
      first_slot_(first_slot),
      answered_(std::move(answered)),
      connections_(static_cast<std::size_t>(connections)) {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    open(i);
    idle_.push_back(i);
  }
}

void HttpClient::open(std::size_t index) {
  connections_[index].socket = connect_to(port_);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = first_slot_ + index;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[index].socket, &event);
}

HttpClient::~HttpClient() {
  for (const Connection& connection : connections_) ::close(connection.socket);
}

void HttpClient::send(std::string_view request, std::uint64_t context) {
  const std::size_t index = idle_.back();
  idle_.pop_back();
  connections_[index].in_use = true;
  connections_[index].context = context;
  connections_[index].unsent = request;
  flush(index);
}

void HttpClient::flush(std::size_t index) {
  Connection& connection = connections_[index];
  const ssize_t sent = ::send(connection.socket, connection.unsent.data(), connection.unsent.size(),
                              MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) give_up(fmt::format("send: {}", std::strerror(errno)));
  if (sent > 0) connection.unsent.erase(0, static_cast<std::size_t>(sent));
  if (!connection.unsent.empty()) watch(index, true);
}

void HttpClient::watch(std::size_t index, bool for_writing) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (for_writing) event.events |= EPOLLOUT;
  event.data.u64 = first_slot_ + index;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connections_[index].socket, &event);
}

void HttpClient::on_event(std::uint64_t slot, std::uint32_t events) {
  const std::size_t index = slot - first_slot_;
  if ((events & EPOLLOUT) != 0) {
    flush(index);
    if (connections_[index].unsent.empty()) watch(index, false);
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(index);
}

void HttpClient::receive(std::size_t index) {
  Connection& connection = connections_[index];
  char buffer[read_bytes];
  const ssize_t size = ::recv(connection.socket, buffer, sizeof buffer, MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    if (connection.in_use) give_up("the server closed a connection before it answered");
    ::close(connection.socket);
    return open(index);
  }
  connection.received.append(buffer, static_cast<std::size_t>(size));
  int status = 0;
  const std::size_t used = whole_answer(connection.received, status);
  if (used == 0) return;
  connection.received.erase(0, used);
  connection.in_use = false;
  idle_.push_back(index);
  answered_(connection.context, status);
}

std::string post_request(std::string_view path, std::string_view write_key, std::string_view body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {}\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      path, to_base64(std::string(write_key) + ":"), body.size(), body);
}

double percentile(std::vector<double>& samples, double share) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  const double place = std::ceil(share * static_cast<double>(samples.size())) - 1;
  return samples[static_cast<std::size_t>(std::max(place, 0.0))];
}

}  // namespace sojourn::bench
