#pragma once

/// Who is in which segment. How many is a tally.

#include <functional>

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// What they call, they call when the answer is there: see driver::Connection::post_query().
///
/// `inserted` is called where the contact was no member before; the time of a member stays as it
/// is.
[[nodiscard]] Result<void> insert_member(driver::Connection& connection, std::uint32_t segment,
                                         const contacts::ContactId& contact, Timestamp since,
                                         std::function<void()> inserted);
/// `deleted` is called where the contact was a member.
[[nodiscard]] Result<void> delete_member(driver::Connection& connection, std::uint32_t segment,
                                         const contacts::ContactId& contact,
                                         std::function<void()> deleted);
/// Removes the contact from every segment; `left` is called with each that it was in.
[[nodiscard]] Result<void> delete_memberships(driver::Connection& connection,
                                              const contacts::ContactId& contact,
                                              const std::function<void(std::uint32_t)>& left);

/// Those after `after` in the order of ids.
[[nodiscard]] Result<std::vector<contacts::ContactId>> read_members(
    driver::Connection& connection, std::uint32_t segment, const contacts::ContactId& after,
    std::size_t limit);

}  // namespace sojourn::store::sql
