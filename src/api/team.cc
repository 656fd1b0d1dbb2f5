#include "api/team.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/routes.h"
#include "store/audit_trail.h"

namespace sojourn::api {
namespace {

Result<store::UserRecord> find_user(store::StateReads& reads, const std::string& email) {
  TRY(user, reads.user(email));
  if (!user) {
    return failure({.code = "unknown_user",
                    .message = "there is no user with this email",
                    .field = "email",
                    .value = email});
  }
  return std::move(*user);
}

/// `becomes` is absent for a user who is removed.
Result<void> check_change(store::StateReads& reads, Role by, const store::UserRecord& user,
                          std::optional<Role> becomes) {
  const bool is_owner = role_of(user) == Role::owner;
  if (by != Role::owner && (is_owner || becomes == Role::owner)) {
    return failure("owners_only", "only an owner makes, changes or removes an owner");
  }
  if (!is_owner || becomes == Role::owner) return {};
  TRY(users, store::team_of(reads).users());
  const auto owners = std::count_if(users.begin(), users.end(),
                                    [](const auto& each) { return role_of(each) == Role::owner; });
  if (owners > 1) return {};
  return failure({.code = "last_owner",
                  .message = "this is the only owner of the workspace",
                  .field = "email",
                  .value = user.email});
}

}  // namespace

Result<std::optional<Account>> read_account(store::StateReads& reads, const std::string& email) {
  TRY(user, reads.user(email));
  if (!user) return std::optional<Account>();
  TRY(sealed, store::team_of(reads).second_factor(email));
  return std::optional<Account>({.user = std::move(*user), .second_factor = sealed.value_or("")});
}

Role role_of(const store::UserRecord& user) {
  return parse_role(user.role).value_or(Role::viewer);
}

Result<Role> present_role(store::StateReads& reads, const Caller& by) {
  if (by.email.empty()) return Role::admin;
  TRY(user, reads.user(by.email));
  if (!user) return failure("not_signed_in", "the user has been removed");
  return role_of(*user);
}

Result<Role> present_admin(store::StateReads& reads, const Caller& by) {
  TRY(role, present_role(reads, by));
  if (!permits(role, Permission::admin)) return tl::unexpected(not_permitted(role));
  return role;
}

Error not_permitted(Role role) {
  return {.code = "not_permitted",
          .message = fmt::format("the role {} may not do this", to_string(role)),
          .value = std::string(to_string(role))};
}

Result<Account> own_account(runtime::Runtime& runtime, const Caller& caller) {
  if (caller.email.empty()) return failure("users_only", "an API key has no password and no codes");
  TRY(view, runtime.store().view());
  TRY(account, read_account(*view, caller.email));
  if (!account) return failure("not_signed_in", "the user has been removed");
  return std::move(*account);
}

Result<store::UserRecord> find_user_to_change(store::StateReads& reads, const Caller& by,
                                              const std::string& email) {
  TRY(own, present_admin(reads, by));
  TRY(user, find_user(reads, email));
  TRY_VOID(check_change(reads, own, user, role_of(user)));
  return user;
}

Result<void> change_role(runtime::Runtime& runtime, const Caller& by, const std::string& email,
                         Role role) {
  const Timestamp now = runtime.clock().now();
  return runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(own, present_admin(transaction, by));
    TRY(user, find_user(transaction, email));
    TRY_VOID(check_change(transaction, own, user, role));
    if (role_of(user) == role) return {};
    const std::string detail = fmt::format("{} -> {}", user.role, to_string(role));
    const std::string before = std::exchange(user.role, std::string(to_string(role)));
    TRY_VOID(transaction.put_user(user));
    TRY_VOID(store::team_of(transaction).remove_sessions(email));
    return store::audit_trail_of(transaction)
        .append_change({.at = now,
                        .actor = by.name,
                        .action = "user.role",
                        .subject = email,
                        .detail = detail,
                        .chain = {}},
                       {{.field = "role", .before = before, .after = user.role}});
  });
}

Result<void> remove_user(runtime::Runtime& runtime, const Caller& by, const std::string& email) {
  const Timestamp now = runtime.clock().now();
  return runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(own, present_admin(transaction, by));
    TRY(user, find_user(transaction, email));
    TRY_VOID(check_change(transaction, own, user, std::nullopt));
    TRY_VOID(store::team_of(transaction).remove_user(email));
    return transaction.append_audit(by.name, "user.removed", email, user.role, now);
  });
}

Result<Account> change_password(runtime::Runtime& runtime, const Account& before,
                                std::string password_hash) {
  const Timestamp now = runtime.clock().now();
  const std::string& email = before.user.email;
  Account changed;
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(account, read_account(transaction, email));
    if (!account || account->user.password_hash != before.user.password_hash) {
      return failure("changed_meanwhile", "somebody has changed this user meanwhile");
    }
    changed = std::move(*account);
    changed.user.password_hash = password_hash;
    TRY_VOID(transaction.put_user(changed.user));
    TRY_VOID(store::team_of(transaction).remove_sessions(email));
    return transaction.append_audit(email, "user.password", email, "", now);
  };
  TRY_VOID(runtime.write(change));
  return changed;
}

}  // namespace sojourn::api
