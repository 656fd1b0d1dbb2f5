#include "api/accounts.h"
#include "api/authorize.h"
#include "api/body_fields.h"
#include "api/client_address.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/session_json.h"
#include "api/problem.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t sign_in_bytes_max = 300;

/// The hash of a user's password; empty where there is no such user.
Result<std::string> password_hash_of(Context& context, const std::string& email) {
  TRY(view, context.runtime.store().view());
  TRY(user, view->user(email));
  return user ? std::move(user->password_hash) : std::string();
}

}  // namespace

Answer get_session(Context& context, const Call& call) {
  JsonWriter out;
  TRY_VOID(write_session(out, context, call.caller.email));
  return json(out.take());
}

Answer create_session(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(email_text, required_text(body, "email", {.min = 0, .max = sign_in_bytes_max}));
  TRY(password, required_text(body, "password", {.min = 0, .max = password_bytes_max}));
  const std::string email = to_lower_ascii(trimmed(email_text));

  const std::string address = throttled_address(call.client_address);
  if (const auto wait = context.attempts.begin(address, context.real_clock.now())) {
    return problem({.code = "too_many_attempts",
                    .message = "too many attempts to sign in from this address",
                    .limit = std::to_string(attempts_max)},
                   {.retry_after = *wait});
  }
  TRY(hash, password_hash_of(context, email));
  if (!verify_password(hash, password, context.settings.password_cost)) {
    return failure("sign_in_failed", "the email or the password is wrong");
  }
  context.attempts.succeeded(address);
  TRY(cookie, context.sessions.open(email));
  JsonWriter out;
  TRY_VOID(write_session(out, context, email));
  net::Response response = created(out.take());
  response.headers.add("Set-Cookie", session_set_cookie(cookie, cookie_transport(context, call)));
  return response;
}

Answer delete_session(Context& context, const Call& call) {
  const std::string_view cookie = session_cookie_of(call.request);
  if (!cookie.empty()) TRY_VOID(context.sessions.close(cookie));
  net::Response response = no_content();
  response.headers.add("Set-Cookie", session_clear_cookie(cookie_transport(context, call)));
  return response;
}

}  // namespace sojourn::api::endpoints
