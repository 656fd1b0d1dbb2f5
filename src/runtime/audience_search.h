#pragma once

/// Who the contacts are of whom a condition is true, a page at a time, in the order of lists.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/contacts/contact_id.h"
#include "domain/segments/condition.h"
#include "runtime/audience.h"
#include "runtime/runtime.h"
#include "store/contact_place.h"

namespace sojourn::runtime {

class AudienceSearch {
 public:
  /// `runtime` is an AudienceKeeper, and outlives it.
  explicit AudienceSearch(Runtime& runtime);

  struct Page {
    std::vector<contacts::ContactId> ids;
    /// Where it goes on, the cursor of StateReads::list_contacts(); empty at the end.
    std::string next;
  };
  struct Newest {
    Page page;
    std::uint64_t total = 0;  ///< of whom it is true, on all pages
  };
  struct Query {
    std::string search = {};  ///< as of list_contacts(); empty: none
    std::string cursor = {};
    int limit = 50;
  };
  /// A page of those of whom a bound condition is true, by the audience index; `query.search` is
  /// empty. Absent where the index lacks something of it, or is not there in a moment. Error
  /// `invalid_cursor`.
  Result<std::optional<Newest>> newest(const segments::Condition& condition, const Query& query);
  /// About how many there are; exact where that is known at once.
  Result<std::uint64_t> estimate(const segments::Condition& condition);
  /// The same as newest() by looking at one contact after another, for what newest() leaves open.
  /// Gives up after `time`: the page is then short, or empty, and goes on from where it has come.
  Result<Page> walk(const segments::Condition& condition, const Query& query,
                    std::chrono::milliseconds time);

 private:
  Runtime& runtime_;
  Audience& audience_;
};

}  // namespace sojourn::runtime
