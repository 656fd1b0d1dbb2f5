#pragma once

/// What a pass makes of some contacts who follow each other, worked out beside the committer: it
/// reads, counts the history and evaluates; what remains is to be written (see ContactPass).

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/effects/decision.h"
#include "domain/policies/policies.h"
#include "domain/reaction/history.h"
#include "domain/reaction/rules.h"
#include "store/store.h"

namespace sojourn::runtime {

/// From where to where a pass brings contacts.
struct PassPlan {
  // Shared: they are worked with beside the committer, which may replace its own meanwhile.
  std::shared_ptr<const reaction::Rules> rules;
  std::shared_ptr<const reaction::History> history;
  reaction::Generation complete = 0;  ///< every contact holds this
  reaction::Generation target = 0;
  reaction::Generation newest = 0;  ///< of the rules
  contacts::ContactId after;        ///< visited already: contacts up to this one
};

/// A contact whom the pass changes, of which more follows than what stands here in no way.
struct PassedContact {
  store::ContactRecord record;  ///< as it is to be written
  std::vector<effects::Decision> decisions;
  struct WakeMove {
    Timestamp from;
    Timestamp to;  ///< never: no wake
  };
  std::optional<WakeMove> wake = {};
};

/// Whom the pass changes nothing of is not in it.
struct PassPage {
  std::vector<PassedContact> ready;         ///< ascending by id
  std::vector<contacts::ContactId> others;  ///< who have to be evaluated by the committer
  std::optional<contacts::ContactId> last;  ///< the last one looked at; absent: all were
};

/// The at most `contacts_max` contacts after `after`, as they are in the store now.
[[nodiscard]] Result<PassPage> work_out_page(const PassPlan& plan, const contacts::ContactId& after,
                                             std::size_t contacts_max, store::Store& store,
                                             const policies::ConsentLedger& ledger, Timestamp now);

}  // namespace sojourn::runtime
