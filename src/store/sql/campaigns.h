#pragma once

/// Campaigns that were started, whom they were started for, and the look-ups of their messages.

#include <span>

#include "domain/campaigns/standing.h"
#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// By number.
[[nodiscard]] Result<std::vector<campaigns::Standing>> read_campaigns(
    driver::Connection& connection);
[[nodiscard]] Result<std::optional<campaigns::Standing>> read_campaign(
    driver::Connection& connection, std::uint32_t number);
[[nodiscard]] Result<void> write_campaign(driver::Connection& connection,
                                          const campaigns::Standing& campaign);

[[nodiscard]] Result<std::vector<contacts::ContactId>> read_campaign_audience(
    driver::Connection& connection, std::uint32_t campaign, std::uint64_t page);
[[nodiscard]] Result<void> write_campaign_audience(driver::Connection& connection,
                                                   std::uint32_t campaign, std::uint64_t page,
                                                   std::span<const contacts::ContactId> contacts);
[[nodiscard]] Result<void> delete_campaign_audience(driver::Connection& connection,
                                                    std::uint32_t campaign);

[[nodiscard]] Result<bool> has_campaign_address(driver::Connection& connection,
                                                std::string_view campaign,
                                                std::string_view address);
/// Oldest first; `only_held`: those without a due time.
[[nodiscard]] Result<std::vector<messages::MessageId>> read_waiting_in_campaign(
    driver::Connection& connection, std::string_view campaign, bool only_held, std::size_t limit);

}  // namespace sojourn::store::sql
