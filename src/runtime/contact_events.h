#pragma once

/// The log's events grouped by contact, within a bounded memory: the partitions of a range at a
/// time, as many as fit.

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/hash.h"
#include "base/result.h"
#include "base/string_map.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"
#include "store/store.h"

namespace sojourn::runtime {

/// Whose event an event of the log is today: what identifiers and merges have led to since it came
/// in. Asks the store once for each contact that an event was logged for, and holds about 60 bytes
/// of each.
class PresentContacts {
 public:
  /// Of a contact: small, and the same in every pass.
  using Number = std::uint32_t;

  PresentContacts(store::Store& store, const HashKey& master_key);

  /// The contact of each record, in their order.
  Result<void> find(std::span<const store::LogRecord> records, std::vector<Number>& numbers);
  [[nodiscard]] const contacts::ContactId& id(Number number) const { return ids_[number]; }
  /// All numbers are below it.
  [[nodiscard]] Number end() const { return static_cast<Number>(ids_.size()); }

 private:
  /// Finds out whom the subjects of the records at these places lead to.
  Result<void> ask(std::span<const store::LogRecord> records, std::span<const std::size_t> places);
  Number number_of(const contacts::ContactId& contact);
  void lead(const contacts::ContactId& subject, const contacts::ContactId& contact);

  store::Store& store_;
  const HashKey contact_key_;
  absl::flat_hash_map<contacts::ContactId, Number> subjects_;
  std::vector<contacts::ContactId> ids_;  ///< by number
};

class ContactEvents {
 public:
  struct Selection {
    /// Events of names that it refuses are left out, unless they write attributes, or are the
    /// contact's first.
    std::function<bool(std::string_view)> wants;
    /// Contacts without an event of a name that it accepts are passed over; empty: nobody is.
    std::function<bool(std::string_view)> begins;
    Timestamp until;  ///< what was received later is left out
    std::size_t memory_bytes_max = 0;
  };
  /// `present` outlives this.
  ContactEvents(PresentContacts& present, Selection selection)
      : present_(present), selection_(std::move(selection)) {}

  /// Begins a pass for partitions from `first` on.
  void begin(int first);
  /// Takes the next records of the log. Where they do not fit, the last partitions are given up.
  /// Error `backtest_too_large` where one partition does not fit.
  Result<void> take(std::span<const store::LogRecord> records);
  /// The partition after the last one that this pass has taken.
  [[nodiscard]] int end() const { return end_; }

  /// A contact of the pass, with its events in the order of the log.
  struct Contact {
    contacts::ContactId id;
    std::vector<events::LoggedEvent> events;
  };
  /// Calls `visit` with the contacts of the pass, in portions by id, and forgets them. The answer
  /// is the number of those that were passed over.
  using Visit = std::function<Result<void>(std::span<const Contact>)>;
  Result<std::uint64_t> visit(const Visit& visit);

 private:
  using Number = PresentContacts::Number;
  struct Kept {
    Number contact = 0;
    std::uint32_t name = 0;  ///< place in name_texts_
    events::Position position;
    std::uint64_t bytes = 0;  ///< place in the partition's bytes
    std::uint32_t size = 0;
    bool is_whole = false;  ///< its bytes are the payload; else the two times, for only the name
                            ///< matters
  };
  /// What was kept of a partition, in pieces: what grows by doubling itself takes a half more than
  /// it holds.
  struct Partition {
    std::deque<Kept> kept;
    std::vector<std::string> pieces;
    std::size_t held = 0;  ///< bytes that the pieces have set aside
    [[nodiscard]] std::size_t bytes() const;
    /// The place of what is put in.
    std::uint64_t put(std::string_view bytes);
    [[nodiscard]] std::string_view at(const Kept& event) const;
  };
  /// What is known of a contact in this pass.
  struct Mark {
    std::uint16_t partition = 0;
    bool is_seen = false;
    bool begins = false;
  };
  struct Name {
    std::uint32_t number = 0;
    bool wanted = false;
    bool begins = false;
  };

  [[nodiscard]] Name name_of(std::string_view name);
  void keep(const store::LogRecord& record, Number contact);
  /// Gives up partitions at the end until the rest fits.
  Result<void> shrink();
  Result<void> visit_partition(Partition& partition, const Visit& visit);
  [[nodiscard]] Result<events::LoggedEvent> decode(const Partition& partition,
                                                   const Kept& kept) const;

  PresentContacts& present_;
  const Selection selection_;
  int first_ = 0;
  int end_ = 0;
  std::vector<Partition> partitions_;
  std::vector<Mark> marks_;  ///< by number of the contact
  std::vector<Number> numbers_;
  StringMap<Name> names_;
  std::vector<std::string> name_texts_;
};

}  // namespace sojourn::runtime
