#pragma once

/// The users of the workspace: what each may do, and their passwords. Owners change everybody,
/// admins everybody but owners, and one owner always stays.
///
/// Every change ends the sessions of the user that it is about, and writes its audit row, in one
/// transaction.

#include <optional>
#include <string>
#include <string_view>

#include "api/endpoint.h"
#include "api/role.h"
#include "base/result.h"
#include "runtime/runtime.h"
#include "store/team.h"

namespace sojourn::api {

/// More than any workspace has; lists of users are sorted in memory.
inline constexpr std::size_t users_max = 1'000;

/// A user with all that signing in asks for, as read at one moment.
struct Account {
  store::UserRecord user;
  std::string second_factor = {};  ///< sealed (second_factor.h); empty: none
};

/// Absent where there is no such user.
[[nodiscard]] Result<std::optional<Account>> read_account(store::StateReads& reads,
                                                          const std::string& email);

/// The role of a stored user; one that this version does not know has the least rights.
[[nodiscard]] Role role_of(const store::UserRecord& user);

/// The role that the caller has now: a user's own, and that of an admin for an API key. Error
/// `not_signed_in` for a user who has been removed.
[[nodiscard]] Result<Role> present_role(store::StateReads& reads, const Caller& by);
/// The same for who may change the team; else `not_permitted`. For use within a transaction: the
/// caller may have lost the role since the request came in.
[[nodiscard]] Result<Role> present_admin(store::StateReads& reads, const Caller& by);
/// What a role may not do.
[[nodiscard]] Error not_permitted(Role role);

/// Of the user that calls. Errors: `users_only` for an API key, `not_signed_in` for who is gone.
[[nodiscard]] Result<Account> own_account(runtime::Runtime& runtime, const Caller& caller);

/// The user, whom the caller may change without making them anything else. Errors: `not_permitted`,
/// `unknown_user`, `owners_only`.
[[nodiscard]] Result<store::UserRecord> find_user_to_change(store::StateReads& reads,
                                                            const Caller& by,
                                                            const std::string& email);

/// Nothing happens where it is the role already. Errors: `unknown_user`, `owners_only` (an admin
/// makes or changes an owner), `last_owner`.
[[nodiscard]] Result<void> change_role(runtime::Runtime& runtime, const Caller& by,
                                       const std::string& email, Role role);

/// Errors: `unknown_user`, `owners_only`, `last_owner`.
[[nodiscard]] Result<void> remove_user(runtime::Runtime& runtime, const Caller& by,
                                       const std::string& email);

/// `before` is the account as read when the present password was checked. Returns it as stored now.
/// Error `changed_meanwhile` where the password was changed or the user removed since.
[[nodiscard]] Result<Account> change_password(runtime::Runtime& runtime, const Account& before,
                                              std::string password_hash);

}  // namespace sojourn::api
