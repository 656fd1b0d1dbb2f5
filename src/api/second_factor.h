#pragma once

/// The second step of signing in: one-time codes of an authenticator app, and recovery codes for
/// when it is lost.
///
/// What is stored of it is sealed as a whole under the master key, bound to the user. Turning it
/// on or off, and resetting it, ends the user's sessions in the same transaction.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/endpoint.h"
#include "api/random.h"
#include "api/team.h"
#include "base/hash.h"
#include "base/result.h"
#include "runtime/runtime.h"

namespace sojourn::api {

inline constexpr std::size_t recovery_codes = 10;
/// How long somebody may take to enter the first code.
inline constexpr Duration second_factor_start_max = Duration::minutes(15);

struct SecondFactor {
  std::string secret;                  ///< code_secret_bytes
  std::uint64_t last_step = 0;         ///< of the newest code that was used
  std::vector<Hash128> recovery = {};  ///< keyed hashes of the codes that are left
  friend bool operator==(const SecondFactor&, const SecondFactor&) = default;
};

/// For Account::second_factor.
[[nodiscard]] std::string seal_second_factor(const HashKey& master, std::string_view email,
                                             const SecondFactor& factor);
/// Absent where the user has none. Error `secret_not_opened` where it was sealed for another user
/// or under another key.
[[nodiscard]] Result<std::optional<SecondFactor>> open_second_factor(const HashKey& master,
                                                                     const Account& account);

/// A secret that is not in force yet, and what the browser hands back to put it there: sealed, so
/// that nothing need be stored meanwhile.
struct SecondFactorStart {
  std::string secret;
  std::string sealed;
};
[[nodiscard]] SecondFactorStart start_second_factor(const HashKey& master, std::string_view email,
                                                    Timestamp now, const RandomBytes& random);

/// A code that somebody entered; `now` is real time.
struct EnteredCode {
  std::string_view code;
  Timestamp now;
};

struct SecondFactorMade {
  Account account;
  std::vector<std::string> recovery_codes;  ///< in the clear: the one time that they are seen
};
struct FirstCode {
  std::string_view sealed;  ///< SecondFactorStart::sealed
  EnteredCode entered;
};
/// Puts a started factor in force. Errors: `start_again` (not sealed by start_second_factor() for
/// this user, or too long ago), `wrong_code`, `second_factor_on`.
[[nodiscard]] Result<SecondFactorMade> turn_on_second_factor(runtime::Runtime& runtime,
                                                             const std::string& email,
                                                             const FirstCode& first,
                                                             const RandomBytes& random);

/// Takes a one-time code, or a recovery code in any case and with any hyphens and blanks, which is
/// used up. Returns the account as stored now. Error `wrong_code`, also for one used before.
[[nodiscard]] Result<Account> use_code(runtime::Runtime& runtime, const std::string& email,
                                       const EnteredCode& entered);

/// Against a code. Errors: `second_factor_off`, `wrong_code`.
[[nodiscard]] Result<Account> turn_off_second_factor(runtime::Runtime& runtime,
                                                     const std::string& email,
                                                     const EnteredCode& entered);

/// For who has lost app and recovery codes. Errors: those of change_role(), `second_factor_off`.
[[nodiscard]] Result<void> reset_second_factor(runtime::Runtime& runtime, const Caller& by,
                                               const std::string& email);

}  // namespace sojourn::api
