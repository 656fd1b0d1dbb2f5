#pragma once

/// What the store keeps of the team besides single users and sessions: lists of users and of
/// invitations, second factors, and what takes them away.
///
/// Every view and every transaction of a store has this part, too: team_of() finds it. It stands
/// apart from state.h because the engine, which reads and writes most of that, has no use for it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "store/state.h"

namespace sojourn::store {

/// That somebody may become a user.
struct InvitationRecord {
  std::string email;
  Hash128 id;  ///< random; named by the link that was sent
  std::string role;
  std::string invited_by;  ///< for the audit: a user's email, or the id of an API key
  Timestamp created_at;
  Timestamp expires_at;
  friend bool operator==(const InvitationRecord&, const InvitationRecord&) = default;
};

class TeamReads {
 public:
  virtual ~TeamReads() = default;
  virtual Result<std::vector<UserRecord>> users() = 0;              ///< by email
  virtual Result<std::vector<InvitationRecord>> invitations() = 0;  ///< by email, expired ones too
  /// As SecretBox sealed it; absent where the user has none.
  virtual Result<std::optional<std::string>> second_factor(std::string_view email) = 0;
};

class TeamWrites : public TeamReads {
 public:
  /// Sessions, second factor and private views go with the user. One that is not there is no error.
  /// The bytes are overwritten on disk as StateTransaction::erase_contact() says.
  virtual Result<void> remove_user(std::string_view email) = 0;
  /// All of a user.
  virtual Result<void> remove_sessions(std::string_view email) = 0;
  /// Inserts the invitation, or replaces the one of this email.
  virtual Result<void> put_invitation(const InvitationRecord& invitation) = 0;
  /// One that is not there is no error.
  virtual Result<void> remove_invitation(std::string_view email) = 0;
  virtual Result<void> put_second_factor(std::string_view email, std::string_view sealed) = 0;
  /// One that is not there is no error. Its bytes are overwritten, too.
  virtual Result<void> remove_second_factor(std::string_view email) = 0;
};

/// The team's part of a view or transaction; lives as long as that.
[[nodiscard]] inline TeamReads& team_of(StateReads& reads) {
  auto* const team = dynamic_cast<TeamReads*>(&reads);
  ENSURE(team != nullptr);
  return *team;
}
[[nodiscard]] inline TeamWrites& team_of(StateTransaction& transaction) {
  auto* const team = dynamic_cast<TeamWrites*>(&transaction);
  ENSURE(team != nullptr);
  return *team;
}

}  // namespace sojourn::store
