#include "runtime/snapshot_work.h"

#include <fmt/format.h>

#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "runtime/job_events.h"

namespace sojourn::runtime {
namespace {

/// Members in one slice: an event each, in one group commit.
constexpr int members_per_slice = 1'000;

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

Result<Snapshot> read_snapshot(const std::string& parameters) {
  TRY(value, parse_json(parameters));
  const Object* object = value.as_object();
  if (object == nullptr) return failure("damaged_job", "the job's parameters cannot be read");
  TRY(at, parse_timestamp(text_of(*object, "at")));
  return Snapshot{text_of(*object, "segment"), text_of(*object, "list"), at};
}

events::Event joined(const Snapshot& snapshot, store::JobId job, const contacts::ContactId& contact,
                     Timestamp now) {
  events::Event event;
  event.message_id = fmt::format("snapshot-{}-{}", job.value, contacts::format(contact));
  event.name = events::names::list_joined;
  event.contact = contact.hash;
  event.at = snapshot.at;
  event.received_at = now;
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.properties.append("list", Value(snapshot.list));
  event.properties.append("segment", Value(snapshot.segment));
  return event;
}

/// When the contact entered the segment; absent where it is in it no more.
Result<std::optional<Timestamp>> member_since(const store::ContactRecord& record,
                                              std::uint32_t segment) {
  TRY(state, reaction::decode_contact(record.state));
  for (const segments::Membership& each : state.memberships) {
    if (each.segment == segment && each.member) return std::optional(each.since);
  }
  return std::optional<Timestamp>();
}

}  // namespace

Object snapshot_parameters(const Snapshot& snapshot) {
  return {{"segment", snapshot.segment},
          {"list", snapshot.list},
          {"at", format_timestamp(snapshot.at)}};
}

Result<JobSlice> SnapshotWork::step(const store::JobRecord& job) {
  TRY(snapshot, read_snapshot(job.parameters));
  const auto rules = runtime_.rules();
  const reaction::SegmentRule* segment = rules->segment(std::string_view(snapshot.segment));
  if (segment == nullptr) {
    return failure("unknown_segment", fmt::format("segment {} is no more", snapshot.segment));
  }
  if (rules->list(std::string_view(snapshot.list)) == nullptr) {
    return failure("unknown_list", fmt::format("list {} is no more", snapshot.list));
  }
  JobSlice slice{.job = job};
  TRY(view, runtime_.store().view());
  if (!slice.job.total) {
    TRY(count, view->member_count(segment->number));
    slice.job.total = count;
  }
  TRY(page, view->list_contacts({.search = {},
                                 .segment = segment->number,
                                 .cursor = job.resume,
                                 .limit = members_per_slice}));
  std::vector<contacts::ContactId> ids;
  for (const store::ContactRecord& listed : page.contacts) ids.push_back(listed.id);
  TRY(records, view->contacts(ids));
  view.reset();
  std::vector<events::Event> events;
  const Timestamp now = runtime_.clock().now();
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(since, member_since(*record, segment->number));
    const bool was_member = since && *since <= snapshot.at;
    if (was_member) events.push_back(joined(snapshot, job.id, record->id, now));
    ++slice.job.counts[was_member ? "listed" : "entered_later"];
  }
  slice.job.done += page.contacts.size();
  TRY_VOID(submit_and_wait(runtime_, std::move(events)));
  slice.job.resume = page.next;
  slice.has_ended = page.next.empty();
  if (slice.has_ended) {
    // Members may have come and gone while it ran.
    slice.job.total = slice.job.done;
    slice.job.result = to_json(Value(Object{{"list", snapshot.list}}));
  }
  return slice;
}

}  // namespace sojourn::runtime
