#include "api/accounts.h"
#include "api/authorize.h"
#include "api/body_fields.h"
#include "api/client_address.h"
#include "api/endpoints/begin_session.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/guesses.h"
#include "api/endpoints/session_json.h"
#include "api/problem.h"
#include "api/second_factor.h"
#include "api/team.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t sign_in_bytes_max = 300;

/// Without password where there is no such user.
Result<Account> find_account(Context& context, const std::string& email) {
  TRY(view, context.runtime.store().view());
  TRY(account, read_account(*view, email));
  return account ? std::move(*account) : Account();
}

/// The account, whose code was right and is used up.
Result<Account> check_second_step(Context& context, const Account& account,
                                  const std::string& code) {
  if (code.empty()) {
    return failure({.code = "second_factor_needed",
                    .message = "signing in has a second step for this user",
                    .field = "code"});
  }
  TRY(used, use_code(context.runtime, account.user.email,
                     {.code = code, .now = context.real_clock.now()}));
  context.attempts.succeeded(code_guesses(account.user.email));
  return used;
}

}  // namespace

Answer get_session(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(role, present_role(*view, call.caller));
  JsonWriter out;
  TRY_VOID(write_session(out, context, call.caller.email, role));
  return json(out.take());
}

Answer create_session(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(email_text, required_text(body, "email", {.min = 0, .max = sign_in_bytes_max}));
  TRY(password, required_text(body, "password", {.min = 0, .max = password_bytes_max}));
  TRY(code, optional_text(body, "code", {.min = 0, .max = code_bytes_max}));
  const std::string email = to_lower_ascii(trimmed(email_text));

  const std::string address = throttled_address(call.client_address);
  if (const auto wait = context.attempts.begin(address, context.real_clock.now())) {
    return problem({.code = "too_many_attempts",
                    .message = "too many attempts to sign in from this address",
                    .limit = std::to_string(attempts_max)},
                   {.retry_after = *wait});
  }
  TRY(account, find_account(context, email));
  if (!verify_password(account.user.password_hash, password, context.settings.password_cost)) {
    return failure("sign_in_failed", "the email or the password is wrong");
  }
  if (!account.second_factor.empty()) {
    if (!code.empty()) {
      auto refusal = refuse_guess(context, code_guesses(email));
      if (refusal) return std::move(*refusal);
    }
    TRY(checked, check_second_step(context, account, code));
    account = std::move(checked);
  }
  context.attempts.succeeded(address);
  TRY(cookie, begin_session(context, account));
  JsonWriter out;
  TRY_VOID(write_session(out, context, email, role_of(account.user)));
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
