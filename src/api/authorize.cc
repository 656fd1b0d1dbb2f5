#include "api/authorize.h"

#include "api/team.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::string_view bearer = "Bearer ";

Result<Caller> authorize_key(const Context& context, std::string_view key) {
  const AccessKeys::Found found = context.keys.find_api_key(key);
  if (found == nullptr) return failure("wrong_api_key", "the API key is not one of this workspace");
  return Caller{.name = found->record.id, .email = {}};
}

bool is_own_origin(const Context& context, const net::Request& request) {
  const std::optional<std::string_view> origin = request.header("Origin");
  if (!origin) return false;
  if (!context.settings.public_url.empty() && *origin == context.settings.public_url) return true;
  const std::size_t scheme_end = origin->find("://");
  if (scheme_end == std::string_view::npos) return false;
  return origin->substr(scheme_end + 3) == request.header("Host").value_or("");
}

bool is_safe(net::Method method) {
  return method == net::Method::get || method == net::Method::head;
}

/// Whoever it is that asks.
Result<Caller> authenticate(Context& context, const net::Request& request) {
  if (const std::optional<std::string_view> header = request.header("Authorization")) {
    if (!header->starts_with(bearer)) {
      return failure("wrong_api_key", "Authorization must be Bearer and an API key");
    }
    return authorize_key(context, trimmed(header->substr(bearer.size())));
  }
  const std::string_view cookie = session_cookie_of(request);
  if (cookie.empty()) {
    return failure("not_signed_in", "this needs a signed-in user or an API key");
  }
  if (!is_safe(request.method) && request.header("X-Sojourn-Csrf") != "1" &&
      !is_own_origin(context, request)) {
    return failure("csrf_required",
                   "the request does not show that it comes from this server's app");
  }
  TRY(email, context.sessions.find(cookie));
  if (!email) return failure("not_signed_in", "the session has ended");
  return Caller{.name = *email, .email = *email};
}

}  // namespace

Result<Caller> authorize(Context& context, const net::Request& request, Permission permission) {
  if (permission == Permission::open || permission == Permission::write_key) return Caller{};
  TRY(caller, authenticate(context, request));
  // Keys have every permission that a route asks for; what users have is looked up each time.
  if (caller.email.empty()) return caller;
  TRY(view, context.runtime.store().view());
  TRY(role, present_role(*view, caller));
  if (!permits(role, permission)) return tl::unexpected(not_permitted(role));
  return caller;
}

std::string_view session_cookie_of(const net::Request& request) {
  return find_cookie(request.header("Cookie").value_or(""), session_cookie).value_or("");
}

}  // namespace sojourn::api
