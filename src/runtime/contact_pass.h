#pragma once

/// The part of a pass over all contacts that needs no transaction, on a thread of its own: page
/// after page is worked out there and waits for the committer, which only writes it.
///
/// What was worked out of a contact holds as long as nothing has happened to it since it was read.
/// While a pass is under way, whom something happens to comes first: the committer brings it to the
/// target in the same transaction. So from begin() on, which is called between two transactions, a
/// contact that any transaction touches has nothing left to get of a page, whenever the page was
/// read: the committer notes those contacts and passes them over. All others are in the store as
/// they were read. Time alone may have moved meanwhile: that is as if the pass had come to the
/// contact when it was read, and its wake comes after it.
///
/// step() belongs to one thread, all else to the committer's, but for what says otherwise. Nothing
/// here is durable: after a stop, or when rules change, pages are worked out anew.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <absl/container/flat_hash_set.h>

#include "base/clock.h"
#include "runtime/pass_page.h"

namespace sojourn::runtime {

class ContactPass {
 public:
  struct Options {
    /// Written in one transaction: some tens of milliseconds, in which events wait.
    std::size_t contacts_per_page = 4'000;
    /// So many pages wait at most: the committer need not wait for the next, and some megabytes
    /// hold them.
    std::size_t pages_ahead = 4;
    /// Contacts that were touched while the pass runs, 16 bytes each: at more it begins anew from
    /// where it stands.
    std::size_t touched_max = 1'000'000;
  };
  /// What it works with; everything outlives it.
  struct Parts {
    store::Store& store;
    const Clock& clock;
    const policies::ConsentLedger& ledger;  ///< thread-safe
  };

  /// `ready` is called on the thread of step() when a page waits.
  ContactPass(Parts parts, Options options, std::function<void()> ready)
      : parts_(parts), options_(options), ready_(std::move(ready)) {}

  /// Between two transactions of the committer.
  void begin(PassPlan plan);
  /// What was worked out is forgotten.
  void end();
  [[nodiscard]] bool is_begun() const { return is_begun_; }

  /// The next page, in the order of ids; absent: none is ready.
  std::optional<PassPage> take();
  /// Thread-safe.
  [[nodiscard]] bool has_page() const;

  /// A transaction that is durable has touched this contact, or removed it.
  void note_touched(const contacts::ContactId& contact);
  [[nodiscard]] bool is_touched(const contacts::ContactId& contact) const {
    return touched_.contains(contact);
  }

  /// Works out one page. False where there is nothing to do, as many wait as may, or the store
  /// cannot be read now.
  bool step();
  /// The last step() could not read the store. Thread-safe.
  [[nodiscard]] bool has_failed() const { return has_failed_; }

 private:
  const Parts parts_;
  const Options options_;
  const std::function<void()> ready_;

  bool is_begun_ = false;
  absl::flat_hash_set<contacts::ContactId> touched_;
  std::atomic<bool> has_failed_ = false;

  mutable std::mutex mutex_;
  std::shared_ptr<const PassPlan> plan_;  // guarded by mutex_; null: nothing more to work out
  contacts::ContactId reached_;           // guarded by mutex_; the last one worked out
  std::deque<PassPage> pages_;            // guarded by mutex_
};

}  // namespace sojourn::runtime
