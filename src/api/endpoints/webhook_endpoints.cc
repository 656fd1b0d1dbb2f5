#include "api/endpoints/webhook_endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "api/body_fields.h"
#include "api/endpoints/webhook_lookup.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "api/team.h"
#include "base/ensure.h"
#include "base/text.h"
#include "runtime/webhook_deliveries.h"
#include "runtime/webhook_kinds.h"
#include "runtime/webhook_secrets.h"
#include "store/audit_trail.h"

namespace sojourn::api {

Result<store::WebhookEndpoint> find_webhook_endpoint(store::WebhookReads& webhooks,
                                                     const Call& call) {
  const std::string& text = call.parameter("id");
  const std::optional<std::string> id = from_hex(text);
  TRY(endpoints, webhooks.webhook_endpoints());
  for (store::WebhookEndpoint& endpoint : endpoints) {
    if (id && endpoint.id.view() == *id) return std::move(endpoint);
  }
  return failure({.code = "unknown_webhook_endpoint",
                  .message = "no webhook has this id",
                  .field = "id",
                  .value = text.substr(0, 100)});
}

std::string webhook_subject(const Hash128& id) {
  return "webhook/" + to_hex(id.view());
}

}  // namespace sojourn::api

namespace sojourn::api::endpoints {
namespace {

using store::WebhookEndpoint;

constexpr std::size_t url_bytes_max = 2'048;
constexpr std::size_t description_bytes_max = 500;
/// Each looks through the logs for itself.
constexpr std::size_t endpoints_max = 20;
constexpr std::size_t id_bytes = 16;
/// Of what an error repeats.
constexpr std::size_t shown_bytes_max = 100;
/// How long the secret that was replaced signs besides.
constexpr Duration old_secret_age_max = Duration::hours(24);

void write_endpoint(JsonWriter& out, const WebhookEndpoint& endpoint, Timestamp now) {
  text_field(out, "id", to_hex(endpoint.id.view()));
  text_field(out, "url", endpoint.url);
  text_field(out, "description", endpoint.description);
  out.name("events").begin_list();
  for (const std::string& kind : endpoint.kinds) out.string(kind);
  out.end_list();
  boolean_field(out, "on", endpoint.off_reason.empty());
  text_or_null_field(out, "offReason", endpoint.off_reason);
  time_or_null_field(out, "failingSince", endpoint.failing_since);
  const bool has_old = !endpoint.old_secret.empty() && now < endpoint.old_secret_until;
  time_or_null_field(out, "oldSecretUntil",
                     has_old ? std::optional(endpoint.old_secret_until) : std::nullopt);
  text_field(out, "createdBy", endpoint.created_by);
  time_field(out, "createdAt", endpoint.created_at);
}

std::string written(const WebhookEndpoint& endpoint, Timestamp now, std::string_view secret = {}) {
  JsonWriter out;
  out.begin_object();
  write_endpoint(out, endpoint, now);
  if (!secret.empty()) text_field(out, "secret", runtime::webhook_secret_text(secret));
  return out.end_object().take();
}

/// RFC 3986 §3.2: an authority without user information, so that nobody reads a password in it.
bool is_web_address(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  const std::string scheme = to_lower_ascii(url.substr(0, scheme_end));
  if (scheme_end == std::string_view::npos || (scheme != "https" && scheme != "http")) return false;
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.empty() || authority.find('@') != std::string_view::npos) return false;
  return std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

Result<std::string> read_url(const Object& body) {
  TRY(url, required_text(body, "url", {.min = 1, .max = url_bytes_max}));
  if (is_web_address(url)) return url;
  return failure({.code = "invalid_url",
                  .message = "url must be an address with http or https, without a password and"
                             " without #",
                  .field = "url",
                  .value = url.substr(0, shown_bytes_max)});
}

Error wrong_events(std::string message, std::string value = {}) {
  return {.code = "invalid_events",
          .message = std::move(message),
          .field = "events",
          .value = value.substr(0, shown_bytes_max)};
}

Result<std::vector<std::string>> read_kinds(const Object& body) {
  const Value* const value = body.find("events");
  const Value::List* const list = value == nullptr ? nullptr : value->as_list();
  if (list == nullptr || list->empty()) {
    return tl::unexpected(wrong_events("events must be a list of at least one kind"));
  }
  std::vector<std::string> kinds;
  for (const Value& item : *list) {
    const std::string* const kind = item.as_string();
    if (kind == nullptr) return tl::unexpected(wrong_events("events must be a list of texts"));
    if (!runtime::is_webhook_kind(*kind)) {
      return tl::unexpected(wrong_events("there is no such kind of event", *kind));
    }
    if (std::ranges::find(kinds, *kind) == kinds.end()) kinds.push_back(*kind);
  }
  return kinds;
}

Result<void> change(WebhookEndpoint& endpoint, const Object& body) {
  if (body.find("url") != nullptr) {
    TRY(url, read_url(body));
    endpoint.url = std::move(url);
  }
  if (body.find("description") != nullptr) {
    TRY(text, optional_text(body, "description", {.max = description_bytes_max}));
    endpoint.description = std::move(text);
  }
  if (body.find("events") != nullptr) {
    TRY(kinds, read_kinds(body));
    endpoint.kinds = std::move(kinds);
  }
  return {};
}

/// An endpoint that is switched on is told what happens from now on.
Result<void> switch_to(WebhookEndpoint& endpoint, bool on, store::StateReads& reads) {
  if (on == endpoint.off_reason.empty()) return {};
  endpoint.off_reason = on ? "" : runtime::webhook_off::manual;
  endpoint.failing_since.reset();
  if (!on) return {};
  TRY(head, store::webhook_head(reads));
  endpoint.cursor = head;
  return {};
}

std::string joined(const std::vector<std::string>& kinds) {
  return fmt::format("{}", fmt::join(kinds, ", "));
}

/// The address without what may hold a token: its path and query.
std::string host_of(std::string_view url) {
  return std::string(url.substr(0, url.find_first_of("/?", url.find("://") + 3)));
}

/// What has changed, by its names in the API.
std::vector<store::FieldChange> changes_of(const WebhookEndpoint& before,
                                           const WebhookEndpoint& after) {
  std::vector<store::FieldChange> changes;
  const auto add = [&](std::string field, std::string from, std::string to) {
    changes.push_back(
        {.field = std::move(field), .before = std::move(from), .after = std::move(to)});
  };
  if (before.url != after.url) add("url", host_of(before.url), host_of(after.url));
  if (before.description != after.description) {
    add("description", before.description, after.description);
  }
  if (before.kinds != after.kinds) add("events", joined(before.kinds), joined(after.kinds));
  if (before.off_reason.empty() != after.off_reason.empty()) {
    add("on", before.off_reason.empty() ? "yes" : "no", after.off_reason.empty() ? "yes" : "no");
  }
  return changes;
}

Result<void> audit(store::StateTransaction& transaction, const Call& call, std::string action,
                   const WebhookEndpoint& endpoint, std::vector<store::FieldChange> changes,
                   Timestamp now) {
  return store::audit_trail_of(transaction)
      .append_change({.at = now,
                      .actor = call.caller.name,
                      .action = std::move(action),
                      .subject = webhook_subject(endpoint.id),
                      .detail = host_of(endpoint.url),
                      .chain = {}},
                     std::move(changes));
}

}  // namespace

Answer list_webhook_endpoints(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "webhook-endpoints"));
  TRY(view, context.runtime.store().view());
  TRY(endpoints, store::webhooks_of(*view).webhook_endpoints());
  const Slice<WebhookEndpoint> found =
      slice(endpoints, page, [](const auto& endpoint) { return to_hex(endpoint.id.view()); });
  const Timestamp now = context.runtime.clock().now();
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const WebhookEndpoint* endpoint : found.items) {
    out.begin_object();
    write_endpoint(out, *endpoint, now);
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_webhook_endpoint(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(endpoint, find_webhook_endpoint(store::webhooks_of(*view), call));
  return json(written(endpoint, context.runtime.clock().now()));
}

Answer create_webhook_endpoint(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(url, read_url(body));
  TRY(kinds, read_kinds(body));
  TRY(description, optional_text(body, "description", {.max = description_bytes_max}));
  const std::optional<Hash128> id = Hash128::from_bytes(context.random(id_bytes));
  ENSURE(id.has_value());
  const std::string secret = context.random(runtime::webhook_secret_bytes);
  const HashKey& master = context.runtime.master_key();
  const Timestamp now = context.runtime.clock().now();
  WebhookEndpoint endpoint{.id = *id,
                           .url = std::move(url),
                           .description = std::move(description),
                           .kinds = std::move(kinds),
                           .secret = runtime::seal_webhook_secret(master, *id, secret),
                           .created_by = call.caller.name,
                           .created_at = now};
  const auto add = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(present_admin(transaction, call.caller));
    TRY(known, store::webhooks_of(transaction).webhook_endpoints());
    if (known.size() >= endpoints_max) {
      return failure({.code = "too_many_webhook_endpoints",
                      .message = fmt::format("there are {} webhooks already", endpoints_max),
                      .limit = std::to_string(endpoints_max)});
    }
    TRY(head, store::webhook_head(transaction));
    endpoint.cursor = head;
    TRY_VOID(store::webhooks_of(transaction).put_webhook_endpoint(endpoint));
    return audit(transaction, call, "webhook.created", endpoint,
                 {{.field = "events", .before = "", .after = joined(endpoint.kinds)}}, now);
  };
  TRY_VOID(context.runtime.write(add));
  return created(written(endpoint, now, secret));
}

Answer change_webhook_endpoint(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(on, optional_boolean(body, "on"));
  const Timestamp now = context.runtime.clock().now();
  WebhookEndpoint changed;
  const auto put = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(present_admin(transaction, call.caller));
    TRY(before, find_webhook_endpoint(store::webhooks_of(transaction), call));
    changed = before;
    TRY_VOID(change(changed, body));
    if (body.find("on") != nullptr) TRY_VOID(switch_to(changed, on, transaction));
    std::vector<store::FieldChange> changes = changes_of(before, changed);
    if (changes.empty()) return {};
    TRY_VOID(store::webhooks_of(transaction).put_webhook_endpoint(changed));
    return audit(transaction, call, "webhook.changed", changed, std::move(changes), now);
  };
  TRY_VOID(context.runtime.write(put));
  return json(written(changed, now));
}

Answer remove_webhook_endpoint(Context& context, const Call& call) {
  const Timestamp now = context.runtime.clock().now();
  const auto remove = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(present_admin(transaction, call.caller));
    TRY(endpoint, find_webhook_endpoint(store::webhooks_of(transaction), call));
    TRY_VOID(store::webhooks_of(transaction).remove_webhook_endpoint(endpoint.id));
    return audit(transaction, call, "webhook.removed", endpoint, {}, now);
  };
  TRY_VOID(context.runtime.write(remove));
  return no_content();
}

Answer rotate_webhook_secret(Context& context, const Call& call) {
  const std::string secret = context.random(runtime::webhook_secret_bytes);
  const HashKey& master = context.runtime.master_key();
  const Timestamp now = context.runtime.clock().now();
  WebhookEndpoint changed;
  const auto rotate = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(present_admin(transaction, call.caller));
    TRY(endpoint, find_webhook_endpoint(store::webhooks_of(transaction), call));
    endpoint.old_secret = std::move(endpoint.secret);
    endpoint.old_secret_until = now + old_secret_age_max;
    endpoint.secret = runtime::seal_webhook_secret(master, endpoint.id, secret);
    changed = std::move(endpoint);
    TRY_VOID(store::webhooks_of(transaction).put_webhook_endpoint(changed));
    return audit(transaction, call, "webhook.secret_rotated", changed, {}, now);
  };
  TRY_VOID(context.runtime.write(rotate));
  return json(written(changed, now, secret));
}

}  // namespace sojourn::api::endpoints
