#pragma once

/// Which of a campaign's messages were opened, clicked, returned…

#include "store/campaign_answers.h"
#include "store/driver/driver.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<StateReads::MessagePage> read_campaign_answers(
    driver::Connection& connection, const CampaignAnswerReads::Query& query);
/// False where it is there already.
[[nodiscard]] Result<bool> write_campaign_answer(driver::Connection& connection,
                                                 std::string_view campaign,
                                                 campaigns::Answer answer,
                                                 messages::MessageId message);
[[nodiscard]] Result<void> delete_campaign_answers(driver::Connection& connection,
                                                   std::string_view campaign,
                                                   messages::MessageId message);

}  // namespace sojourn::store::sql
