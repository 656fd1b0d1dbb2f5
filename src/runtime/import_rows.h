#pragma once

/// What the rows of an import become: events that go in by the one way in, and a note of what they
/// change, so that it can be undone.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/result.h"
#include "domain/events/event.h"
#include "domain/reaction/contact_state.h"
#include "domain/transfer/row.h"
#include "runtime/import_parameters.h"
#include "runtime/ledger.h"
#include "store/state.h"

namespace sojourn::runtime {

/// The source of events that imports make; they are `import/<job>/<row>` and, by undoing one,
/// `undo/<job>/<row>`.
inline constexpr std::string_view import_source_name = "import";
[[nodiscard]] std::string import_message(store::JobId job, std::uint64_t row);
[[nodiscard]] std::string undo_message(store::JobId job, std::uint64_t row);

/// The anonymous id of a contact of which only the email is known. Keyed: who may write to a
/// contact by a public key has to know its anonymous id.
[[nodiscard]] std::string anonymous_id_of_email(const HashKey& master_key, std::string_view email);

/// What rows before this one have said of contacts, where the store does not know it yet.
struct KnownContact {
  Object written;            ///< attributes
  bool is_new = false;       ///< made by this import
  bool has_consent = false;  ///< said by an earlier row
  bool is_listed = false;
};
using KnownContacts = absl::flat_hash_map<contacts::ContactId, KnownContact>;

/// What one row becomes.
struct RowOutcome {
  std::string count;  ///< `new`, `updated`, `unchanged`, `imported` (events) or `bad`
  bool has_consent = false;
  bool keeps_opt_out = false;  ///< somebody has opted out, which an import does not change
  bool is_listed = false;
  std::vector<events::Event> events;
  std::optional<store::ImportChange> change;
  std::optional<Error> error;  ///< of a bad row
};

/// Judges rows against the state as one transaction has it. Everything outlives it.
class ImportRows {
 public:
  struct Context {
    const ImportParameters& parameters;
    store::JobId job;
    const HashKey& master_key;
    const Ledger& ledger;  ///< for its hashes only
    std::optional<std::uint32_t> list;
    Timestamp now;
  };
  ImportRows(store::StateReads& reads, KnownContacts& known, const Context& context)
      : reads_(reads), known_(known), context_(context) {}

  /// Errors are those of the store; a row that is wrong is an outcome.
  Result<RowOutcome> take(const transfer::Row& row, std::uint64_t number);

 private:
  /// Whom a row is about, and how its events say so.
  struct Target {
    contacts::ContactId id;
    events::Event base;  ///< ids, time, source
    std::optional<reaction::ContactState> state;
    bool links = false;  ///< the row names it by an identifier that it does not have yet
  };

  /// Absent with an outcome where the row is bad.
  Result<std::optional<Target>> find_target(const transfer::Row& row, RowOutcome& outcome);
  Result<void> find_by_user_id(const transfer::Row& row, Target& target);
  Result<void> find_by_anonymous_id(Target& target);
  Result<bool> find_by_email(const transfer::Row& row, Target& target, RowOutcome& outcome);
  Result<std::optional<reaction::ContactState>> load(const contacts::ContactId& id);
  Result<std::optional<contacts::ContactId>> link_of(std::string_view kind,
                                                     const std::string& value);

  /// The attributes that the row changes, and, as JSON members, what they were.
  struct Difference {
    Object written;
    Object before;
  };
  [[nodiscard]] Difference difference(const transfer::Row& row, const Target& target,
                                      const KnownContact& known) const;
  void add_identify(const Target& target, std::uint64_t number, Object written,
                    RowOutcome& outcome) const;
  void add_event(const transfer::Row& row, const Target& target, std::uint64_t number,
                 RowOutcome& outcome) const;
  Result<void> add_consent(const Target& target, std::uint64_t number, std::string address,
                           KnownContact& known, RowOutcome& outcome);
  void add_to_list(const Target& target, std::uint64_t number, KnownContact& known,
                   RowOutcome& outcome) const;

  store::StateReads& reads_;
  KnownContacts& known_;
  const Context& context_;
};

}  // namespace sojourn::runtime
