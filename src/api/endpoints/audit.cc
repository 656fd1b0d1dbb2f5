#include "api/endpoints/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/text.h"
#include "store/audit_trail.h"

namespace sojourn::api {

Result<void> write_audit(Context& context, const Call& call, const Audited& line) {
  const Timestamp at = context.runtime.clock().now();
  return context.runtime.write([&](store::StateTransaction& transaction) {
    return transaction.append_audit(call.caller.name, line.action, line.object, line.detail, at);
  });
}

}  // namespace sojourn::api

namespace sojourn::api::endpoints {
namespace {

using store::AuditEntry;

constexpr std::size_t filter_bytes_max = 300;
/// Lines read at a time.
constexpr std::size_t chunk_lines = 500;
/// Lines that one page looks through for those that fit; the next page goes on there. 20,000 are
/// read in some 50 ms.
constexpr std::size_t looked_at_max = 20'000;

struct Filter {
  std::string actor;   ///< whole
  std::string action;  ///< whole, or the part before a dot: `user` is `user.role` and others
  std::string object;  ///< part of it

  [[nodiscard]] bool fits(const store::AuditRecord& line) const {
    const bool is_action =
        action.empty() || line.action == action || line.action.starts_with(action + ".");
    return is_action && (actor.empty() || equal_ignoring_case(line.actor, actor)) &&
           (object.empty() || line.subject.find(object) != std::string::npos);
  }
};

Result<std::string> read_text(const net::Request& request, std::string_view name) {
  std::string text(trimmed(request.query_parameter(name).value_or("")));
  if (text.size() <= filter_bytes_max) return text;
  return failure({.code = "too_long",
                  .message = fmt::format("{} is {} bytes long, the limit is {}", name, text.size(),
                                         filter_bytes_max),
                  .field = std::string(name),
                  .value = std::to_string(text.size()),
                  .limit = std::to_string(filter_bytes_max)});
}

Result<Filter> read_filter(const net::Request& request) {
  TRY(actor, read_text(request, "actor"));
  TRY(action, read_text(request, "action"));
  TRY(object, read_text(request, "object"));
  return Filter{.actor = std::move(actor), .action = std::move(action), .object = object};
}

Result<std::optional<std::uint64_t>> read_before(const PageRequest& page) {
  if (page.place.empty()) return std::optional<std::uint64_t>();
  std::uint64_t before = 0;
  const char* const end = page.place.data() + page.place.size();
  const auto [rest, problem] = std::from_chars(page.place.data(), end, before);
  if (problem != std::errc() || rest != end) {
    return failure("cursor_invalid", "the cursor is none of this list");
  }
  return std::optional(before);
}

struct Found {
  std::vector<AuditEntry> lines;
  std::optional<std::uint64_t> before;  ///< where the next page begins; absent at the end
};

Result<Found> find_lines(store::StateReads& view, const Filter& filter,
                         std::optional<std::uint64_t> before, std::size_t limit) {
  Found found;
  found.before = before;
  for (std::size_t looked_at = 0; looked_at < looked_at_max;) {
    const std::size_t wanted = std::min(chunk_lines, looked_at_max - looked_at);
    TRY(lines, store::audit_trail_of(view).audit_entries(found.before, wanted));
    for (AuditEntry& entry : lines) {
      if (found.lines.size() == limit) return found;
      found.before = entry.line.sequence;
      if (filter.fits(entry.line)) found.lines.push_back(std::move(entry));
    }
    looked_at += lines.size();
    if (lines.size() < wanted) {
      found.before.reset();
      return found;
    }
  }
  return found;
}

void write_line(JsonWriter& out, const AuditEntry& entry) {
  const store::AuditRecord& line = entry.line;
  out.begin_object();
  count_field(out, "sequence", line.sequence);
  time_field(out, "at", line.at);
  text_field(out, "actor", line.actor);
  text_field(out, "action", line.action);
  text_field(out, "object", line.subject);
  text_field(out, "detail", line.detail);
  text_or_null_field(out, "client", entry.client);
  out.name("changes").begin_list();
  for (const store::FieldChange& change : entry.changes) {
    out.begin_object();
    text_field(out, "field", change.field);
    text_or_null_field(out, "before", change.before);
    text_or_null_field(out, "after", change.after);
    out.end_object();
  }
  out.end_list();
  text_field(out, "chain", to_hex(line.chain));
  out.end_object();
}

}  // namespace

Answer list_audit(Context& context, const Call& call) {
  TRY(filter, read_filter(call.request));
  TRY(page, read_page(call.request, fmt::format("audit\n{}\n{}\n{}", filter.actor, filter.action,
                                                filter.object)));
  TRY(before, read_before(page));
  TRY(view, context.runtime.store().view());
  TRY(found, find_lines(*view, filter, before, static_cast<std::size_t>(page.limit)));
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const AuditEntry& entry : found.lines) write_line(out, entry);
  out.end_list();
  write_next(out, page, found.before ? std::to_string(*found.before) : "");
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
