#include "cli/audit.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/answer_fields.h"
#include "store/audit_chain.h"

namespace sojourn::cli {
namespace {

using store::AuditEntry;

int fail(const std::string& message) {
  fmt::print(stderr, "sojourn: {}\n", message);
  return 1;
}

std::vector<store::FieldChange> read_changes(const Value& item) {
  std::vector<store::FieldChange> changes;
  for (const Value& change : list_member(item, "changes")) {
    changes.push_back({.field = shown(change, "field"),
                       .before = shown(change, "before"),
                       .after = shown(change, "after")});
  }
  return changes;
}

Result<AuditEntry> read_line(const Value& item) {
  TRY(at, parse_timestamp(shown(item, "at")));
  const std::optional<std::string> chain = from_hex(shown(item, "chain"));
  if (!chain) return failure("not_a_chain", "the server sent a line without chain");
  return AuditEntry{
      .line = {.sequence = static_cast<std::uint64_t>(number_member(item, "sequence")),
               .at = at,
               .actor = shown(item, "actor"),
               .action = shown(item, "action"),
               .subject = shown(item, "object"),
               .detail = shown(item, "detail"),
               .chain = *chain},
      .client = shown(item, "client"),
      .changes = read_changes(item)};
}

std::string head_of(const AuditEntry& entry) {
  return fmt::format("{}:{}", entry.line.sequence, to_hex(entry.line.chain));
}

/// Follows the chain from the newest line to the first.
class Walk {
 public:
  /// Whether the line before, which is newer, follows this one. Said on stderr where it does not.
  bool take(const AuditEntry& entry, const std::string& head) {
    if (newer_ && !follows(entry)) return false;
    if (!newer_) newest_ = entry;
    has_head_ = has_head_ || head_of(entry) == head;
    newer_ = entry;
    ++lines_;
    return true;
  }
  /// Whether the last line taken is the first of the trail.
  bool end() {
    if (!newer_) return true;
    if (newer_->line.sequence == 1 && store::audit_chain("", *newer_) == newer_->line.chain)
      return true;
    fail(fmt::format("line {} is not the first that was written", newer_->line.sequence));
    return false;
  }

  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] bool has_head() const { return has_head_; }
  [[nodiscard]] std::string newest() const { return newest_ ? head_of(*newest_) : ""; }

 private:
  bool follows(const AuditEntry& entry) {
    if (newer_->line.sequence != entry.line.sequence + 1) {
      fail(fmt::format("line {} is missing", newer_->line.sequence - 1));
      return false;
    }
    if (store::audit_chain(entry.line.chain, *newer_) == newer_->line.chain) return true;
    fail(fmt::format("line {} or line {} was changed", newer_->line.sequence, entry.line.sequence));
    return false;
  }

  std::optional<AuditEntry> newest_;
  std::optional<AuditEntry> newer_;
  std::uint64_t lines_ = 0;
  bool has_head_ = false;
};

}  // namespace

int verify_audit(const Server& server, const AuditFlags& flags) {
  Walk walk;
  std::string cursor;
  do {
    const std::string more = cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor);
    const Result<Value> page = get(server, "/api/v1/audit?limit=200" + more);
    if (!page) return fail(page.error().message);
    for (const Value& item : list_member(*page, "items")) {
      const Result<AuditEntry> line = read_line(item);
      if (!line) return fail(line.error().message);
      if (!walk.take(*line, flags.head)) return 1;
    }
    cursor = shown(*page, "next");
  } while (!cursor.empty());
  if (!walk.end()) return 1;
  if (!flags.head.empty() && !walk.has_head()) {
    return fail("the line that --head names is not there any more");
  }
  fmt::print("{} lines, each follows the one before\n", walk.lines());
  if (walk.lines() > 0) fmt::print("newest: {}\n", walk.newest());
  return 0;
}

}  // namespace sojourn::cli
