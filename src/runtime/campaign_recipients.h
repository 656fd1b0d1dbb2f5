#pragma once

/// The people behind a campaign's numbers: lines of its ledger, chosen by what became of them.

#include <optional>
#include <string>

#include "base/result.h"
#include "domain/campaigns/answer.h"
#include "domain/contacts/contact_id.h"
#include "domain/messages/message.h"
#include "store/state.h"

namespace sojourn::runtime {

/// What is absent or empty takes all.
struct RecipientFilter {
  std::string campaign;  ///< key
  std::optional<messages::DeliveryState> status = {};
  std::optional<campaigns::Answer> answer = {};
  std::string arm = {};
  std::optional<contacts::ContactId> contact = {};
  friend bool operator==(const RecipientFilter&, const RecipientFilter&) = default;
};

/// At most `limit` of the lines, the newest first. What no index has is looked for in a part of the
/// ledger: a page may be short, or empty, before the end. Error `invalid_cursor`.
[[nodiscard]] Result<store::StateReads::MessagePage> list_recipients(store::StateReads& reads,
                                                                     const RecipientFilter& filter,
                                                                     std::string cursor, int limit);

}  // namespace sojourn::runtime
