#pragma once

/// The hash chain of the audit trail: whoever writes lines and whoever checks them follow this.

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/audit_trail.h"

namespace sojourn::store {

/// AuditRecord::chain of `entry`, which follows the line whose chain is `before`; empty: it is the
/// first one. 32 bytes. Client and changes are part of it where there are any: lines from before
/// they were kept have none.
[[nodiscard]] inline std::string audit_chain(std::string_view before, const AuditEntry& entry) {
  const AuditRecord& line = entry.line;
  ByteWriter writer;
  writer.string(before);
  writer.unsigned_number(line.sequence);
  writer.signed_number(line.at.ms);
  for (const std::string_view field : std::initializer_list<std::string_view>{
           line.actor, line.action, line.subject, line.detail}) {
    writer.string(field);
  }
  if (!entry.client.empty() || !entry.changes.empty()) {
    writer.string(entry.client);
    writer.unsigned_number(entry.changes.size());
    for (const FieldChange& change : entry.changes) {
      writer.string(change.field);
      writer.string(change.before);
      writer.string(change.after);
    }
  }
  const auto digest = sha256(writer.bytes());
  return {digest.begin(), digest.end()};
}

}  // namespace sojourn::store
