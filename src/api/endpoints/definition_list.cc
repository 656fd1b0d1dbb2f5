// Definitions as text, and their history.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/plan_json.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "runtime/definitions.h"

namespace sojourn::api::endpoints {
namespace {

using store::DefinitionRecord;

/// A page of definitions ends where their texts are this long together: one may be a megabyte.
constexpr std::size_t page_bytes_max = 8 << 20;

void write_version(JsonWriter& out, const DefinitionRecord& record) {
  out.name("version").number(std::int64_t{record.version});
  text_field(out, "rev", std::to_string(record.rev));
  time_field(out, "changedAt", record.changed_at);
  text_or_null_field(out, "changedBy", record.changed_by);
  boolean_field(out, "archived", record.archived);
}

/// Why the definition is out of force, though it is published: nothing as a rule.
void write_set_aside(JsonWriter& out, const DefinitionRecord& record,
                     const std::vector<runtime::DefinitionSetAside>& set_aside) {
  out.name("setAside").begin_list();
  for (const runtime::DefinitionSetAside& aside : set_aside) {
    const bool is_it =
        aside.kind == record.kind && aside.key == record.key && aside.version == record.version;
    if (!is_it) continue;
    for (const runtime::DefinitionProblem& each : aside.problems) write_problem(out, each);
  }
  out.end_list();
}

/// One object of Definition. The text is what somebody wrote: settings and keys are no definitions.
void write_definition(JsonWriter& out, const DefinitionRecord& record, const std::string& file,
                      const std::vector<runtime::DefinitionSetAside>& set_aside) {
  out.begin_object();
  text_field(out, "kind", record.kind);
  text_field(out, "key", record.key);
  text_field(out, "path", file);
  write_version(out, record);
  text_field(out, "text", record.source);
  write_set_aside(out, record, set_aside);
  out.end_object();
}

/// Absent: the latest.
Result<std::optional<int>> read_version(const net::Request& request) {
  const std::string text = request.query_parameter("version").value_or("");
  if (text.empty()) return std::optional<int>();
  int version = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (status != std::errc() || end != text.data() + text.size() || version < 1) {
    return failure({.code = "out_of_range",
                    .message = "a version is a whole number from 1 on",
                    .field = "version",
                    .value = text,
                    .limit = "1"});
  }
  return std::optional(version);
}

/// What `record` changed; nothing of the first version. The history may hold texts that are no
/// longer readable, as rules become stricter: they are told apart by their versions alone.
std::vector<reaction::Difference> differences_of(const DefinitionRecord& record,
                                                 const std::optional<DefinitionRecord>& before) {
  if (!before) return {};
  auto found = reaction::diff_definitions(record.kind, before->source, record.source);
  return found ? std::move(*found) : std::vector<reaction::Difference>();
}

}  // namespace

Answer list_definitions(Context& context, const Call& call) {
  const bool archived = call.request.query_parameter("archived").value_or("") == "true";
  TRY(page, read_page(call.request, fmt::format("definitions\n{}", archived)));
  TRY(view, context.runtime.store().view());
  TRY(definitions, named_definitions(*view));
  std::erase_if(definitions,
                [&](const NamedDefinition& each) { return each.record.archived && !archived; });
  const auto by_place = [](const NamedDefinition& each) {
    return each.record.kind + '\n' + each.record.key;
  };
  Slice<NamedDefinition> found = slice(definitions, page, by_place);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < found.items.size(); ++i) {
    bytes += found.items[i]->record.source.size();
    if (i == 0 || bytes <= page_bytes_max) continue;
    found.items.resize(i);
    found.place = by_place(*found.items.back());
  }
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  const auto set_aside = runtime::set_aside_in(*context.runtime.rules());
  for (const NamedDefinition* each : found.items) {
    write_definition(out, each->record, each->file, set_aside);
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_definition(Context& context, const Call& call) {
  TRY(version, read_version(call.request));
  TRY(view, context.runtime.store().view());
  TRY(found, find_definition(*view, call.parameter("kind"), call.parameter("key")));
  const bool is_latest = !version || *version == found.record.version;
  if (!is_latest) {
    TRY(earlier, definition_version(*view, found.record, *version));
    found.record = std::move(earlier);
  }
  JsonWriter out;
  write_definition(out, found.record, found.file, runtime::set_aside_in(*context.runtime.rules()));
  net::Response response = json(out.take());
  // An earlier version cannot be written.
  if (is_latest) response.headers.add("ETag", fmt::format("\"{}\"", found.record.rev));
  return response;
}

Answer list_definition_versions(Context& context, const Call& call) {
  const std::string& kind = call.parameter("kind");
  const std::string& key = call.parameter("key");
  TRY(page, read_page(call.request, fmt::format("versions\n{}\n{}", kind, key)));
  TRY(view, context.runtime.store().view());
  TRY(found, find_definition(*view, kind, key));
  int version = found.record.version;
  if (!page.place.empty()) {
    std::from_chars(page.place.data(), page.place.data() + page.place.size(), version);
  }
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  TRY(record, view->definition(kind, key, version));
  for (int written = 0; record && written < page.limit; ++written) {
    --version;
    TRY(before, view->definition(kind, key, version));
    out.begin_object();
    write_version(out, *record);
    out.name("differences").begin_list();
    for (const reaction::Difference& each : differences_of(*record, before)) {
      write_difference(out, each);
    }
    out.end_list();
    out.end_object();
    record = std::move(before);
  }
  out.end_list();
  write_next(out, page, record ? std::to_string(version) : "");
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
