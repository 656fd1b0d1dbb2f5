#pragma once

/// What stands in a contact's journal (decisions) and in the overflow of its timeline.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<DecisionRecord>> read_decisions(
    driver::Connection& connection, const contacts::ContactId& contact,
    std::optional<std::uint64_t> before, std::size_t limit);
[[nodiscard]] Result<void> append_decision(driver::Connection& connection,
                                           const DecisionRecord& record);

[[nodiscard]] Result<std::vector<std::string>> read_timeline_chunks(
    driver::Connection& connection, const contacts::ContactId& contact, std::uint32_t before_chunk,
    std::size_t limit);
[[nodiscard]] Result<void> write_timeline_chunk(driver::Connection& connection,
                                                const contacts::ContactId& contact,
                                                std::uint32_t chunk, std::string_view payload);

/// Both, from one contact to another.
[[nodiscard]] Result<void> move_journal(driver::Connection& connection,
                                        const contacts::ContactId& from,
                                        const contacts::ContactId& to);
[[nodiscard]] Result<void> delete_journal(driver::Connection& connection,
                                          const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
