#pragma once

/// Invitations to the workspace: an email, a role, and a link that makes it a user once.
///
/// The link holds a signed token. It works until the invitation is accepted, revoked, replaced by
/// a later one for the same email, or is seven days old, by real time as sessions.

#include <optional>
#include <string>
#include <string_view>

#include "api/endpoint.h"
#include "api/random.h"
#include "api/role.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "runtime/runtime.h"
#include "store/team.h"

namespace sojourn::api {

inline constexpr Duration invitation_age_max = Duration::days(7);
/// Open and ended ones that nobody has revoked or replaced.
inline constexpr std::size_t invitations_max = 200;
/// base64url of 33 bytes.
inline constexpr std::size_t invitation_token_characters = 44;

/// What the link holds: version, id and a MAC of 128 bits under a key derived from `master`.
[[nodiscard]] std::string make_invitation_token(const HashKey& master, const Hash128& id);
/// The id; absent where the token is not what make_invitation_token() wrote. Compares in constant
/// time.
[[nodiscard]] std::optional<Hash128> read_invitation_token(const HashKey& master,
                                                           std::string_view token);

struct InvitationRequest {
  std::string email;  ///< as parse_email() returns it
  Role role = Role::viewer;
  Timestamp now;  ///< by real time
};

/// Replaces an earlier invitation of the email. Errors: `user_exists`, `owners_only`, `team_full`.
[[nodiscard]] Result<store::InvitationRecord> invite(runtime::Runtime& runtime, const Caller& by,
                                                     const InvitationRequest& request,
                                                     const RandomBytes& random);

/// Errors: `unknown_invitation`, `owners_only` for an owner's where an admin asks.
[[nodiscard]] Result<void> revoke_invitation(runtime::Runtime& runtime, const Caller& by,
                                             const std::string& email);

/// The invitation that a link names. Error `invitation_ended`, which is the same for tokens that
/// are forged, accepted, revoked, replaced or too old.
[[nodiscard]] Result<store::InvitationRecord> find_invitation(store::StateReads& reads,
                                                              const HashKey& master,
                                                              std::string_view token,
                                                              Timestamp now);

struct Acceptance {
  std::string_view token;
  std::string password_hash;
  Timestamp now;  ///< by real time
};

/// Makes the user; the invitation is used up. Error `invitation_ended`.
[[nodiscard]] Result<store::UserRecord> accept_invitation(runtime::Runtime& runtime,
                                                          const Acceptance& acceptance);

}  // namespace sojourn::api
