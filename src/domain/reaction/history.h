#pragma once

/// The history of facts that came into force later than the log began: which of its events count,
/// gathered by one pass over the log, and given out contact by contact (ARCHITECTURE 5,
/// "Backfill").
///
/// A contact's timeline says which events are its own, after merges too. So events are gathered by
/// position, and it is never asked whom they were about.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/events/event.h"
#include "domain/facts/occurrence_index.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"

namespace sojourn::reaction {

/// A fact of the rules, and up to where its events stood in the log when it came into force: later
/// ones are counted live.
struct YoungFact {
  facts::FactId fact;
  events::Position cut;
};

class History {
 public:
  /// Facts that the rules do not have are left out.
  History(std::shared_ptr<const Rules> rules, const std::vector<YoungFact>& facts);

  /// Names of the events whose content must be looked at. Of other facts a timeline tells enough.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// No event after this one is asked for.
  [[nodiscard]] events::Position until() const { return until_; }
  [[nodiscard]] bool asks_for_nothing() const { return wanted_.empty(); }
  /// The same questions, with nothing noted.
  [[nodiscard]] History anew() const;

  /// Of an event with one of names(), in the order of the log, up to until().
  void note(events::Position position, const events::Event& event);
  /// Notes what another history with the same questions has noted of a later part of the log, see
  /// OccurrenceIndex::append().
  void append(History later);

  /// Adds what events on this timeline, or a part of it, are to facts that a contact of generation
  /// `held` lacks. Of points every occurrence is kept, in no order.
  void count(std::span<const TimelineEntry> timeline, Generation held,
             std::vector<facts::FactState>& states) const;
  /// The same of a timeline as it is written. What is no timeline ends early.
  void count(TimelineReader timeline, Generation held, std::vector<facts::FactState>& states) const;

 private:
  struct Wanted {
    const FactRule* rule = nullptr;
    events::Position cut;
    bool needs_content = false;
    facts::OccurrenceIndex index;
  };

  /// The places in wanted_ of those that events of this name may count for; null: none.
  [[nodiscard]] const std::vector<std::size_t>* wanted_of(std::string_view name) const;
  void count(const std::vector<std::size_t>& wanted, Timestamp at, events::Position position,
             Generation held, std::vector<facts::FactState>& states) const;

  const std::shared_ptr<const Rules> rules_;
  std::vector<Wanted> wanted_;
  /// OPTIMIZATION: names are few and timelines long, and comparing takes a quarter of what hashing
  /// does.
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_name_;
  std::vector<std::string> names_;
  events::Position until_;
};

}  // namespace sojourn::reaction
