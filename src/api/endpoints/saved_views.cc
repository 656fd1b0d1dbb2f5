#include "api/endpoints/saved_views.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/body_fields.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "api/routes.h"
#include "api/team.h"
#include "base/ensure.h"
#include "base/text.h"
#include "domain/definitions/reader.h"
#include "store/saved_views.h"

namespace sojourn::api::endpoints {
namespace {

using store::SavedView;

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t page_bytes_max = 64;
constexpr std::size_t query_bytes_max = 2'048;
/// Of one owner; lists of views are sorted in memory.
constexpr std::ptrdiff_t views_max = 200;
constexpr std::size_t id_bytes = 16;
/// Of what an error repeats.
constexpr std::size_t shown_bytes_max = 100;

void write_view(JsonWriter& out, const SavedView& view) {
  out.begin_object();
  text_field(out, "id", to_hex(view.id.view()));
  text_field(out, "name", view.name);
  text_field(out, "page", view.page);
  text_field(out, "query", view.query);
  boolean_field(out, "shared", view.is_shared);
  text_field(out, "createdBy", view.created_by);
  time_field(out, "createdAt", view.created_at);
  time_field(out, "changedAt", view.changed_at);
  out.end_object();
}

std::string written(const SavedView& view) {
  JsonWriter out;
  write_view(out, view);
  return out.take();
}

bool sees(const Caller& caller, const SavedView& view) {
  return view.is_shared || view.created_by == caller.name;
}

Error invalid(std::string code, std::string field, std::string_view value, std::string_view must) {
  const std::string shown(value.substr(0, shown_bytes_max));
  return {.code = std::move(code),
          .message = fmt::format("{} is \"{}\", it must be {}", field, shown, must),
          .field = std::move(field),
          .value = shown};
}

Result<std::string> read_name(const Object& body) {
  TRY(text, required_text(body, "name", {.min = 1, .max = name_bytes_max}));
  std::string name(trimmed(text));
  if (name.empty()) return tl::unexpected(invalid("too_short", "name", text, "more than spaces"));
  return name;
}

Result<std::string> read_page_name(const Object& body) {
  TRY(page, required_text(body, "page", {.min = 1, .max = page_bytes_max}));
  if (definitions::is_key(page)) return page;
  return tl::unexpected(
      invalid("invalid_key", "page", page, "lower-case letters, digits, - and _"));
}

/// RFC 3986 §3.4: what stands in an address as it is, so that it can be appended to one.
bool is_query(std::string_view text) {
  constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?%";
  return std::ranges::all_of(text, [&](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
  });
}

Result<std::string> read_query(const Object& body) {
  TRY(query, required_text(body, "query", {.max = query_bytes_max}));
  if (is_query(query)) return query;
  return tl::unexpected(
      invalid("invalid_query", "query", query, "parameters of an address, percent-encoded"));
}

/// Whether the caller may do to a shared view what everybody sees.
Result<void> check_sharing(store::StateReads& reads, const Caller& by) {
  TRY(role, present_role(reads, by));
  if (permits(role, Permission::write)) return {};
  return tl::unexpected(not_permitted(role));
}

/// The view, which the caller may change: their own, or as an admin one that is shared.
Result<SavedView> find_to_change(store::StateTransaction& transaction, const Call& call) {
  const std::string& text = call.parameter("id");
  const std::optional<std::string> id = from_hex(text);
  TRY(views, store::saved_views_of(transaction).saved_views());
  const auto found = std::ranges::find_if(
      views, [&](const SavedView& view) { return id && view.id.view() == *id; });
  if (found == views.end() || !sees(call.caller, *found)) {
    return failure({.code = "unknown_view",
                    .message = "there is no such view",
                    .field = "id",
                    .value = text.substr(0, shown_bytes_max)});
  }
  if (found->created_by != call.caller.name) TRY_VOID(present_admin(transaction, call.caller));
  return std::move(*found);
}

Result<void> check_room(store::StateTransaction& transaction, const Caller& owner) {
  TRY(views, store::saved_views_of(transaction).saved_views());
  const auto count = std::ranges::count(views, owner.name, &SavedView::created_by);
  if (count < views_max) return {};
  return failure({.code = "too_many_views",
                  .message = fmt::format("you have {} views, the limit is {}", count, views_max),
                  .limit = std::to_string(views_max)});
}

Result<void> change(SavedView& view, const Object& body) {
  if (body.find("name") != nullptr) {
    TRY(name, read_name(body));
    view.name = std::move(name);
  }
  if (body.find("query") != nullptr) {
    TRY(query, read_query(body));
    view.query = std::move(query);
  }
  if (body.find("shared") != nullptr) {
    TRY(is_shared, optional_boolean(body, "shared"));
    view.is_shared = is_shared;
  }
  return {};
}

}  // namespace

Answer list_views(Context& context, const Call& call) {
  const std::string wanted = call.request.query_parameter("page").value_or("");
  TRY(page, read_page(call.request, "views\n" + wanted + "\n" + call.caller.name));
  TRY(view, context.runtime.store().view());
  TRY(all, store::saved_views_of(*view).saved_views());
  std::erase_if(all, [&](const SavedView& each) {
    return !sees(call.caller, each) || (!wanted.empty() && each.page != wanted);
  });
  const Slice<SavedView> found = slice(all, page, [](const SavedView& each) {
    return fmt::format("{}\n{}\n{}", each.page, each.name, to_hex(each.id.view()));
  });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const SavedView* each : found.items) write_view(out, *each);
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer create_view(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(name, read_name(body));
  TRY(page, read_page_name(body));
  TRY(query, read_query(body));
  TRY(is_shared, optional_boolean(body, "shared"));
  const std::optional<Hash128> id = Hash128::from_bytes(context.random(id_bytes));
  ENSURE(id.has_value());
  const Timestamp now = context.runtime.clock().now();
  const SavedView view{.id = *id,
                       .name = std::move(name),
                       .page = std::move(page),
                       .query = std::move(query),
                       .is_shared = is_shared,
                       .created_by = call.caller.name,
                       .created_at = now,
                       .changed_at = now};
  const auto put = [&](store::StateTransaction& transaction) -> Result<void> {
    if (view.is_shared) TRY_VOID(check_sharing(transaction, call.caller));
    TRY_VOID(check_room(transaction, call.caller));
    return store::saved_views_of(transaction).put_saved_view(view);
  };
  TRY_VOID(context.runtime.write(put));
  return created(written(view));
}

Answer change_view(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  const Timestamp now = context.runtime.clock().now();
  SavedView changed;
  const auto put = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(view, find_to_change(transaction, call));
    const bool was_shared = view.is_shared;
    TRY_VOID(change(view, body));
    if (was_shared || view.is_shared) TRY_VOID(check_sharing(transaction, call.caller));
    view.changed_at = now;
    changed = std::move(view);
    return store::saved_views_of(transaction).put_saved_view(changed);
  };
  TRY_VOID(context.runtime.write(put));
  return json(written(changed));
}

Answer remove_view(Context& context, const Call& call) {
  const auto remove = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(view, find_to_change(transaction, call));
    return store::saved_views_of(transaction).remove_saved_view(view.id);
  };
  TRY_VOID(context.runtime.write(remove));
  return no_content();
}

}  // namespace sojourn::api::endpoints
