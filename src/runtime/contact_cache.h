#pragma once

/// Contact states that the committer has in memory: the ones it used last, bounded by count.
/// What stands here equals what the store has, except while a batch is being worked.

#include <list>
#include <memory>

#include <absl/container/flat_hash_map.h>

#include "domain/reaction/contact_state.h"

namespace sojourn::runtime {

class ContactCache {
 public:
  explicit ContactCache(std::size_t contacts_max) : contacts_max_(contacts_max) {}

  /// Null where it is not here. Valid until the next call of another member.
  reaction::ContactState* find(const contacts::ContactId& id);
  reaction::ContactState& put(reaction::ContactState state);
  void remove(const contacts::ContactId& id);
  void clear();
  /// Forgets the least recently used down to the limit. Called between batches only, so that
  /// everything a batch touches stays.
  void trim();

 private:
  using Order = std::list<reaction::ContactState>;  // most recently used first
  const std::size_t contacts_max_;
  Order order_;
  absl::flat_hash_map<contacts::ContactId, Order::iterator> places_;
};

}  // namespace sojourn::runtime
