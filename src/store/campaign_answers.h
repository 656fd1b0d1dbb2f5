#pragma once

/// Which of a campaign's messages were opened, clicked, returned…: an index from each of its
/// numbers to people. Every view of the state and every transaction has it; few ask for it, so that
/// it is a noun of its own.

#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "base/result.h"
#include "domain/campaigns/answer.h"
#include "domain/messages/message.h"
#include "store/state.h"

namespace sojourn::store {

class CampaignAnswerReads {
 public:
  virtual ~CampaignAnswerReads() = default;

  struct Query {
    std::string_view campaign;  ///< key
    campaigns::Answer answer = campaigns::Answer::opened;
    std::string_view cursor = {};  ///< of the page before; empty: from the beginning
    int limit = 50;
  };
  /// The campaign's messages with this answer, the newest message first. Error `invalid_cursor`.
  virtual Result<StateReads::MessagePage> campaign_answers(const Query& query) = 0;
};

class CampaignAnswers : public CampaignAnswerReads {
 public:
  /// True where the message had none of this kind. It goes when the message is erased.
  virtual Result<bool> put_campaign_answer(std::string_view campaign, campaigns::Answer answer,
                                           messages::MessageId message) = 0;
};

/// Of this view or transaction, which outlives them.
[[nodiscard]] inline CampaignAnswerReads& answers_in(StateReads& reads) {
  auto* answers = dynamic_cast<CampaignAnswerReads*>(&reads);
  ENSURE(answers != nullptr);
  return *answers;
}
/// Of this transaction, which outlives them.
[[nodiscard]] inline CampaignAnswers& answers_in(StateTransaction& transaction) {
  auto* answers = dynamic_cast<CampaignAnswers*>(&transaction);
  ENSURE(answers != nullptr);
  return *answers;
}

}  // namespace sojourn::store
