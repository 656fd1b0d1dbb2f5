#include "runtime/contact_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "domain/events/event_codec.h"
#include "domain/events/event_peek.h"
#include "runtime/event_log.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using contacts::Identifier;

/// Events that are decoded at one time.
constexpr std::size_t portion_events = 20'000;
/// A piece grows up to this by doubling: what is set aside in vain is at most so much a partition.
constexpr std::size_t piece_bytes = 16 << 10;
/// The table of subjects is larger than the processor's caches: so many look-ups are under way at
/// one time.
constexpr std::size_t look_ahead = 8;

constexpr PresentContacts::Number unknown = UINT32_MAX;

/// The two times of an event of which only the name matters.
std::string bytes_of(const store::LogRecord& record) {
  ByteWriter out;
  out.signed_number(record.at.ms);
  out.signed_number(record.received_at.ms);
  return out.take();
}

}  // namespace

PresentContacts::PresentContacts(store::Store& store, const HashKey& master_key)
    : store_(store), contact_key_(contact_key(master_key)) {}

Result<void> PresentContacts::find(std::span<const store::LogRecord> records,
                                   std::vector<Number>& numbers) {
  numbers.resize(records.size());
  std::vector<std::size_t> fresh;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i + look_ahead < records.size()) {
      subjects_.prefetch(ContactId{records[i + look_ahead].subject});
    }
    const auto [place, is_new] = subjects_.try_emplace(ContactId{records[i].subject}, unknown);
    if (is_new) fresh.push_back(i);
    numbers[i] = place->second;
  }
  if (fresh.empty()) return {};
  TRY_VOID(ask(records, fresh));
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (numbers[i] == unknown) numbers[i] = subjects_.find(ContactId{records[i].subject})->second;
  }
  return {};
}

Result<void> PresentContacts::ask(std::span<const store::LogRecord> records,
                                  std::span<const std::size_t> places) {
  std::vector<Identifier> asked;
  std::vector<ContactId> named;
  for (const std::size_t place : places) {
    const events::EventHead head = events::peek(records[place].payload);
    if (head.contact != Hash128{}) {
      named.push_back({records[place].subject});
    } else if (!head.user_id.empty()) {
      asked.push_back({std::string(contacts::kinds::user_id), std::string(head.user_id)});
    } else {
      asked.push_back({std::string(contacts::kinds::anonymous_id), std::string(head.anonymous_id)});
    }
  }
  TRY(view, store_.view());
  TRY(links, view->identifiers(asked));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const ContactId made = contacts::derive_contact_id(contact_key_, asked[i]);
    if (links[i]) {
      lead(made, *links[i]);
    } else {
      named.push_back(made);
    }
  }
  for (const ContactId& id : named) {
    TRY(survivor, view->alias(id));
    if (survivor) lead(id, *survivor);
  }
  for (const std::size_t place : places) {
    const ContactId subject{records[place].subject};
    lead(subject, subject);
  }
  return {};
}

PresentContacts::Number PresentContacts::number_of(const ContactId& contact) {
  const auto [place, is_new] = subjects_.try_emplace(contact, unknown);
  if (place->second == unknown) {
    place->second = end();
    ids_.push_back(contact);
  }
  return place->second;
}

void PresentContacts::lead(const ContactId& subject, const ContactId& contact) {
  const auto known = subjects_.find(subject);
  if (known != subjects_.end() && known->second != unknown) return;
  const Number number = number_of(contact);
  subjects_[subject] = number;
}

std::size_t ContactEvents::Partition::bytes() const {
  return kept.size() * sizeof(Kept) + pieces.capacity() * sizeof(std::string) + held;
}

std::uint64_t ContactEvents::Partition::put(std::string_view bytes) {
  const bool fits = !pieces.empty() && pieces.back().size() + bytes.size() <= piece_bytes;
  if (!fits) pieces.emplace_back();
  std::string& piece = pieces.back();
  const std::uint64_t place = std::uint64_t{pieces.size() - 1} << 32 | piece.size();
  const std::size_t before = fits ? piece.capacity() : 0;
  piece += bytes;
  held += piece.capacity() - before;
  return place;
}

std::string_view ContactEvents::Partition::at(const Kept& event) const {
  const std::string_view piece = pieces[event.bytes >> 32];
  return piece.substr(event.bytes & UINT32_MAX, event.size);
}

void ContactEvents::begin(int first) {
  first_ = first;
  end_ = contacts::partition_count;
  partitions_.assign(static_cast<std::size_t>(contacts::partition_count), {});
  for (Mark& mark : marks_) mark.is_seen = mark.begins = false;
}

ContactEvents::Name ContactEvents::name_of(std::string_view name) {
  const auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  const Name fresh{.number = static_cast<std::uint32_t>(name_texts_.size()),
                   .wanted = selection_.wants(name),
                   .begins = !selection_.begins || selection_.begins(name)};
  name_texts_.emplace_back(name);
  names_.emplace(std::string(name), fresh);
  return fresh;
}

Result<void> ContactEvents::take(std::span<const store::LogRecord> records) {
  TRY_VOID(present_.find(records, numbers_));
  while (marks_.size() < present_.end()) {
    const ContactId& id = present_.id(static_cast<Number>(marks_.size()));
    marks_.push_back({.partition = static_cast<std::uint16_t>(id.partition())});
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].received_at <= selection_.until) keep(records[i], numbers_[i]);
  }
  return shrink();
}

void ContactEvents::keep(const store::LogRecord& record, Number contact) {
  Mark& mark = marks_[contact];
  if (mark.partition < first_ || mark.partition >= end_) return;
  const Name name = name_of(record.name);
  const bool is_first = !mark.is_seen;
  mark.is_seen = true;
  mark.begins = mark.begins || name.begins;
  const bool is_wanted = name.wanted || events::peek(record.payload).has_traits;
  if (!is_wanted && !is_first) return;
  Partition& partition = partitions_[mark.partition];
  const std::string times = is_wanted ? std::string() : bytes_of(record);
  const std::string_view bytes = is_wanted ? std::string_view(record.payload) : times;
  partition.kept.push_back({.contact = contact,
                            .name = name.number,
                            .position = record.position,
                            .bytes = partition.put(bytes),
                            .size = static_cast<std::uint32_t>(bytes.size()),
                            .is_whole = is_wanted});
}

Result<void> ContactEvents::shrink() {
  std::size_t bytes = 0;
  for (int number = first_; number < end_; ++number) {
    bytes += partitions_[static_cast<std::size_t>(number)].bytes();
    const bool fits = bytes <= selection_.memory_bytes_max;
    if (fits) continue;
    if (number == first_) {
      return failure(
          {.code = "backtest_too_large",
           .message = fmt::format("the events of one partition of the contacts take {} bytes, the "
                                  "limit is {}",
                                  bytes, selection_.memory_bytes_max),
           .value = std::to_string(bytes),
           .limit = std::to_string(selection_.memory_bytes_max)});
    }
    // Half of what is left fits for longer than all but one.
    end_ = first_ + (number - first_ + 1) / 2;
    for (auto place = static_cast<std::size_t>(end_); place < partitions_.size(); ++place) {
      partitions_[place] = {};
    }
    return {};
  }
  return {};
}

Result<events::LoggedEvent> ContactEvents::decode(const Partition& partition,
                                                  const Kept& kept) const {
  events::LoggedEvent logged;
  logged.position = kept.position;
  if (kept.is_whole) {
    TRY(event, events::decode_event(partition.at(kept)));
    logged.event = std::move(event);
    return logged;
  }
  ByteReader times(partition.at(kept));
  logged.event.name = name_texts_[kept.name];
  logged.event.at = {times.signed_number()};
  logged.event.received_at = {times.signed_number()};
  return logged;
}

Result<std::uint64_t> ContactEvents::visit(const Visit& visit) {
  for (int number = first_; number < end_; ++number) {
    Partition& partition = partitions_[static_cast<std::size_t>(number)];
    TRY_VOID(visit_partition(partition, visit));
    partition = {};
  }
  const auto passed_over = std::count_if(marks_.begin(), marks_.end(), [&](const Mark& mark) {
    const bool is_of_pass = mark.partition >= first_ && mark.partition < end_;
    return is_of_pass && mark.is_seen && !mark.begins;
  });
  return static_cast<std::uint64_t>(passed_over);
}

Result<void> ContactEvents::visit_partition(Partition& partition, const Visit& visit) {
  std::erase_if(partition.kept, [&](const Kept& kept) { return !marks_[kept.contact].begins; });
  std::sort(partition.kept.begin(), partition.kept.end(), [&](const Kept& a, const Kept& b) {
    if (a.contact == b.contact) return a.position < b.position;
    return present_.id(a.contact) < present_.id(b.contact);
  });
  std::vector<Contact> portion;
  const Kept* last = nullptr;
  std::size_t events = 0;
  for (const Kept& kept : partition.kept) {
    const bool is_next = last == nullptr || last->contact != kept.contact;
    if (is_next && events >= portion_events) {
      TRY_VOID(visit(portion));
      portion.clear();
      events = 0;
    }
    if (is_next) portion.push_back({present_.id(kept.contact), {}});
    TRY(logged, decode(partition, kept));
    portion.back().events.push_back(std::move(logged));
    ++events;
    last = &kept;
  }
  return portion.empty() ? Result<void>() : visit(portion);
}

}  // namespace sojourn::runtime
