#pragma once

/// The ledger of consent and suppression: keyed by address, so that it outlives contacts.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<ConsentRecord>> read_consents(driver::Connection& connection);
[[nodiscard]] Result<std::vector<ConsentRecord>> read_consent_lines(driver::Connection& connection);
/// Newest line first.
[[nodiscard]] Result<std::vector<ConsentRecord>> read_consent_history(
    driver::Connection& connection, const Hash128& address);
[[nodiscard]] Result<void> write_consent(driver::Connection& connection,
                                         const ConsentRecord& record);
[[nodiscard]] Result<void> move_consents(driver::Connection& connection,
                                         const contacts::ContactId& from,
                                         const contacts::ContactId& to);
/// Lines of `from` become lines of `to`, among which the order of arrival decides what holds; the
/// suppression list follows.
[[nodiscard]] Result<void> move_consents_of_address(driver::Connection& connection,
                                                    const Hash128& from, const Hash128& to);
/// Takes evidence and contact out of the contact's lines; the lines stay.
[[nodiscard]] Result<void> anonymise_consents(driver::Connection& connection,
                                              const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
