#pragma once

/// Everything that the engine knows of one contact: the state row.
///
/// Derived from the log and from decisions; read and written whole. Parts whose definition is gone
/// are kept by readers and dropped at the next write.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/contacts/attributes.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"
#include "domain/facts/fact.h"
#include "domain/journeys/run.h"
#include "domain/policies/policies.h"
#include "domain/scoring/score.h"
#include "domain/segments/segment.h"
#include "domain/segments/static_list.h"

namespace sojourn::reaction {

/// One event on the contact's timeline; its properties are in the log at `position`.
struct TimelineEntry {
  Timestamp at;
  events::Position position;
  std::string name;
  friend bool operator==(const TimelineEntry&, const TimelineEntry&) = default;
};

/// The next instant at which time fires a trigger of a journey.
struct ArmedTrigger {
  std::uint32_t journey = 0;  ///< number of the definition
  std::uint32_t trigger = 0;  ///< its place among the journey's triggers
  Timestamp due;
  friend bool operator==(const ArmedTrigger&, const ArmedTrigger&) = default;
};

/// So many of the newest entries stand in the state row; older ones are moved out in chunks of the
/// same size (ARCHITECTURE 6, "Timeline").
inline constexpr std::size_t timeline_kept = 64;

/// Ended runs of which the contact's state keeps the record, newest; older ones are in the journal.
inline constexpr std::size_t ended_runs_max = 50;
/// Active runs of one contact at one time.
inline constexpr std::size_t active_runs_max = 200;
/// Identifiers of one contact.
inline constexpr std::size_t identifiers_max = 200;

struct ContactState {
  contacts::ContactId id;
  /// The publication up to which its facts hold what happened before they came into force, at
  /// least. A new contact has nothing that came before.
  facts::Generation generation = 0;
  Timestamp first_seen;
  Timestamp last_seen;
  std::vector<contacts::Identifier> identifiers;  ///< in the order of linking
  contacts::Attributes attributes;
  std::vector<facts::FactState> facts;
  std::vector<segments::Membership> memberships;
  std::vector<segments::Listing> lists;
  std::vector<scoring::ScoreState> scores;
  std::vector<journeys::Run> runs;  ///< in the order of entry
  std::uint64_t run_sequence = 0;   ///< of the newest run; begins at first_seen's milliseconds
  std::vector<policies::Reservation> reservations;
  std::vector<policies::Pending> pending;  ///< in the outbox; at most policies::pending_max
  std::vector<ArmedTrigger> armed;
  std::vector<TimelineEntry> timeline;  ///< oldest first
  std::uint32_t timeline_chunks = 0;    ///< moved out so far
  /// The due time that the store's wake index holds for this contact, a lower bound of what the
  /// last reaction asked for; never: none. Whoever keeps the state keeps it up to date.
  Timestamp wake = Timestamp::never();

  /// The identifier of a kind that was linked first; empty where there is none.
  [[nodiscard]] std::string identifier(std::string_view kind) const;
  [[nodiscard]] bool has(const contacts::Identifier& identifier) const;
  /// A known contact has a user id; others are anonymous (PRODUCT 5).
  [[nodiscard]] bool is_known() const { return !identifier(contacts::kinds::user_id).empty(); }
  /// First and last name, else `name`, as attributes have them; empty where neither is set.
  [[nodiscard]] std::string display_name() const;

  friend bool operator==(const ContactState&, const ContactState&) = default;
};

[[nodiscard]] std::string encode(const ContactState& state);
/// Error `damaged_contact` where the bytes are not what encode() writes.
[[nodiscard]] Result<ContactState> decode_contact(std::string_view bytes);

/// A state without its timeline, which stays as it was written: half of what reading and writing a
/// contact takes. For who looks at many contacts and adds to no timeline.
struct StateBesideTimeline {
  ContactState state;         ///< with an empty timeline
  std::string_view timeline;  ///< a part of the bytes that were read
};
[[nodiscard]] Result<StateBesideTimeline> decode_beside_timeline(std::string_view bytes);
/// What encode() writes of the state with that timeline. The state's own must be empty.
[[nodiscard]] std::string encode_beside_timeline(const StateBesideTimeline& contact);

[[nodiscard]] std::string encode_timeline(const std::vector<TimelineEntry>& entries);
[[nodiscard]] Result<std::vector<TimelineEntry>> decode_timeline(std::string_view bytes);

/// Reads a timeline as it stands in a state, entry by entry, without making entries of it.
class TimelineReader {
 public:
  /// An entry whose name is the `name`-th of names().
  struct Entry {
    Timestamp at;
    events::Position position;
    std::size_t name = 0;
  };

  explicit TimelineReader(ByteReader& in);

  [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }
  [[nodiscard]] std::size_t left() const { return left_; }
  /// Absent at the end, and where the bytes are not a timeline: `in` is not ok then.
  std::optional<Entry> next();
  /// To the end. Numbers are counted, not looked at.
  void skip();

 private:
  ByteReader& in_;
  std::vector<std::string_view> names_;  ///< each once
  std::size_t left_ = 0;
  Entry last_;
};

}  // namespace sojourn::reaction
