#include "api/endpoints/contact_list.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

#include "api/endpoints/listed_contact.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/reaction/rules.h"
#include "runtime/audience_search.h"

namespace sojourn::api {
namespace {

using contacts::ContactId;
using store::StateReads;

/// A place in the list: the total that the first page counted, and the store's own cursor.
struct Place {
  std::uint64_t total = 0;
  std::string cursor;
};

Place parse_place(std::string_view text) {
  Place place;
  const std::size_t bar = text.find('|');
  if (bar == std::string_view::npos) return place;
  std::from_chars(text.data(), text.data() + bar, place.total);
  place.cursor = text.substr(bar + 1);
  return place;
}

/// Exact for everybody and for a segment; for a search at most `counted_hits_max`, because each
/// hit is found by looking.
Result<std::uint64_t> count_all(StateReads& view, const StateReads::ContactQuery& query) {
  if (query.search.empty()) {
    return query.segment ? view.member_count(*query.segment) : view.contact_count();
  }
  StateReads::ContactQuery walk = query;
  walk.limit = page_limit_max;
  std::uint64_t count = 0;
  do {
    TRY(page, view.list_contacts(walk));
    count += page.contacts.size();
    walk.cursor = page.next;
  } while (!walk.cursor.empty() && count < counted_hits_max);
  return count;
}

/// Whom a search means beyond names and addresses: a whole id of the contact, or an anonymous id.
Result<std::optional<ContactId>> exact_hit(StateReads& view, const std::string& search) {
  if (contacts::parse_contact_id(search)) return find_contact(view, search);
  const contacts::Identifier wanted{std::string(contacts::kinds::anonymous_id), search};
  TRY(linked, view.identifiers(std::span(&wanted, 1)));
  if (!linked.front()) return std::optional<ContactId>();
  TRY(id, resolve_alias(view, *linked.front()));
  return std::optional<ContactId>(id);
}

/// Names of attributes that the list is to show.
Result<std::vector<std::string>> shown_attributes(const net::Request& request) {
  constexpr std::size_t shown_max = 20;
  const std::string text = request.query_parameter("attributes").value_or("");
  std::vector<std::string> names;
  if (text.empty()) return names;
  for (const std::string_view name : split(text, ',')) names.emplace_back(name);
  if (names.size() <= shown_max) return names;
  return failure(
      {.code = "too_many_items",
       .message = fmt::format("attributes names {}, the limit is {}", names.size(), shown_max),
       .field = "attributes",
       .value = std::to_string(names.size()),
       .limit = std::to_string(shown_max)});
}

/// How long one page looks at contacts one by one.
constexpr std::chrono::milliseconds walk_time{250};

}  // namespace

Result<void> write_contacts(JsonWriter& out, StateReads& view, const std::vector<ContactId>& ids,
                            const std::vector<std::string>& attributes) {
  TRY(records, view.contacts(ids));
  for (std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    write_listed_contact(out, {.record = std::move(*record), .state = std::move(state)},
                         attributes);
  }
  return {};
}

Result<std::string> contact_list_json(Context& context, const net::Request& request,
                                      const ContactFilter& filter) {
  TRY(attributes, shown_attributes(request));
  TRY(page, read_page(request, fmt::format("contacts\n{}\n{}\n{}", filter.search, filter.segment,
                                           filter.list)));
  // The domain of an address is stored in one form, in whichever it is typed.
  const std::string address = contacts::normalise_email(filter.search);
  StateReads::ContactQuery query{.search = address.empty() ? filter.search : address,
                                 .segment = std::nullopt,
                                 .cursor = {},
                                 .limit = page.limit};
  if (!filter.segment.empty()) {
    const auto rules = context.runtime.rules();
    const reaction::SegmentRule* rule = rules->segment(std::string_view(filter.segment));
    if (rule == nullptr) {
      return failure({.code = "unknown_segment",
                      .message = "there is no such segment",
                      .field = "segment",
                      .value = filter.segment});
    }
    query.segment = rule->number;
  }
  if (!filter.list.empty()) {
    const auto rules = context.runtime.rules();
    const reaction::ListRule* rule = rules->list(std::string_view(filter.list));
    if (rule == nullptr) {
      return failure({.code = "unknown_list",
                      .message = "there is no such list",
                      .field = "list",
                      .value = filter.list});
    }
    query.segment = rule->number;
  }
  Place place = parse_place(page.place);
  query.cursor = place.cursor;

  TRY(view, context.runtime.store().view());
  const bool first_page = page.place.empty();
  std::vector<ContactId> ids;
  if (first_page && !filter.search.empty() && !query.segment && page.limit > 1) {
    TRY(hit, exact_hit(*view, filter.search));
    if (hit) {
      ids.push_back(*hit);
      --query.limit;
    }
  }
  if (first_page) {
    TRY(total, count_all(*view, query));
    place.total = total + ids.size();
  }
  TRY(found, view->list_contacts(query));
  for (const store::ContactRecord& record : found.contacts) {
    const bool listed = !ids.empty() && ids.front() == record.id;
    if (listed) {
      --place.total;
    } else {
      ids.push_back(record.id);
    }
  }

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  TRY_VOID(write_contacts(out, *view, ids, attributes));
  out.end_list();
  write_next(out, page, found.next.empty() ? "" : fmt::format("{}|{}", place.total, found.next));
  count_field(out, "total", place.total);
  return out.end_object().take();
}

Result<std::string> contact_list_json(Context& context, const net::Request& request,
                                      const ConditionFilter& filter) {
  TRY(attributes, shown_attributes(request));
  TRY(page, read_page(request, fmt::format("contacts where\n{}\n{}", filter.search, filter.where)));
  Place place = parse_place(page.place);
  runtime::AudienceSearch audience(context.runtime);
  const runtime::AudienceSearch::Query query{
      .search = filter.search, .cursor = place.cursor, .limit = page.limit};
  std::optional<runtime::AudienceSearch::Newest> newest;
  if (filter.search.empty()) {
    TRY(found, audience.newest(filter.condition, query));
    newest = std::move(found);
  }
  runtime::AudienceSearch::Page found;
  if (newest) {
    found = std::move(newest->page);
    place.total = newest->total;
  } else {
    TRY(walked, audience.walk(filter.condition, query, walk_time));
    found = std::move(walked);
    if (page.place.empty()) {
      TRY(total, audience.estimate(filter.condition));
      place.total = total;
    }
  }
  TRY(view, context.runtime.store().view());
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  TRY_VOID(write_contacts(out, *view, found.ids, attributes));
  out.end_list();
  write_next(out, page, found.next.empty() ? "" : fmt::format("{}|{}", place.total, found.next));
  count_field(out, "total", place.total);
  return out.end_object().take();
}

Result<std::vector<ContactId>> some_contacts(Context& context, const segments::Condition& condition,
                                             int limit) {
  runtime::AudienceSearch audience(context.runtime);
  const runtime::AudienceSearch::Query query{.search = {}, .cursor = {}, .limit = limit};
  TRY(newest, audience.newest(condition, query));
  if (newest) return std::move(newest->page.ids);
  constexpr std::chrono::milliseconds moment{100};
  TRY(walked, audience.walk(condition, query, moment));
  return std::move(walked.ids);
}

}  // namespace sojourn::api
