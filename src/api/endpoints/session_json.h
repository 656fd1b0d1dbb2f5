#pragma once

/// A session as answers show it, and how its cookie travels.

#include "api/endpoint.h"
#include "api/role.h"
#include "base/json.h"

namespace sojourn::api {

/// One object of Session. `email` is empty for an API key.
Result<void> write_session(JsonWriter& out, const Context& context, std::string_view email,
                           Role role);

/// Secure where clients reach this server by TLS: else a browser would not send the cookie back.
[[nodiscard]] CookieTransport cookie_transport(const Context& context, const Call& call);

}  // namespace sojourn::api
