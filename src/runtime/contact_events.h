#pragma once

/// The log's events grouped by contact, within a bounded memory: the partitions of a range at a
/// time, as many as fit.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

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
  PresentContacts(store::Store& store, const HashKey& master_key);

  /// Finds those that were not asked for before. To be called before of().
  Result<void> learn(std::span<const store::LogRecord> records);
  [[nodiscard]] contacts::ContactId of(const Hash128& subject) const;

 private:
  store::Store& store_;
  const HashKey contact_key_;
  absl::flat_hash_map<contacts::ContactId, contacts::ContactId> known_;
};

class ContactEvents {
 public:
  struct Selection {
    /// Events of names that it refuses are left out, unless they write attributes, or are the
    /// contact's first.
    std::function<bool(std::string_view)> wants;
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
  /// Calls `visit` with the contacts of the pass, in portions by id, and forgets them.
  using Visit = std::function<Result<void>(std::span<const Contact>)>;
  Result<void> visit(const Visit& visit);

 private:
  struct Kept {
    contacts::ContactId contact;
    events::Position position;
    Timestamp at;
    Timestamp received_at;
    std::uint32_t name = 0;          ///< place in name_texts_
    std::uint32_t payload_size = 0;  ///< 0: only the name matters
    std::uint64_t payload = 0;       ///< place in the partition's bytes
  };
  struct Partition {
    std::vector<Kept> kept;
    std::string payloads;
    absl::flat_hash_set<contacts::ContactId> seen;
    [[nodiscard]] std::size_t bytes() const;
  };
  struct Name {
    std::uint32_t number = 0;
    bool wanted = false;
  };

  [[nodiscard]] Name name_of(std::string_view name);
  void keep(const store::LogRecord& record);
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
  StringMap<Name> names_;
  std::vector<std::string> name_texts_;
};

}  // namespace sojourn::runtime
