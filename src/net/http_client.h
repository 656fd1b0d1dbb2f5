#pragma once

/// A blocking HTTP client on libcurl, for commands that talk to a server.
///
/// It goes wherever its caller says: URLs that come from users of the product need the guard of
/// web_client.h, and must not use this.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sojourn::net {

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Duration timeout = Duration::seconds(60);
  /// Gets the body of a 2xx answer as it comes, in place of ClientResponse::body and without its
  /// limit. False gives up.
  std::function<bool(std::string_view)> on_body = {};
};

struct ClientResponse {
  int status = 0;
  std::string body;
};

/// A larger answer is cut off with an error.
inline constexpr std::size_t client_response_bytes_max = 64 * 1024 * 1024;

/// Errors: `unreachable` with the reason; an answer of any status is no error. Follows no redirect
/// and uses no proxy of the environment.
[[nodiscard]] Result<ClientResponse> send_request(const ClientRequest& request);

}  // namespace sojourn::net
