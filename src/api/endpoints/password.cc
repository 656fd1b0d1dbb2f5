#include "api/password.h"

#include "api/body_fields.h"
#include "api/endpoints/begin_session.h"
#include "api/endpoints/guesses.h"
#include "api/endpoints/session_json.h"
#include "api/endpoints/team.h"
#include "api/home_stream.h"
#include "api/problem.h"
#include "api/team.h"

namespace sojourn::api::endpoints {

Answer change_password(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(present, required_text(body, "present", {.min = 0, .max = password_bytes_max}));
  TRY(wanted,
      required_text(body, "password", {.min = password_characters_min, .max = password_bytes_max}));
  TRY(account, own_account(context.runtime, call.caller));
  const std::string whose = password_guesses(account.user.email);
  if (auto refusal = refuse_guess(context, whose)) return std::move(*refusal);
  if (!verify_password(account.user.password_hash, present, context.settings.password_cost)) {
    return failure({.code = "wrong_password",
                    .message = "this is not your present password",
                    .field = "present"});
  }
  context.attempts.succeeded(whose);
  TRY(hash, hash_password(wanted, context.settings.password_cost));
  TRY(changed, api::change_password(context.runtime, account, std::move(hash)));
  context.home_stream->end_streams();
  // All sessions have ended, this one too; whoever changed the password goes on in a new one.
  TRY(cookie, begin_session(context, changed));
  net::Response response = no_content();
  response.headers.add("Set-Cookie", session_set_cookie(cookie, cookie_transport(context, call)));
  return response;
}

}  // namespace sojourn::api::endpoints
