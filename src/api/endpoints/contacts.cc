#include <fmt/format.h>

#include <charconv>

#include "api/body_fields.h"
#include "api/endpoints/applied_events.h"
#include "api/endpoints/audit.h"
#include "api/endpoints/condition_input.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/contact_list.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/rules.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using reaction::ContactState;

constexpr std::size_t search_bytes_max = 200;
constexpr std::size_t id_bytes_max = 300;
constexpr std::size_t message_id_bytes = 16;

/// The alias call that joins two contacts: one of them has a user id.
Result<events::Event> alias_event(const Context& context, const Caller& caller,
                                  const ContactState& a, const ContactState& b) {
  const ContactState& target = a.is_known() ? a : b;
  const ContactState& other = a.is_known() ? b : a;
  const std::string other_user = other.identifier(contacts::kinds::user_id);
  const std::string previous =
      other_user.empty() ? other.identifier(contacts::kinds::anonymous_id) : other_user;
  if (!target.is_known() || previous.empty()) {
    return failure({.code = "not_known",
                    .message = "one of the two contacts must have a userId",
                    .field = "into"});
  }
  events::Event event;
  event.message_id = "merge-" + to_base32(context.random(message_id_bytes));
  event.type = events::EventType::alias;
  event.name = events::names::aliased;
  event.user_id = target.identifier(contacts::kinds::user_id);
  event.previous_id = previous;
  event.received_at = context.runtime.clock().now();
  event.at = event.received_at;
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.context.append("actor", Value(caller.name));
  return event;
}

/// The contact that both ids lead to after the merge.
Result<ContactId> survivor_of(runtime::Runtime& runtime, const ContactId& a, const ContactId& b) {
  TRY(view, runtime.store().view());
  TRY(survivor, resolve_alias(*view, a));
  TRY(same, resolve_alias(*view, b));
  if (survivor != same) return failure("merge_pending", "the two contacts were not merged");
  return survivor;
}

struct WhereFilter {
  std::string search;
  std::string segment;
  std::string list;
  std::string where;
};

/// A segment or list beside the condition is another part of it.
Answer list_where(Context& context, const Call& call, const WhereFilter& filter) {
  const auto rules = context.runtime.rules();
  Result<segments::Condition> condition = read_where_text(filter.where, *rules);
  if (!condition) return condition_problem(condition.error());
  segments::AllOf all;
  all.parts.push_back(std::move(*condition));
  if (!filter.segment.empty()) {
    if (rules->segment(std::string_view(filter.segment)) == nullptr) {
      return failure(unknown_definition("segment", filter.segment));
    }
    all.parts.push_back({segments::InSegment{filter.segment}});
  }
  if (!filter.list.empty()) {
    if (rules->list(std::string_view(filter.list)) == nullptr) {
      return failure(unknown_definition("list", filter.list));
    }
    all.parts.push_back({segments::OnList{filter.list}});
  }
  const segments::Condition whole{std::move(all)};
  const std::string name = fmt::format("{}\n{}\n{}", filter.segment, filter.list, filter.where);
  TRY(text, contact_list_json(
                context, call.request,
                ConditionFilter{.condition = whole, .where = name, .search = filter.search}));
  return json(std::move(text));
}

}  // namespace

Answer list_contacts(Context& context, const Call& call) {
  const std::string search = call.request.query_parameter("q").value_or("");
  const std::string segment = call.request.query_parameter("segment").value_or("");
  if (search.size() > search_bytes_max) {
    return failure({.code = "too_long",
                    .message = "q is longer than 200 bytes",
                    .field = "q",
                    .value = std::to_string(search.size()),
                    .limit = std::to_string(search_bytes_max)});
  }
  const std::string list = call.request.query_parameter("list").value_or("");
  if (!segment.empty() && !list.empty()) {
    return failure({.code = "wrong_member",
                    .message = "name a segment or a list, not both",
                    .field = "list",
                    .value = list});
  }
  const std::string where = call.request.query_parameter("where").value_or("");
  if (!where.empty()) return list_where(context, call, {search, segment, list, where});
  TRY(text, contact_list_json(context, call.request,
                              ContactFilter{.search = search, .segment = segment, .list = list}));
  return json(std::move(text));
}

Answer get_contact(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(id, require_contact(*view, call.parameter("id")));
  TRY(text, contact_json(context, *view, id));
  return json(std::move(text));
}

Answer erase_contact(Context& context, const Call& call) {
  ContactId id;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, require_contact(*view, call.parameter("id")));
    id = found;
  }
  const Timestamp accepted_at = context.runtime.clock().now();
  TRY(existed, context.runtime.erase(id, call.caller.name));
  if (!existed) return failure("unknown_contact", "there is no such contact");
  JsonWriter out;
  out.begin_object();
  text_field(out, "id", contacts::format(id));
  time_field(out, "acceptedAt", accepted_at);
  return accepted(out.end_object().take());
}

Answer merge_contact(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(into, required_text(body, "into", {.min = 1, .max = id_bytes_max}));
  std::optional<StoredContact> a;
  std::optional<StoredContact> b;
  {
    TRY(view, context.runtime.store().view());
    TRY(a_id, require_contact(*view, call.parameter("id")));
    TRY(b_id, require_contact(*view, into));
    if (a_id == b_id) {
      return failure({.code = "same_contact",
                      .message = "both ids are one contact",
                      .field = "into",
                      .value = into});
    }
    TRY(loaded_a, load_contact(*view, a_id));
    TRY(loaded_b, load_contact(*view, b_id));
    a = std::move(loaded_a);
    b = std::move(loaded_b);
  }
  if (!a || !b) return failure("unknown_contact", "there is no such contact");
  TRY(event, alias_event(context, call.caller, a->state, b->state));
  TRY_VOID(write_audit(context, call,
                       {.action = "contact.merge",
                        .object = contacts::format(b->record.id),
                        .detail = contacts::format(a->record.id)}));
  std::vector<events::Event> one;
  one.push_back(std::move(event));
  TRY_VOID(apply_events(context.runtime, std::move(one)));
  TRY(survivor, survivor_of(context.runtime, a->record.id, b->record.id));
  TRY(view, context.runtime.store().view());
  TRY(text, contact_json(context, *view, survivor));
  return json(std::move(text));
}

}  // namespace sojourn::api::endpoints
