#pragma once

/// Keep-alive HTTP connections for load tools: one request at a time on each, all in one epoll.
///
/// Loopback and plain HTTP only. A connection that the server closes while it is idle is opened
/// anew. Nothing is retried: an answer that does not come ends the program, for figures of a broken
/// run mean nothing.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::bench {

using SteadyClock = std::chrono::steady_clock;

class HttpClient {
 public:
  /// `context` is what was given to send(); `status` is that of the answer.
  using Answered = std::function<void(std::uint64_t context, int status)>;

  /// Connects at once. `epoll` is the caller's and outlives this; its events carry slots from
  /// `first_slot` on in `data.u64`.
  HttpClient(int epoll, std::uint64_t first_slot, int port, int connections, Answered answered);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] bool has_idle() const { return !idle_.empty(); }
  [[nodiscard]] bool all_idle() const { return idle_.size() == connections_.size(); }
  /// Sends on an idle connection; there must be one.
  void send(std::string_view request, std::uint64_t context);
  [[nodiscard]] bool owns(std::uint64_t slot) const {
    return slot >= first_slot_ && slot < first_slot_ + connections_.size();
  }
  void on_event(std::uint64_t slot, std::uint32_t events);

 private:
  struct Connection {
    int socket = -1;
    bool in_use = false;  ///< an answer is awaited
    std::uint64_t context = 0;
    std::string unsent;
    std::string received;
  };
  void open(std::size_t index);
  void flush(std::size_t index);
  void receive(std::size_t index);
  void watch(std::size_t index, bool for_writing);

  const int epoll_;
  const int port_;
  const std::uint64_t first_slot_;
  const Answered answered_;
  std::vector<Connection> connections_;
  std::vector<std::size_t> idle_;
};

/// A whole POST request with Basic authentication by a write key.
[[nodiscard]] std::string post_request(std::string_view path, std::string_view write_key,
                                       std::string_view body);

/// Ends the program with a message and status 1.
[[noreturn]] void give_up(std::string_view what);

/// The value below which `share` of the samples lie; sorts them. 0 without samples.
[[nodiscard]] double percentile(std::vector<double>& samples, double share);

}  // namespace sojourn::bench
