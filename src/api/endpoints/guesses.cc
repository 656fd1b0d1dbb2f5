#include "api/endpoints/guesses.h"

#include "api/problem.h"

namespace sojourn::api {

std::string password_guesses(const std::string& email) {
  return "password of " + email;
}

std::string code_guesses(const std::string& email) {
  return "code of " + email;
}

std::optional<net::Response> refuse_guess(Context& context, const std::string& whose) {
  const auto wait = context.attempts.begin(whose, context.real_clock.now());
  if (!wait) return std::nullopt;
  return problem({.code = "too_many_attempts",
                  .message = "too many attempts for this user",
                  .limit = std::to_string(attempts_max)},
                 {.retry_after = *wait});
}

}  // namespace sojourn::api
