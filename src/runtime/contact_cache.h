#pragma once

/// What the committer has in memory of contacts: the states that it used last and the identifiers
/// that it looked up, both bounded by count. What stands here equals what the store has, except
/// while a batch is being worked.

#include <list>
#include <memory>
#include <optional>

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

  /// Whom an identifier leads to; null where that is not here. Valid until the next call.
  [[nodiscard]] const std::optional<contacts::ContactId>* find_link(
      const contacts::Identifier& identifier) const;
  /// Absent: it leads to nobody.
  void put_link(const contacts::Identifier& identifier, std::optional<contacts::ContactId> contact);
  /// For when a contact goes: what led to it is not known here one by one.
  void forget_links() { links_.clear(); }

  void clear();
  /// Forgets the least recently used down to the limit. Called between batches only, so that
  /// everything a batch touches stays.
  void trim();

 private:
  using Order = std::list<reaction::ContactState>;  // most recently used first
  const std::size_t contacts_max_;
  Order order_;
  absl::flat_hash_map<contacts::ContactId, Order::iterator> places_;
  absl::flat_hash_map<contacts::Identifier, std::optional<contacts::ContactId>> links_;
};

}  // namespace sojourn::runtime
