#pragma once

/// What stands in a contact's journal (decisions) and in the overflow of its timeline.

#include <absl/container/flat_hash_map.h>

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// The contact's decisions as the chain holds them that `last` is the newest of; zero: none.
[[nodiscard]] Result<std::vector<DecisionRecord>> read_decisions(
    driver::Connection& connection, const contacts::ContactId& contact, std::uint64_t last,
    std::optional<std::uint64_t> before, std::size_t limit);

/// What one transaction adds to journals. Rows lie in the order of decision, so those of many
/// contacts share pages; each contact's are chained, newest first, and its record knows the newest.
class PendingJournal {
 public:
  void append(const DecisionRecord& record);
  /// Writes what was appended about the contact. `before` is the newest that its record has;
  /// absent: to be looked up. The answer is the newest, for its record, which the caller writes;
  /// absent: that stays as it is.
  Result<std::optional<std::uint64_t>> write(driver::Connection& connection,
                                             const contacts::ContactId& contact,
                                             std::optional<std::uint64_t> before);
  /// The newest decision about the contact as the transaction has it; zero: none. Writes them.
  Result<std::uint64_t> last(driver::Connection& connection, const contacts::ContactId& contact);
  /// Writes all that is left, and the records' newest. Error `unknown_contact` where there is none.
  Result<void> write_all(driver::Connection& connection);
  /// The loser's decisions are the survivor's from now on.
  Result<void> join(driver::Connection& connection, const contacts::ContactId& loser,
                    const contacts::ContactId& survivor);
  Result<void> erase(driver::Connection& connection, const contacts::ContactId& contact);

 private:
  struct Journal {
    std::optional<std::uint64_t> last;  ///< absent: as the record says
    bool is_in_record = true;           ///< `last` is what the record says
    std::vector<DecisionRecord> appended;
  };
  static Result<void> write(driver::Connection& connection, const contacts::ContactId& contact,
                            Journal& journal);

  absl::flat_hash_map<contacts::ContactId, Journal> journals_;
};

[[nodiscard]] Result<std::vector<std::string>> read_timeline_chunks(
    driver::Connection& connection, const contacts::ContactId& contact, std::uint32_t before_chunk,
    std::size_t limit);
[[nodiscard]] Result<void> write_timeline_chunk(driver::Connection& connection,
                                                const contacts::ContactId& contact,
                                                std::uint32_t chunk, std::string_view payload);

/// From one contact to another.
[[nodiscard]] Result<void> move_timeline(driver::Connection& connection,
                                         const contacts::ContactId& from,
                                         const contacts::ContactId& to);
[[nodiscard]] Result<void> delete_timeline(driver::Connection& connection,
                                           const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
