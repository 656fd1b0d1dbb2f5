#include "api/recent_hits.h"

#include <algorithm>

#include "domain/events/hit.h"

namespace sojourn::api {

int DistinctWithin::note(const std::string& key, std::uint64_t value, Timestamp now) {
  make_room(now);
  std::vector<Seen>& values = seen_[key];
  std::erase_if(values, [&](const Seen& each) { return each.at + window_ <= now; });
  const auto known =
      std::ranges::find_if(values, [&](const Seen& each) { return each.value == value; });
  if (known != values.end()) {
    known->at = now;
  } else if (values.size() < values_max_) {
    values.push_back({.value = value, .at = now});
  }
  return static_cast<int>(values.size());
}

void DistinctWithin::make_room(Timestamp now) {
  if (seen_.size() < keys_max) return;
  absl::erase_if(seen_, [&](const auto& entry) {
    return std::ranges::all_of(entry.second,
                               [&](const Seen& each) { return each.at + window_ <= now; });
  });
  if (seen_.size() >= keys_max) seen_.clear();
}

RecentHits::RecentHits()
    : links_(events::burst_window, events::burst_links_min),
      mails_(events::crowd_window, events::crowd_mails_min) {}

RecentHits::Counts RecentHits::note(messages::MessageId message, std::uint32_t link,
                                    const std::string& address, Timestamp now) {
  const std::lock_guard lock(mutex_);
  Counts counts;
  counts.links = links_.note(std::to_string(message.value), link, now);
  if (!address.empty()) counts.mails = mails_.note(address, message.value, now);
  return counts;
}

}  // namespace sojourn::api
