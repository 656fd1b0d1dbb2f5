#pragma once

/// An HTTP client for URLs that users of the product wrote: webhooks, providers, fetched assets.
///
/// Every address is judged by an AddressGuard at the moment a socket is made for it, after names
/// are resolved: a name that resolves otherwise the second time, an odd spelling of 127.0.0.1, or a
/// redirect leads nowhere that the guard does not allow. No proxy, no file, no cookie, no
/// credential of the environment plays a part. HTTP/2 where a TLS peer offers it.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/address_guard.h"
#include "net/http_message.h"

namespace sojourn::net {

/// Followed only to the same scheme, host and port, and only where method and body stay as they
/// are: 307 and 308, for GET also 301, 302 and 303. Any other redirect is an answer like others, so
/// that what was meant for one host is not handed to another.
inline constexpr int web_redirects_max = 3;

/// What happens where a connection that was used before breaks without a byte of an answer: the
/// peer may have closed it while it idled, or may have taken the request.
enum class WebRepeat : std::uint8_t {
  harmless,  ///< the request goes out once more over another connection
  /// It may have reached the peer once, and does not a second time: of a request that was written
  /// whole nothing more is tried, no redirect is followed, and connections that have been idle for
  /// some seconds are not used, since those are what peers close.
  never,
};

struct WebRequest {
  std::string method = "GET";
  std::string url;  ///< http:// or https://
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  /// Of the whole exchange, redirects included, from the moment it leaves the queue.
  Duration timeout = Duration::seconds(30);
  int redirects_max = web_redirects_max;  ///< fewer than that, where a protocol follows none
  WebRepeat repeat = WebRepeat::harmless;
};

/// Why there is no answer, by what a caller can do about it.
enum class WebFailure : std::uint8_t {
  none,         ///< there is one
  bad_request,  ///< the URL or a header cannot be sent: it never will
  refused,      ///< the guard refuses the address
  unreachable,  ///< no connection, a broken one, an untrusted certificate, a malformed answer
  timed_out,
};

struct WebResponse {
  int status = 0;         ///< 0 where there is no answer
  std::string body = {};  ///< at most web_body_bytes_max; what is longer is cut off there
  /// What Retry-After asked for; zero where it was absent or unreadable.
  Duration retry_after = {};
  WebFailure failure = WebFailure::none;
  std::string reason = {};  ///< of the failure, for a person
  /// Of a failure: the whole request was written, so the peer may have acted on it all the same.
  /// False: it cannot have.
  bool may_have_arrived = false;
  Headers headers = {};  ///< of the answer; those of informational answers (1xx) are left out
};

inline constexpr std::size_t web_body_bytes_max = 64 * 1024;
/// Heads of all answers of one exchange together; ten times what servers commonly accept.
inline constexpr std::size_t web_header_bytes_max = 64 * 1024;

/// One thread, started by the constructor. Thread-safe.
class WebClient {
 public:
  struct Options {
    AddressGuard guard = {};
    std::size_t transfers_max = 128;
    /// One slow peer must not take all of them.
    std::size_t host_transfers_max = 16;
    /// Requests that wait for their turn.
    std::size_t waiting_max = 100'000;
  };
  /// Called once, on the client's thread, which it must not hold up; not at all after stop().
  using Done = std::function<void(WebResponse response)>;

  explicit WebClient(Options options);
  ~WebClient();
  WebClient(const WebClient&) = delete;
  WebClient& operator=(const WebClient&) = delete;

  /// Errors, without calling `done`: `queue_full`, `stopping`.
  Result<void> send(WebRequest request, Done done);

  /// Cuts what is under way and joins the thread. Idempotent; not from the client's thread.
  void stop();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace sojourn::net
