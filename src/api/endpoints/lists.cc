#include <fmt/format.h>

#include <algorithm>

#include "api/body_fields.h"
#include "api/endpoints/applied_events.h"
#include "api/endpoints/building.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/contact_list.h"
#include "api/endpoints/contact_lookup.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/job_json.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/rules.h"
#include "runtime/jobs.h"
#include "runtime/snapshot_work.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using reaction::ListRule;

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t key_bytes_max = 64;
constexpr std::size_t id_bytes_max = 300;
constexpr std::size_t shown_bytes_max = 40;
/// Contacts in one call: what an event each takes fits into one group commit.
constexpr std::size_t changes_max = 1'000;
constexpr std::size_t message_id_bytes = 16;

Result<const ListRule*> require_list(const reaction::Rules& rules, std::string_view key) {
  const ListRule* rule = rules.list(key);
  if (rule == nullptr) return failure(unknown_definition("list", key));
  return rule;
}

Result<void> write_list(JsonWriter& out, store::StateReads& view, const ListRule& rule) {
  TRY(size, view.member_count(rule.number));
  text_field(out, "key", rule.list.key);
  text_field(out, "name", rule.list.name);
  count_field(out, "size", size);
  return {};
}

Result<std::string> list_json(Context& context, std::string_view key) {
  const auto rules = context.runtime.rules();
  TRY(rule, require_list(*rules, key));
  TRY(view, context.runtime.store().view());
  JsonWriter out;
  out.begin_object();
  TRY_VOID(write_list(out, *view, *rule));
  return out.end_object().take();
}

/// Publishes a list where there is none of this key.
Result<void> create(Context& context, const Call& call, const std::string& key,
                    const std::string& name) {
  if (!definitions::is_key(key)) {
    return failure({.code = "invalid_key",
                    .message = "key must be 1 to 64 lower-case letters, digits, - and _",
                    .field = "key",
                    .value = key});
  }
  TRY(view, context.runtime.store().view());
  // Also where it was archived: who was on it would be on it again.
  TRY(known, view->definitions());
  for (const store::DefinitionRecord& each : known) {
    if (each.kind != "list" || each.key != key) continue;
    return failure({.code = "list_exists",
                    .message = each.archived ? "there was a list of this key, which is archived"
                                             : "there is a list of this key",
                    .field = "key",
                    .value = key});
  }
  view.reset();
  // JSON texts are YAML texts.
  const std::string text =
      fmt::format("kind: list\nkey: {}\nname: {}\n", key, to_json(Value(name)));
  TRY(plan, context.runtime.apply({{fmt::format("lists/{}.yaml", key), text}}, call.caller.name));
  if (plan.problems.empty()) return {};
  return failure({.code = "definitions_invalid",
                  .message = plan.problems.front().message,
                  .field = "key",
                  .value = key});
}

/// By id, user id or email address.
Result<std::optional<ContactId>> find_named(store::StateReads& view, const std::string& text) {
  TRY(found, find_contact(view, text));
  if (found || text.find('@') == std::string::npos) return found;
  return find_contact_by_email(view, text);
}

/// A contact, and when it was put on the list, or taken off it, before.
struct Change {
  ContactId contact;
  Timestamp held_at = Timestamp::beginning();
};

Result<Change> change_of(store::StateReads& view, const ContactId& contact, const ListRule& rule) {
  Change change{.contact = contact};
  TRY(stored, load_contact(view, contact));
  if (!stored) return change;
  for (const segments::Listing& held : stored->state.lists) {
    if (held.list == rule.number) change.held_at = held.at;
  }
  return change;
}

Result<std::vector<ContactId>> read_ids(store::StateReads& view, const Object& body,
                                        std::string_view field) {
  const Value* value = body.find(field);
  std::vector<ContactId> ids;
  if (value == nullptr || value->is_null()) return ids;
  const Value::List* list = value->as_list();
  if (list == nullptr) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must be a list of contacts", field),
                    .field = std::string(field)});
  }
  if (list->size() > changes_max) {
    return failure({.code = "too_many_items",
                    .message = fmt::format("{} has {} items, the limit is {}", field, list->size(),
                                           changes_max),
                    .field = std::string(field),
                    .value = std::to_string(list->size()),
                    .limit = std::to_string(changes_max)});
  }
  for (const Value& item : *list) {
    const std::string* text = item.as_string();
    const std::string place = fmt::format("{}[{}]", field, ids.size());
    if (text == nullptr) {
      return failure({.code = "wrong_type",
                      .message = "must be the id, user id or email address of a contact",
                      .field = place});
    }
    if (text->size() > id_bytes_max) {
      return failure(
          {.code = "too_long",
           .message = fmt::format("has {} bytes, the limit is {}", text->size(), id_bytes_max),
           .field = place,
           .value = text->substr(0, shown_bytes_max),
           .limit = std::to_string(id_bytes_max)});
    }
    TRY(found, find_named(view, *text));
    if (!found) {
      return failure({.code = "unknown_contact",
                      .message = "there is no such contact",
                      .field = place,
                      .value = *text});
    }
    ids.push_back(*found);
  }
  return ids;
}

/// A list of those who are known so far would pass for a list of all.
Result<void> require_ready(const Context& context, const reaction::Rules& rules,
                           const reaction::SegmentRule& rule) {
  TRY(view, context.runtime.store().view());
  TRY(building, Building::read(context.runtime, rules, *view));
  const Building::State state = building.of(rules.place_of(rule));
  if (state == Building::State::ready) return {};
  return failure({.code = "segment_not_ready",
                  .message = state == Building::State::building
                                 ? "the segment is being built"
                                 : "the segment is incomplete: its backfill was cancelled",
                  .field = "key",
                  .value = rule.segment.key});
}

events::Event list_event(const Context& context, const Call& call, const std::string& list,
                         const Change& change, std::string_view name) {
  events::Event event;
  event.message_id = "list-" + to_base32(context.random(message_id_bytes));
  event.name = name;
  event.contact = change.contact.hash;
  event.received_at = context.runtime.clock().now();
  // Later than what it changes, also where both are asked for within one millisecond.
  event.at = std::max(event.received_at, change.held_at + Duration::milliseconds(1));
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.properties.append("list", Value(list));
  event.context.append("actor", Value(call.caller.name));
  return event;
}

}  // namespace

Answer list_lists(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "lists"));
  const auto rules = context.runtime.rules();
  const auto by_name = [](const ListRule& rule) { return rule.list.name + '\n' + rule.list.key; };
  const Slice<ListRule> found = slice(rules->lists(), page, by_name);
  TRY(view, context.runtime.store().view());
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const ListRule* rule : found.items) {
    out.begin_object();
    TRY_VOID(write_list(out, *view, *rule));
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer create_list(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(key, required_text(body, "key", {.min = 1, .max = key_bytes_max}));
  TRY(name, optional_text(body, "name", {.max = name_bytes_max}));
  TRY_VOID(create(context, call, key, name.empty() ? key : name));
  TRY(text, list_json(context, key));
  return created(std::move(text));
}

Answer change_list_contacts(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  const auto rules = context.runtime.rules();
  TRY(rule, require_list(*rules, key));
  TRY(body, read_body_object(call.request));
  std::vector<events::Event> events;
  {
    TRY(view, context.runtime.store().view());
    TRY(joining, read_ids(*view, body, "add"));
    TRY(leaving, read_ids(*view, body, "remove"));
    for (std::size_t i = 0; i < leaving.size(); ++i) {
      if (std::find(joining.begin(), joining.end(), leaving[i]) == joining.end()) continue;
      return failure({.code = "named_twice",
                      .message = "is to be put on the list and taken off it",
                      .field = fmt::format("remove[{}]", i),
                      .value = contacts::format(leaving[i])});
    }
    for (const ContactId& id : joining) {
      TRY(change, change_of(*view, id, *rule));
      events.push_back(list_event(context, call, key, change, events::names::list_joined));
    }
    for (const ContactId& id : leaving) {
      TRY(change, change_of(*view, id, *rule));
      events.push_back(list_event(context, call, key, change, events::names::list_left));
    }
  }
  TRY_VOID(apply_events(context.runtime, std::move(events)));
  TRY(text, list_json(context, key));
  return json(std::move(text));
}

Answer list_list_contacts(Context& context, const Call& call) {
  TRY(text,
      contact_list_json(context, call.request,
                        ContactFilter{.search = {}, .segment = {}, .list = call.parameter("key")}));
  return json(std::move(text));
}

Answer get_list(Context& context, const Call& call) {
  TRY(text, list_json(context, call.parameter("key")));
  return json(std::move(text));
}

Answer snapshot_segment(Context& context, const Call& call) {
  const std::string& segment = call.parameter("key");
  const auto rules = context.runtime.rules();
  const reaction::SegmentRule* rule = rules->segment(std::string_view(segment));
  if (rule == nullptr) return failure(absent_definition(*rules, "segment", segment));
  TRY_VOID(require_ready(context, *rules, *rule));
  TRY(body, read_body_object(call.request));
  TRY(key, required_text(body, "list", {.min = 1, .max = key_bytes_max}));
  TRY(name, optional_text(body, "name", {.max = name_bytes_max}));
  TRY_VOID(create(context, call, key, name.empty() ? key : name));
  TRY(id, context.runtime.jobs().submit(
              runtime::snapshot_kind,
              runtime::snapshot_parameters({segment, key, context.runtime.clock().now()}),
              call.caller.name));
  return job_accepted(context, id);
}

}  // namespace sojourn::api::endpoints
