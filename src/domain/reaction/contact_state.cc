#include "domain/reaction/contact_state.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/ensure.h"

namespace sojourn::reaction {
namespace {

// 1 had neither lists nor measured facts; 2 had no armed triggers, no pending messages and no
// generations.
constexpr std::uint8_t format_3 = 3;

template <typename Item, typename Write>
void write_list(ByteWriter& out, const std::vector<Item>& items, Write write) {
  out.unsigned_number(items.size());
  for (const Item& item : items) write(item);
}

template <typename Item, typename Read>
void read_list(ByteReader& in, std::vector<Item>& items, Read read) {
  const std::size_t count = in.count();
  items.reserve(count);
  for (std::size_t i = 0; i < count && in.ok(); ++i) items.push_back(read());
}

/// Names repeat on a timeline: each is written once, then by its place in the list.
void write_timeline(ByteWriter& out, const std::vector<TimelineEntry>& entries) {
  std::vector<std::string_view> names;
  const auto place_of = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return static_cast<std::size_t>(found - names.begin());
  };
  for (const TimelineEntry& entry : entries) {
    if (place_of(entry.name) == names.size()) names.push_back(entry.name);
  }
  out.unsigned_number(names.size());
  for (const std::string_view name : names) out.string(name);
  out.unsigned_number(entries.size());
  std::int64_t at = 0;
  std::uint64_t position = 0;
  for (const TimelineEntry& entry : entries) {
    out.signed_number(subtract_wrapping(entry.at.ms, at));
    out.signed_number(static_cast<std::int64_t>(entry.position.value - position));
    out.unsigned_number(place_of(entry.name));
    at = entry.at.ms;
    position = entry.position.value;
  }
}

void read_timeline(ByteReader& in, std::vector<TimelineEntry>& entries) {
  TimelineReader reader(in);
  entries.reserve(reader.left());
  while (const auto entry = reader.next()) {
    entries.push_back({entry->at, entry->position, std::string(reader.names()[entry->name])});
  }
}

void write_before_timeline(ByteWriter& out, const ContactState& state) {
  out.u8(format_3);
  out.hash(state.id.hash);
  out.unsigned_number(state.generation);
  out.signed_number(state.first_seen.ms);
  out.signed_number(state.last_seen.ms);
  write_list(out, state.identifiers, [&](const contacts::Identifier& identifier) {
    out.string(identifier.kind);
    out.string(identifier.value);
  });
  contacts::encode(out, state.attributes);
  write_list(out, state.facts, [&](const facts::FactState& fact) { facts::encode(out, fact); });
  write_list(out, state.memberships,
             [&](const segments::Membership& membership) { segments::encode(out, membership); });
  write_list(out, state.lists,
             [&](const segments::Listing& listing) { segments::encode(out, listing); });
  write_list(out, state.scores,
             [&](const scoring::ScoreState& score) { scoring::encode(out, score); });
  write_list(out, state.runs, [&](const journeys::Run& run) { journeys::encode(out, run); });
  out.unsigned_number(state.run_sequence);
  write_list(out, state.reservations, [&](const policies::Reservation& place) {
    out.string(place.message);
    out.signed_number(place.at.ms);
  });
  write_list(out, state.pending, [&](const policies::Pending& pending) {
    out.string(pending.message);
    out.unsigned_number(pending.run);
    out.signed_number(pending.priority);
    out.signed_number(pending.due.ms);
  });
  write_list(out, state.armed, [&](const ArmedTrigger& armed) {
    out.unsigned_number(armed.journey);
    out.unsigned_number(armed.trigger);
    out.signed_number(armed.due.ms);
  });
}

void write_after_timeline(ByteWriter& out, const ContactState& state) {
  out.unsigned_number(state.timeline_chunks);
  out.signed_number(state.wake.ms);
}

ContactState read_before_timeline(ByteReader& in) {
  ContactState state;
  state.id.hash = in.hash();
  state.generation = in.unsigned_number();
  state.first_seen = {in.signed_number()};
  state.last_seen = {in.signed_number()};
  read_list(in, state.identifiers, [&] {
    contacts::Identifier identifier;
    identifier.kind = in.string();
    identifier.value = in.string();
    return identifier;
  });
  state.attributes = contacts::decode_attributes(in);
  read_list(in, state.facts, [&] { return facts::decode_fact(in); });
  read_list(in, state.memberships, [&] { return segments::decode_membership(in); });
  read_list(in, state.lists, [&] { return segments::decode_listing(in); });
  read_list(in, state.scores, [&] { return scoring::decode_score(in); });
  read_list(in, state.runs, [&] { return journeys::decode_run(in); });
  state.run_sequence = in.unsigned_number();
  read_list(in, state.reservations, [&] {
    policies::Reservation place;
    place.message = in.string();
    place.at = {in.signed_number()};
    return place;
  });
  read_list(in, state.pending, [&] {
    policies::Pending pending;
    pending.message = in.string();
    pending.run = in.unsigned_number();
    pending.priority = static_cast<int>(in.signed_number());
    pending.due = {in.signed_number()};
    return pending;
  });
  read_list(in, state.armed, [&] {
    ArmedTrigger armed;
    armed.journey = static_cast<std::uint32_t>(in.unsigned_number());
    armed.trigger = static_cast<std::uint32_t>(in.unsigned_number());
    armed.due = {in.signed_number()};
    return armed;
  });
  return state;
}

void read_after_timeline(ByteReader& in, ContactState& state) {
  state.timeline_chunks = static_cast<std::uint32_t>(in.unsigned_number());
  state.wake = {in.signed_number()};
}

tl::unexpected<Error> damaged_contact() {
  return failure("damaged_contact", "the store holds a contact that cannot be read");
}

}  // namespace

std::string ContactState::identifier(std::string_view kind) const {
  for (const contacts::Identifier& each : identifiers) {
    if (each.kind == kind) return each.value;
  }
  return {};
}

bool ContactState::has(const contacts::Identifier& wanted) const {
  return std::find(identifiers.begin(), identifiers.end(), wanted) != identifiers.end();
}

std::string ContactState::display_name() const {
  const std::string first = attributes.text(contacts::traits::first_name);
  const std::string last = attributes.text(contacts::traits::last_name);
  if (first.empty() && last.empty()) return attributes.text("name");
  if (first.empty()) return last;
  return last.empty() ? first : first + " " + last;
}

std::string encode(const ContactState& state) {
  ByteWriter out;
  write_before_timeline(out, state);
  write_timeline(out, state.timeline);
  write_after_timeline(out, state);
  return out.take();
}

std::string encode_beside_timeline(const StateBesideTimeline& contact) {
  ENSURE(contact.state.timeline.empty());
  ByteWriter out;
  write_before_timeline(out, contact.state);
  out.bytes(contact.timeline);
  write_after_timeline(out, contact.state);
  return out.take();
}

Result<ContactState> decode_contact(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != format_3) return damaged_contact();
  ContactState state = read_before_timeline(in);
  read_timeline(in, state.timeline);
  read_after_timeline(in, state);
  if (!in.ok() || !in.at_end()) return damaged_contact();
  return state;
}

Result<StateBesideTimeline> decode_beside_timeline(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != format_3) return damaged_contact();
  StateBesideTimeline contact{read_before_timeline(in), {}};
  const std::string_view rest = in.rest();
  TimelineReader(in).skip();
  contact.timeline = rest.substr(0, rest.size() - in.rest().size());
  read_after_timeline(in, contact.state);
  if (!in.ok() || !in.at_end()) return damaged_contact();
  return contact;
}

TimelineReader::TimelineReader(ByteReader& in) : in_(in) {
  read_list(in_, names_, [&] { return in_.string(); });
  left_ = in_.count();
}

std::optional<TimelineReader::Entry> TimelineReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  last_.at = {add_wrapping(last_.at.ms, in_.signed_number())};
  last_.position.value += static_cast<std::uint64_t>(in_.signed_number());
  last_.name = in_.unsigned_number();
  if (last_.name >= names_.size()) in_.fail();
  if (!in_.ok()) return std::nullopt;
  return last_;
}

void TimelineReader::skip() {
  constexpr std::size_t numbers_each = 3;
  in_.skip_numbers(left_ * numbers_each);
  left_ = 0;
}

std::string encode_timeline(const std::vector<TimelineEntry>& entries) {
  ByteWriter out;
  out.u8(format_3);
  write_timeline(out, entries);
  return out.take();
}

Result<std::vector<TimelineEntry>> decode_timeline(std::string_view bytes) {
  ByteReader in(bytes);
  std::vector<TimelineEntry> entries;
  const bool known_format = in.u8() == format_3;
  read_timeline(in, entries);
  if (!known_format || !in.ok() || !in.at_end()) {
    return failure("damaged_timeline", "the store holds a timeline that cannot be read");
  }
  return entries;
}

}  // namespace sojourn::reaction
