#include "runtime/contact_cache.h"

namespace sojourn::runtime {

reaction::ContactState* ContactCache::find(const contacts::ContactId& id) {
  const auto place = places_.find(id);
  if (place == places_.end()) return nullptr;
  order_.splice(order_.begin(), order_, place->second);
  return &*place->second;
}

reaction::ContactState& ContactCache::put(reaction::ContactState state) {
  if (reaction::ContactState* present = find(state.id)) {
    *present = std::move(state);
    return *present;
  }
  order_.push_front(std::move(state));
  places_[order_.front().id] = order_.begin();
  return order_.front();
}

void ContactCache::remove(const contacts::ContactId& id) {
  const auto place = places_.find(id);
  if (place == places_.end()) return;
  order_.erase(place->second);
  places_.erase(place);
}

void ContactCache::clear() {
  order_.clear();
  places_.clear();
}

void ContactCache::trim() {
  while (order_.size() > contacts_max_) {
    places_.erase(order_.back().id);
    order_.pop_back();
  }
}

}  // namespace sojourn::runtime
