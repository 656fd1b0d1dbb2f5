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

/// An event and whom it is about now: a visitor who signed in, or was merged, has another id than
/// the log's line was written under.
struct Attributed {
  events::LoggedEvent logged;
  contacts::ContactId contact;
};

Result<std::vector<Attributed>> attribute(store::StateReads& view,
                                          const std::vector<store::LogRecord>& records) {
  std::vector<Attributed> all;
  std::vector<contacts::Identifier> identifiers;
  std::vector<std::size_t> places;
  for (const store::LogRecord& record : records) {
    TRY(event, events::decode_event(record.payload));
    const bool is_known = !event.user_id.empty();
    if (event.contact == Hash128{}) {
      identifiers.push_back(
          {std::string(is_known ? contacts::kinds::user_id : contacts::kinds::anonymous_id),
           is_known ? event.user_id : event.anonymous_id});
      places.push_back(all.size());
    }
    all.push_back({{record.position, std::move(event)}, {record.subject}});
  }
  TRY(links, view.identifiers(identifiers));
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (links[i]) all[places[i]].contact = *links[i];
  }
  return all;
}

}  // namespace

Answer list_events(Context& context, const Call& call) {
  const std::string name = call.request.query_parameter("name").value_or("");
  TRY(page, read_page(call.request, "events\n" + name));
  TRY(found, context.runtime.store().log_reader().read_back(
                 parse_place(page.place), static_cast<std::size_t>(page.limit), name, scanned_max));
  TRY(view, context.runtime.store().view());
  TRY(attributed, attribute(*view, found.records));
  std::vector<contacts::ContactId> ids;
  for (const Attributed& each : attributed) ids.push_back(each.contact);
  TRY(refs, ContactRefs::load(*view, ids));

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const Attributed& each : attributed) {
    write_event(out, context, each.logged, each.contact, refs);
  }
  out.end_list();
  write_next(out, page, found.next ? std::to_string(found.next->value) : "");
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
