#include "runtime/fact_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "domain/events/event_codec.h"

namespace sojourn::runtime {
namespace {

using events::Position;
using facts::FactDefinition;
using facts::FactState;
using facts::Occurrence;

/// States read in one statement, and records of the log.
constexpr std::size_t states_per_page = 2'000;
constexpr std::size_t records_per_page = 16'000;

/// An event of a contact that the log must be asked about.
struct WantedEvent {
  std::uint64_t position = 0;
  std::uint32_t contact = 0;
};

bool is_counted_by_name(const FactDefinition& fact) {
  return fact.match.where.empty() && fact.measured == facts::Measured::nothing;
}

bool is_inside(const FactDefinition& fact, Timestamp at) {
  return at >= fact.from && at < fact.until;
}

/// The log's records at ascending positions; one after another where they lie close together.
class LogWalk {
 public:
  LogWalk(store::EventLogReader& log, const std::function<bool()>& is_cancelled)
      : log_(log), is_cancelled_(is_cancelled) {}

  /// Calls `visit` with the index of each event that still exists, and the event.
  template <typename Visit>
  Result<void> visit(const std::vector<WantedEvent>& wanted, Visit visit) {
    std::size_t next = 0;
    while (next < wanted.size()) {
      if (is_cancelled_()) return failure("cancelled", "nobody waits for the count any more");
      const Position after{wanted[next].position - 1};
      TRY(records, log_.read(after, records_per_page));
      if (records.empty()) return {};
      for (const store::LogRecord& record : records) {
        while (next < wanted.size() && wanted[next].position < record.position.value) ++next;
        if (next == wanted.size()) break;
        if (wanted[next].position != record.position.value) continue;
        TRY(event, events::decode_event(record.payload));
        visit(wanted[next], event);
        ++next;
      }
      const std::uint64_t last = records.back().position.value;
      while (next < wanted.size() && wanted[next].position <= last) ++next;
    }
    return {};
  }

 private:
  store::EventLogReader& log_;
  const std::function<bool()>& is_cancelled_;
};

void put_facts(const WantedFacts& wanted, std::vector<FactState> counted,
               reaction::ContactState& contact) {
  for (std::size_t i = 0; i < counted.size(); ++i) {
    counted[i].id = facts::fact_id(wanted.all()[i]);
    std::erase_if(contact.facts, [&](const FactState& fact) { return fact.id == counted[i].id; });
    if (counted[i].count > 0) contact.facts.push_back(std::move(counted[i]));
  }
}

}  // namespace

std::vector<facts::FactDefinition> missing_facts(const segments::Condition& condition,
                                                 const reaction::Rules& rules) {
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  std::vector<facts::FactDefinition> missing;
  for (const facts::FactDefinition& fact : reads.facts) {
    const facts::FactId id = facts::fact_id(fact);
    const reaction::FactRule* rule = rules.fact(id);
    if (rule != nullptr && rule->definition.keep >= fact.keep) continue;
    const auto known = std::find_if(missing.begin(), missing.end(),
                                    [&](const auto& each) { return facts::fact_id(each) == id; });
    if (known == missing.end()) {
      missing.push_back(fact);
    } else {
      known->keep = std::max(known->keep, fact.keep);
    }
  }
  return missing;
}

WantedFacts::WantedFacts(std::vector<FactDefinition> facts) : facts_(std::move(facts)) {
  need_properties_ = !std::all_of(facts_.begin(), facts_.end(), is_counted_by_name);
}

bool WantedFacts::wants(std::string_view event) const {
  return std::any_of(facts_.begin(), facts_.end(),
                     [&](const FactDefinition& fact) { return fact.match.event == event; });
}

Result<std::vector<reaction::TimelineEntry>> wanted_entries(store::StateReads& view,
                                                            const reaction::ContactState& contact,
                                                            const WantedFacts& wanted) {
  std::vector<reaction::TimelineEntry> entries;
  const auto take = [&](const std::vector<reaction::TimelineEntry>& from) {
    for (const reaction::TimelineEntry& entry : from) {
      if (wanted.wants(entry.name)) entries.push_back(entry);
    }
  };
  take(contact.timeline);
  if (contact.timeline_chunks > 0) {
    constexpr std::uint32_t newest = UINT32_MAX;
    constexpr std::size_t all = SIZE_MAX / 2;
    TRY(chunks, view.timeline_chunks(contact.id, newest, all));
    for (const std::string& chunk : chunks) {
      TRY(older, reaction::decode_timeline(chunk));
      take(older);
    }
  }
  return entries;
}

Result<void> count_facts(store::Store& store, store::StateReads& view, const WantedFacts& wanted,
                         std::span<reaction::ContactState> contacts) {
  std::vector<std::vector<FactState>> counted(contacts.size(),
                                              std::vector<FactState>(wanted.all().size()));
  const auto add = [&](std::size_t contact, std::size_t fact, const Occurrence& occurrence) {
    counted[contact][fact].add(wanted.all()[fact], occurrence);
  };
  std::vector<WantedEvent> events;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    TRY(entries, wanted_entries(view, contacts[i], wanted));
    for (const reaction::TimelineEntry& entry : entries) {
      if (wanted.need_properties()) {
        events.push_back({entry.position.value, static_cast<std::uint32_t>(i)});
        continue;
      }
      for (std::size_t fact = 0; fact < wanted.all().size(); ++fact) {
        const FactDefinition& definition = wanted.all()[fact];
        if (definition.match.event == entry.name && is_inside(definition, entry.at)) {
          add(i, fact, {entry.at});
        }
      }
    }
  }
  std::sort(events.begin(), events.end(),
            [](const WantedEvent& a, const WantedEvent& b) { return a.position < b.position; });
  std::vector<Position> positions;
  positions.reserve(events.size());
  for (const WantedEvent& event : events) positions.push_back({event.position});
  TRY(records, store.log_reader().at(positions));
  std::size_t next = 0;
  for (const store::LogRecord& record : records) {
    // An erased event has no record.
    while (events[next].position != record.position.value) ++next;
    TRY(event, events::decode_event(record.payload));
    for (std::size_t fact = 0; fact < wanted.all().size(); ++fact) {
      const auto occurrence = facts::occurrence_in(wanted.all()[fact], event);
      if (occurrence) add(events[next].contact, fact, *occurrence);
    }
  }
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    put_facts(wanted, std::move(counted[i]), contacts[i]);
  }
  return {};
}

Result<void> visit_states(
    store::Store& store,
    const std::function<Result<bool>(store::StateReads&, reaction::ContactState)>& visit) {
  contacts::ContactId after;
  while (true) {
    TRY(view, store.view());
    TRY(ids, view->contact_ids(after, states_per_page));
    TRY(records, view->contacts(ids));
    for (const std::optional<store::ContactRecord>& record : records) {
      if (!record) continue;
      TRY(state, reaction::decode_contact(record->state));
      TRY(goes_on, visit(*view, std::move(state)));
      if (!goes_on) return {};
    }
    if (ids.size() < states_per_page) return {};
    after = ids.back();
  }
}

Result<ScannedFacts> scan_facts(store::Store& store, const WantedFacts& wanted,
                                const std::function<bool()>& is_cancelled) {
  ScannedFacts scanned;
  std::vector<WantedEvent> events;
  const auto add = [&](std::uint32_t contact, std::size_t fact, const Occurrence& occurrence) {
    scanned.occurrences.push_back({contact, static_cast<std::uint32_t>(fact), occurrence});
  };
  const auto visit = [&](store::StateReads& view, reaction::ContactState state) -> Result<bool> {
    const auto contact = static_cast<std::uint32_t>(scanned.ids.size());
    if (contact % states_per_page == 0 && is_cancelled()) {
      return failure("cancelled", "nobody waits for the count any more");
    }
    scanned.ids.push_back(state.id);
    TRY(entries, wanted_entries(view, state, wanted));
    for (const reaction::TimelineEntry& entry : entries) {
      if (wanted.need_properties()) {
        events.push_back({entry.position.value, contact});
        continue;
      }
      for (std::size_t fact = 0; fact < wanted.all().size(); ++fact) {
        const FactDefinition& definition = wanted.all()[fact];
        if (definition.match.event == entry.name && is_inside(definition, entry.at)) {
          add(contact, fact, {entry.at});
        }
      }
    }
    const std::size_t taken = events.size() + scanned.occurrences.size();
    if (taken <= scanned_events_max) return true;
    return failure({.code = "too_many_events",
                    .message = fmt::format("more than {} events may count", scanned_events_max),
                    .field = "where",
                    .limit = std::to_string(scanned_events_max)});
  };
  TRY_VOID(visit_states(store, visit));
  std::sort(events.begin(), events.end(),
            [](const WantedEvent& a, const WantedEvent& b) { return a.position < b.position; });
  TRY_VOID(LogWalk(store.log_reader(), is_cancelled)
               .visit(events, [&](const WantedEvent& wanted_event, const events::Event& event) {
                 for (std::size_t fact = 0; fact < wanted.all().size(); ++fact) {
                   const auto occurrence = facts::occurrence_in(wanted.all()[fact], event);
                   if (occurrence) add(wanted_event.contact, fact, *occurrence);
                 }
               }));
  std::sort(scanned.occurrences.begin(), scanned.occurrences.end(),
            [](const CountedOccurrence& a, const CountedOccurrence& b) {
              return std::tie(a.fact, a.contact) < std::tie(b.fact, b.contact);
            });
  return scanned;
}

}  // namespace sojourn::runtime
