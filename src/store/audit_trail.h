#pragma once

/// The audit trail with all that its lines say: AuditRecord, and besides where a change came from
/// and what it changed.
///
/// Every view and every transaction of a store has this part: audit_trail_of() finds it. It stands
/// apart from state.h, as the team does.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "base/result.h"
#include "store/state.h"

namespace sojourn::store {

/// What a change made of one field. Never a secret.
struct FieldChange {
  std::string field;
  std::string before;  ///< empty: was not there
  std::string after;   ///< empty: is not there any more
  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

struct AuditEntry {
  AuditRecord line;
  /// Address of the client; empty: the server itself, or a line from before it was kept.
  std::string client = {};
  std::vector<FieldChange> changes = {};
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

/// What is kept of the changes of one line.
inline constexpr std::size_t field_changes_max = 50;
inline constexpr std::size_t field_change_bytes_max = 500;

class AuditReads {
 public:
  virtual ~AuditReads() = default;
  /// As StateReads::audit().
  virtual Result<std::vector<AuditEntry>> audit_entries(std::optional<std::uint64_t> before,
                                                        std::size_t limit) = 0;
};

class AuditWrites : public AuditReads {
 public:
  /// Where the lines come from that this transaction writes from now on.
  virtual void come_from(std::string_view client) = 0;
  /// As StateTransaction::append_audit(), of `line` all but sequence and chain. Changes beyond
  /// field_changes_max are left out, longer texts are cut.
  virtual Result<void> append_change(const AuditRecord& line, std::vector<FieldChange> changes) = 0;
};

/// The trail of a view or transaction; lives as long as that.
[[nodiscard]] inline AuditReads& audit_trail_of(StateReads& reads) {
  auto* const trail = dynamic_cast<AuditReads*>(&reads);
  ENSURE(trail != nullptr);
  return *trail;
}
[[nodiscard]] inline AuditWrites& audit_trail_of(StateTransaction& transaction) {
  auto* const trail = dynamic_cast<AuditWrites*>(&transaction);
  ENSURE(trail != nullptr);
  return *trail;
}

}  // namespace sojourn::store
