#include "support/cutting_proxy.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace sojourn::testing {
namespace {

constexpr std::string_view socket_name = ".s.PGSQL.5432";
constexpr int poll_ms = 20;

sockaddr_un address_in(const std::string& folder) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = folder + "/" + std::string(socket_name);
  if (path.size() >= sizeof(address.sun_path)) std::abort();
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Empty at the end.
std::string_view receive(int from, std::array<char, 64 << 10>& buffer) {
  const ssize_t count = ::recv(from, buffer.data(), buffer.size(), 0);
  return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

}  // namespace

CuttingProxy::CuttingProxy(const std::string& server_folder) : server_folder_(server_folder) {
  std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-px-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_in(folder_);
  const bool listens =
      ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listener_, 16) == 0;
  if (!listens) std::abort();
  acceptor_ = std::thread([this] { accept_clients(); });
}

CuttingProxy::~CuttingProxy() {
  is_over_ = true;
  acceptor_.join();
  ::close(listener_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string CuttingProxy::url(const std::string& database) const {
  return fmt::format("postgresql:///{}?host={}&user=sojourn", database, folder_);
}

void CuttingProxy::cut_next(const std::string& writer, Cut cut) {
  // In a Bind message a value stands behind its length in four bytes.
  pattern_ = std::string(3, '\0') + static_cast<char>(writer.size()) + writer;
  cut_ = cut;
}

void CuttingProxy::accept_clients() {
  while (!is_over_) {
    pollfd waiting = {.fd = listener_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, poll_ms) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) relays_.emplace_back([this, client] { relay(client); });
  }
  for (std::thread& relay : relays_) relay.join();
}

Cut CuttingProxy::take_cut(std::string_view sent) {
  if (cut_ == Cut::none || sent.find(pattern_) == std::string_view::npos) return Cut::none;
  ++cuts_;
  return cut_.exchange(Cut::none);
}

bool CuttingProxy::pass_on(std::string_view sent, int server) {
  const Cut cut = take_cut(sent);
  if (cut == Cut::before_commit) return false;
  if (!send_all(server, sent)) return false;
  if (cut == Cut::none) return true;
  // The server answers when it has carried out all of it; nobody is told.
  std::array<char, 64 << 10> buffer;
  receive(server, buffer);
  return false;
}

void CuttingProxy::relay(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_in(server_folder_);
  bool goes_on =
      ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  std::array<char, 64 << 10> buffer;
  while (goes_on && !is_over_) {
    std::array<pollfd, 2> waiting = {pollfd{.fd = client, .events = POLLIN, .revents = 0},
                                     pollfd{.fd = server, .events = POLLIN, .revents = 0}};
    if (::poll(waiting.data(), waiting.size(), poll_ms) <= 0) continue;
    if (waiting[0].revents != 0) {
      const std::string_view sent = receive(client, buffer);
      goes_on = !sent.empty() && pass_on(sent, server);
    }
    if (goes_on && waiting[1].revents != 0) {
      const std::string_view sent = receive(server, buffer);
      goes_on = !sent.empty() && send_all(client, sent);
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace sojourn::testing
