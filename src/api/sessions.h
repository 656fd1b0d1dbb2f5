#pragma once

/// Sessions of signed-in users: a random id in a cookie, stored as its keyed hash.
///
/// They go by real time, not by the product's: who moves a virtual clock stays signed in.

#include <optional>
#include <string>
#include <string_view>

#include "api/random.h"
#include "base/clock.h"
#include "base/result.h"
#include "runtime/runtime.h"

namespace sojourn::api {

inline constexpr std::string_view session_cookie = "sojourn_session";
inline constexpr Duration session_idle_max = Duration::hours(12);
inline constexpr Duration session_age_max = Duration::days(14);
/// How stale the stored time of last use may become, to spare a commit a request.
inline constexpr Duration session_touch_interval = Duration::minutes(5);

/// Thread-safe. All members read or write the store: not for server threads.
class Sessions {
 public:
  /// `runtime` and `clock` outlive the sessions.
  Sessions(runtime::Runtime& runtime, const Clock& clock, RandomBytes random);

  /// A new session of a user; the cookie's value: 256 random bits as base64url.
  [[nodiscard]] Result<std::string> open(const std::string& email);
  /// The user's email; absent where the value names no session, or one that has ended.
  [[nodiscard]] Result<std::optional<std::string>> find(std::string_view cookie_value);
  /// Ends it; no error where it has ended already.
  [[nodiscard]] Result<void> close(std::string_view cookie_value);

 private:
  [[nodiscard]] Hash128 hash_of(std::string_view cookie_value) const;

  runtime::Runtime& runtime_;
  const Clock& clock_;
  const RandomBytes random_;
};

/// A cookie's value in the header `Cookie` (RFC 6265 §5.4); absent where it has none of that name.
[[nodiscard]] std::optional<std::string_view> find_cookie(std::string_view header,
                                                          std::string_view name);

enum class CookieTransport { plain, secure };

/// The value of `Set-Cookie` for a session, and for its end.
[[nodiscard]] std::string session_set_cookie(std::string_view value, CookieTransport transport);
[[nodiscard]] std::string session_clear_cookie(CookieTransport transport);

}  // namespace sojourn::api
