#include "net/testing/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::net::testing {
namespace {

constexpr std::size_t datagram_bytes_max = 512;  // as if nobody had asked for more
constexpr std::uint16_t start_of_authority = 6;
constexpr std::uint32_t negative_lifetime_s = 60;
constexpr int aliases_max = 8;

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

std::string wire_name(std::string_view name) {
  std::string wire;
  if (!name.empty()) {
    for (const std::string_view label : split(name, '.')) {
      wire += static_cast<char>(label.size());
      wire += label;
    }
  }
  return wire += '\0';
}

std::string wire_value(const ZoneRecord& record) {
  std::string wire;
  switch (record.type) {
    case DnsType::a:
      wire.resize(4);
      ENSURE(inet_pton(AF_INET, record.value.c_str(), wire.data()) == 1);
      break;
    case DnsType::aaaa:
      wire.resize(16);
      ENSURE(inet_pton(AF_INET6, record.value.c_str(), wire.data()) == 1);
      break;
    case DnsType::txt:
      for (std::size_t at = 0; at == 0 || at < record.value.size(); at += 255) {
        const std::string part = record.value.substr(at, 255);
        wire += static_cast<char>(part.size());
        wire += part;
      }
      break;
    case DnsType::mx:
      wire = number(record.preference, 2) + wire_name(record.value);
      break;
    case DnsType::cname:
    case DnsType::ptr:
      wire = wire_name(record.value);
      break;
  }
  return wire;
}

std::string wire_record(std::string_view owner, std::uint32_t type, std::uint32_t lifetime_s,
                        const std::string& value) {
  return wire_name(owner) + number(type, 2) + number(1, 2) + number(lifetime_s, 4) +
         number(static_cast<std::uint32_t>(value.size()), 2) + value;
}

std::string type_name(std::uint32_t type) {
  switch (type) {
    case 1:
      return "A";
    case 5:
      return "CNAME";
    case 12:
      return "PTR";
    case 15:
      return "MX";
    case 16:
      return "TXT";
    case 28:
      return "AAAA";
    default:
      return "TYPE" + std::to_string(type);
  }
}

struct Question {
  std::string name;
  std::uint32_t type = 0;
  std::size_t end = 0;  // in the message
};

Question question_of(std::string_view message) {
  Question question;
  std::size_t at = 12;
  while (at < message.size() && message[at] != 0) {
    const std::size_t size = static_cast<std::uint8_t>(message[at]);
    if (!question.name.empty()) question.name += '.';
    question.name += to_lower_ascii(message.substr(at + 1, size));
    at += size + 1;
  }
  if (at + 5 > message.size()) return {};
  question.type = static_cast<std::uint32_t>(static_cast<std::uint8_t>(message[at + 1]) << 8 |
                                             static_cast<std::uint8_t>(message[at + 2]));
  question.end = at + 5;
  return question;
}

}  // namespace

DnsServer::DnsServer(std::vector<ZoneRecord> records) : records_(std::move(records)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // The same port of TCP may be taken: then another one of UDP is tried.
  for (int tries = 0; tries < 50; ++tries) {
    datagrams_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    address.sin_port = 0;
    ENSURE(::bind(datagrams_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    ENSURE(::getsockname(datagrams_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0) break;
    ::close(datagrams_);
    ::close(listener_);
    listener_ = -1;
  }
  ENSURE(listener_ >= 0);
  ENSURE(::listen(listener_, 16) == 0);
  port_ = ntohs(address.sin_port);
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { serve(); });
}

DnsServer::~DnsServer() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_, &one, sizeof one));
  thread_.join();
  ::close(datagrams_);
  ::close(listener_);
  ::close(wake_);
}

std::string DnsServer::address() const {
  return "127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> DnsServer::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

void DnsServer::serve() {
  for (;;) {
    pollfd polled[] = {{wake_, POLLIN, 0}, {datagrams_, POLLIN, 0}, {listener_, POLLIN, 0}};
    ::poll(polled, 3, -1);
    if (polled[0].revents != 0) return;
    if (polled[1].revents != 0) {
      char bytes[4096];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const long count =
          ::recvfrom(datagrams_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (count <= 0) continue;
      const std::string answer = answer_to({bytes, static_cast<std::size_t>(count)}, false);
      if (answer.empty()) continue;
      ::sendto(datagrams_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from),
               size);
    }
    if (polled[2].revents != 0) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      serve_stream(socket);
      ::close(socket);
    }
  }
}

/// One question a connection.
void DnsServer::serve_stream(int socket) {
  std::string message(2, '\0');
  if (::recv(socket, message.data(), 2, MSG_WAITALL) != 2) return;
  const std::size_t size = static_cast<std::size_t>(static_cast<std::uint8_t>(message[0]) << 8 |
                                                    static_cast<std::uint8_t>(message[1]));
  message.resize(size);
  if (::recv(socket, message.data(), size, MSG_WAITALL) != static_cast<long>(size)) return;
  const std::string answer = answer_to(message, true);
  if (answer.empty()) return;
  const std::string framed = number(static_cast<std::uint32_t>(answer.size()), 2) + answer;
  ::send(socket, framed.data(), framed.size(), MSG_NOSIGNAL);
}

std::string DnsServer::answer_to(std::string_view message, bool stream) {
  const Question question = question_of(message);
  if (question.end == 0) return {};
  {
    const std::lock_guard lock(mutex_);
    questions_.push_back((stream ? "tcp " : "") + type_name(question.type) + " " + question.name);
  }
  if (silent_) return {};

  std::string records;
  std::uint32_t count = 0;
  bool exists = false;
  std::string owner = question.name;
  for (int i = 0; i < aliases_max; ++i) {
    std::string alias;
    for (const ZoneRecord& record : records_) {
      exists = exists || record.name == owner || record.name.ends_with("." + owner);
      if (record.name != owner) continue;
      const auto type = static_cast<std::uint32_t>(record.type);
      if (record.type == DnsType::cname && type != question.type) alias = record.value;
      if (type != question.type && alias.empty()) continue;
      records += wire_record(owner, type, record.lifetime_s, wire_value(record));
      ++count;
    }
    if (alias.empty()) break;
    owner = alias;
  }
  std::string authority;
  if (count == 0) {
    const std::string value = wire_name("ns.test") + wire_name("root.test") + number(1, 4) +
                              number(0, 4) + number(0, 4) + number(0, 4) +
                              number(negative_lifetime_s, 4);
    authority = wire_record("test", start_of_authority, negative_lifetime_s, value);
  }
  const auto code = static_cast<std::uint32_t>(code_ != 0 ? code_.load() : exists ? 0 : 3);
  const bool truncated = !stream && question.end + records.size() > datagram_bytes_max;
  if (truncated || code_ != 0) {
    records.clear();
    authority.clear();
    count = 0;
  }
  // An answer, authoritative, recursion asked for and available.
  const std::uint32_t flags = 0x8580u | (truncated ? 0x0200u : 0u) | code;
  return std::string(message.substr(0, 2)) + number(flags, 2) + number(1, 2) + number(count, 2) +
         number(authority.empty() ? 0 : 1, 2) + number(0, 2) +
         std::string(message.substr(12, question.end - 12)) + records + authority;
}

}  // namespace sojourn::net::testing
