#pragma once

/// Who may work in the workspace: users, their sessions, access keys, and the audit of what they
/// did.

#include "store/audit_trail.h"
#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::optional<UserRecord>> read_user(driver::Connection& connection,
                                                          std::string_view email);
[[nodiscard]] Result<std::uint64_t> count_users(driver::Connection& connection);
[[nodiscard]] Result<void> write_user(driver::Connection& connection, const UserRecord& user);

[[nodiscard]] Result<std::optional<SessionRecord>> read_session(driver::Connection& connection,
                                                                const Hash128& token_hash);
[[nodiscard]] Result<void> write_session(driver::Connection& connection,
                                         const SessionRecord& session);
[[nodiscard]] Result<void> delete_session(driver::Connection& connection,
                                          const Hash128& token_hash);

/// Oldest first.
[[nodiscard]] Result<std::vector<AccessKeyRecord>> read_access_keys(driver::Connection& connection);
[[nodiscard]] Result<void> write_access_key(driver::Connection& connection,
                                            const AccessKeyRecord& key);

[[nodiscard]] Result<std::vector<AuditRecord>> read_audit(driver::Connection& connection,
                                                          std::optional<std::uint64_t> before,
                                                          std::size_t limit);
/// `sequence` and `chain` of the record are ignored and found here.
/// As AuditReads::audit_entries().
[[nodiscard]] Result<std::vector<AuditEntry>> read_audit_entries(
    driver::Connection& connection, std::optional<std::uint64_t> before, std::size_t limit);
/// Numbers and chains the line.
[[nodiscard]] Result<void> append_audit(driver::Connection& connection, AuditEntry entry);

}  // namespace sojourn::store::sql
