#pragma once

/// Whether a request may do what its route does, and who makes it.

#include "api/context.h"
#include "api/endpoint.h"
#include "api/routes.h"
#include "base/result.h"
#include "net/http_message.h"

namespace sojourn::api {

/// By `Authorization: Bearer <api key>`, else by the session cookie. Reads the store for the
/// latter. Users have the permissions of their role (permission.h), API keys those of an admin.
///
/// With the cookie, every method but GET and HEAD needs an `Origin` of this server or the header
/// `X-Sojourn-Csrf: 1`: a foreign page can send neither, the cookie it sends by itself.
/// Errors: `not_signed_in`, `wrong_api_key`, `csrf_required`, `not_permitted`.
[[nodiscard]] Result<Caller> authorize(Context& context, const net::Request& request,
                                       Permission permission);

/// The value of the session cookie; empty where there is none.
[[nodiscard]] std::string_view session_cookie_of(const net::Request& request);

}  // namespace sojourn::api
