#include "api/endpoint.h"

#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::api {

const std::string& Call::parameter(std::string_view name) const {
  for (const auto& [known, value] : parameters) {
    if (known == name) return value;
  }
  ensure_failed("the pattern of the route names the parameter", __FILE__, __LINE__);
}

std::string public_url(const Settings& settings, std::string_view stored,
                       const net::Request& request) {
  if (!settings.public_url.empty()) return settings.public_url;
  if (!stored.empty()) return std::string(stored);
  // Only a proxy that we trust can know that the client came by TLS.
  const bool by_tls =
      settings.trusted_proxies.contains(request.peer_address) &&
      equal_ignoring_case(request.header("X-Forwarded-Proto").value_or(""), "https");
  return (by_tls ? "https://" : "http://") + std::string(request.header("Host").value_or(""));
}

}  // namespace sojourn::api
