#include "api/second_factor.h"

#include "api/accounts.h"
#include "api/body_fields.h"
#include "api/endpoints/begin_session.h"
#include "api/endpoints/guesses.h"
#include "api/endpoints/session_json.h"
#include "api/endpoints/team.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/one_time_code.h"
#include "api/password.h"
#include "api/problem.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

/// Of what start_second_factor() seals.
constexpr std::size_t start_bytes_max = 500;

}  // namespace

Answer get_second_factor(Context& context, const Call& call) {
  TRY(account, own_account(context.runtime, call.caller));
  TRY(factor, open_second_factor(context.runtime.master_key(), account));
  JsonWriter out;
  out.begin_object();
  boolean_field(out, "on", factor.has_value());
  count_field(out, "recoveryCodesLeft", factor ? factor->recovery.size() : 0);
  return json(out.end_object().take());
}

Answer start_second_factor(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(password, required_text(body, "password", {.min = 0, .max = password_bytes_max}));
  TRY(account, own_account(context.runtime, call.caller));
  const store::UserRecord& user = account.user;
  if (!account.second_factor.empty()) {
    return failure("second_factor_on", "signing in has a second step already");
  }
  const std::string whose = password_guesses(user.email);
  if (auto refusal = refuse_guess(context, whose)) return std::move(*refusal);
  if (!verify_password(user.password_hash, password, context.settings.password_cost)) {
    return failure(
        {.code = "wrong_password", .message = "this is not your password", .field = "password"});
  }
  context.attempts.succeeded(whose);
  TRY(view, context.runtime.store().view());
  TRY(workspace, view->setting(settings::workspace_name));
  const SecondFactorStart start = api::start_second_factor(
      context.runtime.master_key(), user.email, context.real_clock.now(), context.random);
  const std::string issuer =
      workspace && !workspace->empty() ? "Sojourn " + *workspace : std::string("Sojourn");
  JsonWriter out;
  out.begin_object();
  text_field(out, "secret", code_secret_text(start.secret));
  text_field(out, "uri", code_uri(start.secret, {.issuer = issuer, .account = user.email}));
  text_field(out, "start", start.sealed);
  return json(out.end_object().take());
}

Answer turn_on_second_factor(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(sealed, required_text(body, "start", {.min = 0, .max = start_bytes_max}));
  TRY(code, required_text(body, "code", {.min = 0, .max = code_bytes_max}));
  TRY(account, own_account(context.runtime, call.caller));
  const std::string& email = account.user.email;
  const FirstCode first{.sealed = sealed,
                        .entered = {.code = code, .now = context.real_clock.now()}};
  TRY(made, api::turn_on_second_factor(context.runtime, email, first, context.random));
  context.home_stream->end_streams();
  TRY(cookie, begin_session(context, made.account));
  JsonWriter out;
  out.begin_object();
  out.name("recoveryCodes").begin_list();
  for (const std::string& each : made.recovery_codes) out.string(each);
  out.end_list();
  net::Response response = created(out.end_object().take());
  response.headers.add("Set-Cookie", session_set_cookie(cookie, cookie_transport(context, call)));
  return response;
}

Answer turn_off_second_factor(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(code, required_text(body, "code", {.min = 0, .max = code_bytes_max}));
  TRY(account, own_account(context.runtime, call.caller));
  const std::string& email = account.user.email;
  const std::string whose = code_guesses(email);
  if (auto refusal = refuse_guess(context, whose)) return std::move(*refusal);
  TRY(changed, api::turn_off_second_factor(context.runtime, email,
                                           {.code = code, .now = context.real_clock.now()}));
  context.attempts.succeeded(whose);
  context.home_stream->end_streams();
  TRY(cookie, begin_session(context, changed));
  net::Response response = no_content();
  response.headers.add("Set-Cookie", session_set_cookie(cookie, cookie_transport(context, call)));
  return response;
}

Answer reset_second_factor(Context& context, const Call& call) {
  TRY_VOID(api::reset_second_factor(context.runtime, call.caller,
                                    to_lower_ascii(call.parameter("email"))));
  context.home_stream->end_streams();
  return no_content();
}

}  // namespace sojourn::api::endpoints
