#include "api/invitations.h"

#include <algorithm>
#include <utility>

#include "api/team.h"
#include "base/bytes.h"
#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::uint8_t version_1 = 1;
constexpr std::size_t id_bytes = 16;
constexpr std::size_t mac_bytes = 16;

Hash128 mac(const HashKey& master, std::string_view signed_bytes) {
  return keyed_hash(derive_key(master, "invitation"), {signed_bytes});
}

Error ended() {
  return {.code = "invitation_ended", .message = "this invitation has been used, or has ended"};
}

Error full(std::string_view what, std::size_t limit) {
  return {.code = "team_full",
          .message = "there are " + std::to_string(limit) + " " + std::string(what),
          .limit = std::to_string(limit)};
}

Result<void> check_owner(Role by, std::string_view role) {
  if (by == Role::owner || role != to_string(Role::owner)) return {};
  return failure("owners_only", "only an owner invites an owner");
}

/// Whether there is room, and nothing is replaced that the caller may not touch.
Result<void> check_known(store::StateReads& reads, Role by, const std::string& email) {
  TRY(users, reads.user_count());
  if (users >= users_max) return tl::unexpected(full("users", users_max));
  TRY(known, store::team_of(reads).invitations());
  const auto replaced = std::find_if(known.begin(), known.end(), [&](const auto& invitation) {
    return invitation.email == email;
  });
  if (replaced != known.end()) return check_owner(by, replaced->role);
  if (known.size() < invitations_max) return {};
  return tl::unexpected(full("invitations", invitations_max));
}

}  // namespace

std::string make_invitation_token(const HashKey& master, const Hash128& id) {
  ByteWriter out;
  out.u8(version_1);
  out.hash(id);
  out.hash(mac(master, out.bytes()));
  return to_base64url(out.bytes());
}

std::optional<Hash128> read_invitation_token(const HashKey& master, std::string_view token) {
  if (token.size() != invitation_token_characters) return std::nullopt;
  const std::optional<std::string> bytes = from_base64url(token);
  if (!bytes || bytes->size() != 1 + id_bytes + mac_bytes) return std::nullopt;
  const std::string_view all = *bytes;
  const std::string_view signed_bytes = all.substr(0, 1 + id_bytes);
  const std::string_view given = all.substr(signed_bytes.size());
  if (!equal_constant_time(mac(master, signed_bytes).view(), given)) return std::nullopt;
  if (static_cast<std::uint8_t>(all[0]) != version_1) return std::nullopt;
  return Hash128::from_bytes(signed_bytes.substr(1));
}

Result<store::InvitationRecord> invite(runtime::Runtime& runtime, const Caller& by,
                                       const InvitationRequest& request,
                                       const RandomBytes& random) {
  const std::optional<Hash128> id = Hash128::from_bytes(random(id_bytes));
  ENSURE(id.has_value());
  const store::InvitationRecord invitation{.email = request.email,
                                           .id = *id,
                                           .role = std::string(to_string(request.role)),
                                           .invited_by = by.name,
                                           .created_at = request.now,
                                           .expires_at = request.now + invitation_age_max};
  const Timestamp at = runtime.clock().now();
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(own, present_admin(transaction, by));
    TRY_VOID(check_owner(own, invitation.role));
    TRY(user, transaction.user(invitation.email));
    if (user) {
      return failure({.code = "user_exists",
                      .message = "this email is a user's already",
                      .field = "email",
                      .value = invitation.email});
    }
    TRY_VOID(check_known(transaction, own, invitation.email));
    TRY_VOID(store::team_of(transaction).put_invitation(invitation));
    return transaction.append_audit(by.name, "invitation.created", invitation.email,
                                    invitation.role, at);
  };
  TRY_VOID(runtime.write(change));
  return invitation;
}

Result<void> revoke_invitation(runtime::Runtime& runtime, const Caller& by,
                               const std::string& email) {
  const Timestamp at = runtime.clock().now();
  return runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(own, present_admin(transaction, by));
    TRY(known, store::team_of(transaction).invitations());
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& invitation) {
      return invitation.email == email;
    });
    if (found == known.end()) {
      return failure({.code = "unknown_invitation",
                      .message = "nobody is invited under this email",
                      .field = "email",
                      .value = email});
    }
    TRY_VOID(check_owner(own, found->role));
    TRY_VOID(store::team_of(transaction).remove_invitation(email));
    return transaction.append_audit(by.name, "invitation.revoked", email, found->role, at);
  });
}

Result<store::InvitationRecord> find_invitation(store::StateReads& reads, const HashKey& master,
                                                std::string_view token, Timestamp now) {
  const std::optional<Hash128> id = read_invitation_token(master, token);
  if (!id) return tl::unexpected(ended());
  TRY(known, store::team_of(reads).invitations());
  for (store::InvitationRecord& invitation : known) {
    if (invitation.id == *id && now < invitation.expires_at) return std::move(invitation);
  }
  return tl::unexpected(ended());
}

Result<store::UserRecord> accept_invitation(runtime::Runtime& runtime,
                                            const Acceptance& acceptance) {
  const Timestamp at = runtime.clock().now();
  store::UserRecord made;
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(invitation,
        find_invitation(transaction, runtime.master_key(), acceptance.token, acceptance.now));
    // Whoever became a user in another way keeps the password and role that they have.
    TRY(user, transaction.user(invitation.email));
    if (user) return tl::unexpected(ended());
    made = {.email = invitation.email,
            .password_hash = acceptance.password_hash,
            .role = invitation.role,
            .created_at = at};
    TRY_VOID(transaction.put_user(made));
    TRY_VOID(store::team_of(transaction).remove_invitation(made.email));
    return transaction.append_audit(made.email, "invitation.accepted", made.email, made.role, at);
  };
  TRY_VOID(runtime.write(change));
  return made;
}

}  // namespace sojourn::api
