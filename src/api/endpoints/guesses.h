#pragma once

/// What somebody who holds a session, or a password, may try: by the user, not by the address, so
/// that guessing from many of them helps nobody.

#include <optional>
#include <string>

#include "api/context.h"
#include "net/http_message.h"

namespace sojourn::api {

/// Of a code that somebody sends: a recovery code with room around it.
inline constexpr std::size_t code_bytes_max = 100;

/// Names for Context::attempts.
[[nodiscard]] std::string password_guesses(const std::string& email);
[[nodiscard]] std::string code_guesses(const std::string& email);

/// Counts an attempt; the 429 to answer with where there were too many. Who was right says so by
/// `context.attempts.succeeded(whose)`.
[[nodiscard]] std::optional<net::Response> refuse_guess(Context& context, const std::string& whose);

}  // namespace sojourn::api
