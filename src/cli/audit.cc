#include "cli/audit.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/answer_fields.h"
#include "store/audit_chain.h"

namespace sojourn::cli {
namespace {

using store::AuditRecord;

int fail(const std::string& message) {
  fmt::print(stderr, "sojourn: {}\n", message);
  return 1;
}

Result<AuditRecord> read_line(const Value& item) {
  TRY(at, parse_timestamp(shown(item, "at")));
  const std::optional<std::string> chain = from_hex(shown(item, "chain"));
  if (!chain) return failure("not_a_chain", "the server sent a line without chain");
  return AuditRecord{.sequence = static_cast<std::uint64_t>(number_member(item, "sequence")),
                     .at = at,
                     .actor = shown(item, "actor"),
                     .action = shown(item, "action"),
                     .subject = shown(item, "object"),
                     .detail = shown(item, "detail"),
                     .chain = *chain};
}

std::string head_of(const AuditRecord& line) {
  return fmt::format("{}:{}", line.sequence, to_hex(line.chain));
}

/// Follows the chain from the newest line to the first.
class Walk {
 public:
  /// Whether the line before, which is newer, follows this one. Said on stderr where it does not.
  bool take(const AuditRecord& line, const std::string& head) {
    if (newer_ && !follows(line)) return false;
    if (!newer_) newest_ = line;
    has_head_ = has_head_ || head_of(line) == head;
    newer_ = line;
    ++lines_;
    return true;
  }
  /// Whether the last line taken is the first of the trail.
  bool end() {
    if (!newer_) return true;
    if (newer_->sequence == 1 && store::audit_chain("", *newer_) == newer_->chain) return true;
    fail(fmt::format("line {} is not the first that was written", newer_->sequence));
    return false;
  }

  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] bool has_head() const { return has_head_; }
  [[nodiscard]] std::string newest() const { return newest_ ? head_of(*newest_) : ""; }

 private:
  bool follows(const AuditRecord& line) {
    if (newer_->sequence != line.sequence + 1) {
      fail(fmt::format("line {} is missing", newer_->sequence - 1));
      return false;
    }
    if (store::audit_chain(line.chain, *newer_) == newer_->chain) return true;
    fail(fmt::format("line {} or line {} was changed", newer_->sequence, line.sequence));
    return false;
  }

  std::optional<AuditRecord> newest_;
  std::optional<AuditRecord> newer_;
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
      const Result<AuditRecord> line = read_line(item);
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
