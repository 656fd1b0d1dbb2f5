// Takes a contact out of the state, and tells where the log speaks of it.
#include <algorithm>

#include "runtime/batch.h"

namespace sojourn::runtime {

using contacts::ContactId;

Result<std::optional<std::vector<events::Position>>> Batch::erase(const ContactId& contact) {
  using Positions = std::optional<std::vector<events::Position>>;
  TRY(state, load(contact));
  if (state == nullptr) return Positions();
  std::vector<events::Position> positions;
  for (const reaction::TimelineEntry& entry : state->timeline) positions.push_back(entry.position);
  constexpr std::uint32_t newest = UINT32_MAX;
  constexpr std::size_t all = SIZE_MAX / 2;
  TRY(chunks, transaction_.timeline_chunks(contact, newest, all));
  for (const std::string& chunk : chunks) {
    TRY(entries, reaction::decode_timeline(chunk));
    for (const reaction::TimelineEntry& entry : entries) positions.push_back(entry.position);
  }
  TRY_VOID(transaction_.erase_contact(contact));
  for (const segments::Membership& membership : state->memberships) {
    const reaction::SegmentRule* rule = rules_.segment(membership.segment);
    if (membership.member && rule != nullptr) {
      count({"segment", rule->segment.key, rule->version, "", "left", 1});
    }
  }
  count({"workspace", "", 0, "", "contacts", -1});
  context_.cache.remove(contact);
  removed.push_back(contact);
  touched_.erase(contact);
  absent_.insert(contact);
  context_.cache.forget_links();
  std::sort(positions.begin(), positions.end());
  return Positions(std::move(positions));
}

}  // namespace sojourn::runtime
