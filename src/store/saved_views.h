#pragma once

/// Saved views: what somebody set up on a page of the web app (filters, order, columns), kept under
/// a name, for themselves or for everybody.
///
/// Every view and every transaction of a store has this part: saved_views_of() finds it. It stands
/// apart from state.h, as the team does, because the engine has no use for it.

#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "store/state.h"

namespace sojourn::store {

struct SavedView {
  Hash128 id;  ///< random
  std::string name;
  std::string page;   ///< of the web app: `contacts`
  std::string query;  ///< what the page's address has behind `?`; the page alone understands it
  bool is_shared = false;  ///< everybody sees it; else its owner alone
  std::string created_by;  ///< its owner: a user's email, or the id of an API key
  Timestamp created_at;
  Timestamp changed_at;
  friend bool operator==(const SavedView&, const SavedView&) = default;
};

class SavedViewReads {
 public:
  virtual ~SavedViewReads() = default;
  /// Everybody's, by page, name and id.
  virtual Result<std::vector<SavedView>> saved_views() = 0;
};

class SavedViewWrites : public SavedViewReads {
 public:
  /// Inserts the view, or replaces the one of this id.
  virtual Result<void> put_saved_view(const SavedView& view) = 0;
  /// One that is not there is no error.
  virtual Result<void> remove_saved_view(const Hash128& id) = 0;
  /// What nobody but its owner sees.
  virtual Result<void> remove_private_views(std::string_view owner) = 0;
};

/// The views' part of a view or transaction; lives as long as that.
[[nodiscard]] inline SavedViewReads& saved_views_of(StateReads& reads) {
  auto* const views = dynamic_cast<SavedViewReads*>(&reads);
  ENSURE(views != nullptr);
  return *views;
}
[[nodiscard]] inline SavedViewWrites& saved_views_of(StateTransaction& transaction) {
  auto* const views = dynamic_cast<SavedViewWrites*>(&transaction);
  ENSURE(views != nullptr);
  return *views;
}

}  // namespace sojourn::store
