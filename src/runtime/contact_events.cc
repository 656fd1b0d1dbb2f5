#include "runtime/contact_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "domain/events/event_codec.h"
#include "domain/events/event_peek.h"
#include "runtime/event_log.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using contacts::Identifier;

/// Events that are decoded at one time.
constexpr std::size_t portion_events = 20'000;

}  // namespace

PresentContacts::PresentContacts(store::Store& store, const HashKey& master_key)
    : store_(store), contact_key_(contact_key(master_key)) {}

Result<void> PresentContacts::learn(std::span<const store::LogRecord> records) {
  std::vector<Identifier> asked;
  std::vector<ContactId> named;
  for (const store::LogRecord& record : records) {
    const ContactId subject{record.subject};
    if (!known_.try_emplace(subject, subject).second) continue;
    const events::EventHead head = events::peek(record.payload);
    if (head.contact != Hash128{}) {
      named.push_back(subject);
    } else if (!head.user_id.empty()) {
      asked.push_back({std::string(contacts::kinds::user_id), std::string(head.user_id)});
    } else {
      asked.push_back({std::string(contacts::kinds::anonymous_id), std::string(head.anonymous_id)});
    }
  }
  if (asked.empty() && named.empty()) return {};
  TRY(view, store_.view());
  TRY(links, view->identifiers(asked));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const ContactId made = contacts::derive_contact_id(contact_key_, asked[i]);
    if (links[i]) {
      known_[made] = *links[i];
    } else {
      named.push_back(made);
    }
  }
  for (const ContactId& id : named) {
    TRY(survivor, view->alias(id));
    if (survivor) known_[id] = *survivor;
  }
  return {};
}

ContactId PresentContacts::of(const Hash128& subject) const {
  const auto found = known_.find(ContactId{subject});
  return found == known_.end() ? ContactId{subject} : found->second;
}

std::size_t ContactEvents::Partition::bytes() const {
  return kept.capacity() * sizeof(Kept) + payloads.capacity() +
         seen.capacity() * (sizeof(ContactId) + 1);
}

void ContactEvents::begin(int first) {
  first_ = first;
  end_ = contacts::partition_count;
  partitions_.assign(static_cast<std::size_t>(contacts::partition_count), {});
}

ContactEvents::Name ContactEvents::name_of(std::string_view name) {
  const auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  const Name fresh{static_cast<std::uint32_t>(name_texts_.size()), selection_.wants(name)};
  name_texts_.emplace_back(name);
  names_.emplace(std::string(name), fresh);
  return fresh;
}

Result<void> ContactEvents::take(std::span<const store::LogRecord> records) {
  TRY_VOID(present_.learn(records));
  for (const store::LogRecord& record : records) {
    if (record.received_at <= selection_.until) keep(record);
  }
  return shrink();
}

void ContactEvents::keep(const store::LogRecord& record) {
  const ContactId contact = present_.of(record.subject);
  const int number = contact.partition();
  if (number < first_ || number >= end_) return;
  const Name name = name_of(record.name);
  Partition& partition = partitions_[static_cast<std::size_t>(number)];
  const bool is_first = partition.seen.insert(contact).second;
  const bool is_wanted = name.wanted || events::peek(record.payload).has_traits;
  if (!is_wanted && !is_first) return;
  partition.kept.push_back(
      {.contact = contact,
       .position = record.position,
       .at = record.at,
       .received_at = record.received_at,
       .name = name.number,
       .payload_size = is_wanted ? static_cast<std::uint32_t>(record.payload.size()) : 0,
       .payload = partition.payloads.size()});
  if (is_wanted) partition.payloads += record.payload;
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
  if (kept.payload_size > 0) {
    const std::string_view payloads = partition.payloads;
    TRY(event, events::decode_event(payloads.substr(kept.payload, kept.payload_size)));
    logged.event = std::move(event);
    return logged;
  }
  logged.event.name = name_texts_[kept.name];
  logged.event.at = kept.at;
  logged.event.received_at = kept.received_at;
  return logged;
}

Result<void> ContactEvents::visit(const Visit& visit) {
  for (int number = first_; number < end_; ++number) {
    Partition& partition = partitions_[static_cast<std::size_t>(number)];
    TRY_VOID(visit_partition(partition, visit));
    partition = {};
  }
  return {};
}

Result<void> ContactEvents::visit_partition(Partition& partition, const Visit& visit) {
  std::sort(partition.kept.begin(), partition.kept.end(), [](const Kept& a, const Kept& b) {
    return std::tie(a.contact, a.position) < std::tie(b.contact, b.position);
  });
  std::vector<Contact> portion;
  std::size_t events = 0;
  for (const Kept& kept : partition.kept) {
    const bool is_next = portion.empty() || portion.back().id != kept.contact;
    if (is_next && events >= portion_events) {
      TRY_VOID(visit(portion));
      portion.clear();
      events = 0;
    }
    if (is_next) portion.push_back({kept.contact, {}});
    TRY(logged, decode(partition, kept));
    portion.back().events.push_back(std::move(logged));
    ++events;
  }
  return portion.empty() ? Result<void>() : visit(portion);
}

}  // namespace sojourn::runtime
