#pragma once

/// The team: users as a list, invitations, second factors.

#include "store/driver/driver.h"
#include "store/team.h"

namespace sojourn::store::sql {

/// By email.
[[nodiscard]] Result<std::vector<UserRecord>> read_users(driver::Connection& connection);
/// The user alone: sessions and second factor are for the caller to delete.
[[nodiscard]] Result<void> delete_user(driver::Connection& connection, std::string_view email);
/// All of a user.
[[nodiscard]] Result<void> delete_sessions(driver::Connection& connection, std::string_view email);

/// By email.
[[nodiscard]] Result<std::vector<InvitationRecord>> read_invitations(
    driver::Connection& connection);
[[nodiscard]] Result<void> write_invitation(driver::Connection& connection,
                                            const InvitationRecord& invitation);
[[nodiscard]] Result<void> delete_invitation(driver::Connection& connection,
                                             std::string_view email);

[[nodiscard]] Result<std::optional<std::string>> read_second_factor(driver::Connection& connection,
                                                                    std::string_view email);
[[nodiscard]] Result<void> write_second_factor(driver::Connection& connection,
                                               std::string_view email, std::string_view sealed);
[[nodiscard]] Result<void> delete_second_factor(driver::Connection& connection,
                                                std::string_view email);

}  // namespace sojourn::store::sql
