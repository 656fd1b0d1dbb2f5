#include <charconv>

#include "api/endpoints/endpoints.h"
#include "api/endpoints/event_json.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "domain/events/event_codec.h"

namespace sojourn::api::endpoints {
namespace {

/// Records that one page looks at to find those of a name.
constexpr std::size_t scanned_max = 50'000;

std::optional<events::Position> parse_place(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || text.empty()) return std::nullopt;
  return events::Position{value};
}

}  // namespace

Answer list_events(Context& context, const Call& call) {
  const std::string name = call.request.query_parameter("name").value_or("");
  TRY(page, read_page(call.request, "events\n" + name));
  TRY(found, context.runtime.store().log_reader().read_back(
                 parse_place(page.place), static_cast<std::size_t>(page.limit), name, scanned_max));
  std::vector<contacts::ContactId> ids;
  for (const store::LogRecord& record : found.records) ids.push_back({record.subject});
  TRY(view, context.runtime.store().view());
  TRY(refs, ContactRefs::load(*view, ids));

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const store::LogRecord& record : found.records) {
    TRY(event, events::decode_event(record.payload));
    write_event(out, context, {.position = record.position, .event = std::move(event)},
                {record.subject}, refs);
  }
  out.end_list();
  write_next(out, page, found.next ? std::to_string(found.next->value) : "");
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
