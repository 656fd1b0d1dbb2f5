#pragma once

/// Sign-ups by forms with double opt-in.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::optional<SignupRecord>> read_signup(driver::Connection& connection,
                                                              std::string_view id);
[[nodiscard]] Result<std::uint64_t> count_signups(driver::Connection& connection,
                                                  const Hash128& address, Timestamp since);
[[nodiscard]] Result<std::vector<SignupRecord>> read_signups_before(driver::Connection& connection,
                                                                    Timestamp until,
                                                                    std::size_t limit);
[[nodiscard]] Result<void> write_signup(driver::Connection& connection, const SignupRecord& record);
[[nodiscard]] Result<void> delete_signup(driver::Connection& connection, std::string_view id);
[[nodiscard]] Result<void> move_signups(driver::Connection& connection,
                                        const contacts::ContactId& from,
                                        const contacts::ContactId& to);
[[nodiscard]] Result<void> move_signups_of_address(driver::Connection& connection,
                                                   const Hash128& from, const Hash128& to);
[[nodiscard]] Result<void> delete_signups_of(driver::Connection& connection,
                                             const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
