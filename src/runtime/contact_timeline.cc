#include "runtime/contact_timeline.h"

namespace sojourn::runtime {
namespace {

/// Every chunk of a contact's timeline.
constexpr std::uint32_t newest_chunk = UINT32_MAX;
constexpr std::size_t all_chunks = SIZE_MAX / 2;

}  // namespace

Result<void> visit_timeline(
    const reaction::ContactState& contact, const std::function<Result<store::StateReads*>()>& reads,
    const std::function<void(std::span<const reaction::TimelineEntry>)>& visit) {
  visit(contact.timeline);
  return visit_timeline_chunks(contact, reads, visit);
}

Result<void> visit_timeline_chunks(
    const reaction::ContactState& contact, const std::function<Result<store::StateReads*>()>& reads,
    const std::function<void(std::span<const reaction::TimelineEntry>)>& visit) {
  if (contact.timeline_chunks == 0) return {};
  TRY(opened, reads());
  TRY(chunks, opened->timeline_chunks(contact.id, newest_chunk, all_chunks));
  for (const std::string& chunk : chunks) {
    TRY(entries, reaction::decode_timeline(chunk));
    visit(entries);
  }
  return {};
}

}  // namespace sojourn::runtime
