#pragma once

/// Who is in which segment. How many is a tally.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// True where the contact was no member before; the time of a member stays as it is.
[[nodiscard]] Result<bool> insert_member(driver::Connection& connection, std::uint32_t segment,
                                         const contacts::ContactId& contact, Timestamp since);
/// True where the contact was a member.
[[nodiscard]] Result<bool> delete_member(driver::Connection& connection, std::uint32_t segment,
                                         const contacts::ContactId& contact);
/// Removes the contact from every segment; the answer is the segments it was in.
[[nodiscard]] Result<std::vector<std::uint32_t>> delete_memberships(
    driver::Connection& connection, const contacts::ContactId& contact);

/// Those after `after` in the order of ids.
[[nodiscard]] Result<std::vector<contacts::ContactId>> read_members(
    driver::Connection& connection, std::uint32_t segment, const contacts::ContactId& after,
    std::size_t limit);

}  // namespace sojourn::store::sql
