#include "runtime/contact_cache.h"

namespace sojourn::runtime {
namespace {

/// A contact has a few identifiers, and a visitor's is looked up before there is a contact.
constexpr std::size_t links_per_contact = 4;

}  // namespace

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

const std::optional<contacts::ContactId>* ContactCache::find_link(
    const contacts::Identifier& identifier) const {
  const auto link = links_.find(identifier);
  return link == links_.end() ? nullptr : &link->second;
}

void ContactCache::put_link(const contacts::Identifier& identifier,
                            std::optional<contacts::ContactId> contact) {
  links_[identifier] = contact;
}

void ContactCache::clear() {
  order_.clear();
  places_.clear();
  links_.clear();
}

void ContactCache::trim() {
  while (order_.size() > contacts_max_) {
    places_.erase(order_.back().id);
    order_.pop_back();
  }
  if (links_.size() > contacts_max_ * links_per_contact) links_.clear();
}

}  // namespace sojourn::runtime
