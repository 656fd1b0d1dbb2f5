#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "api/endpoints/webhook_endpoints.h"
#include "api/endpoints/webhook_lookup.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "api/team.h"
#include "base/text.h"
#include "runtime/webhook_kinds.h"
#include "runtime/webhook_news.h"

namespace sojourn::api::endpoints {
namespace {

using store::WebhookDelivery;
using store::WebhookState;

constexpr std::size_t test_id_bytes = 10;
/// Of what an error repeats.
constexpr std::size_t shown_bytes_max = 100;
constexpr std::array<std::string_view, 3> state_names = {"waiting", "delivered", "failed"};

std::string_view name_of(WebhookState state) {
  return state_names.at(static_cast<std::size_t>(state));
}

void write_delivery(JsonWriter& out, const WebhookDelivery& delivery) {
  text_field(out, "id", std::to_string(delivery.number));
  text_field(out, "webhookId", delivery.id);
  text_field(out, "event", delivery.kind);
  text_field(out, "state", name_of(delivery.state));
  count_field(out, "attempts", static_cast<std::uint64_t>(delivery.attempts));
  out.name("status");
  if (delivery.status == 0) {
    out.null();
  } else {
    out.number(std::int64_t{delivery.status});
  }
  text_or_null_field(out, "error", delivery.error);
  time_field(out, "createdAt", delivery.created_at);
  time_or_null_field(
      out, "dueAt",
      delivery.state == WebhookState::queued ? std::optional(delivery.due) : std::nullopt);
  time_or_null_field(out, "endedAt", delivery.ended_at);
}

std::string written(const WebhookDelivery& delivery) {
  JsonWriter out;
  out.begin_object();
  write_delivery(out, delivery);
  return out.end_object().take();
}

Result<std::optional<WebhookState>> read_state(const net::Request& request) {
  const std::string text = request.query_parameter("state").value_or("");
  if (text.empty()) return std::optional<WebhookState>();
  const auto found = std::ranges::find(state_names, text);
  if (found != state_names.end()) {
    return std::optional(static_cast<WebhookState>(found - state_names.begin()));
  }
  return failure({.code = "unknown_value",
                  .message = "state must be waiting, delivered or failed",
                  .field = "state",
                  .value = text.substr(0, shown_bytes_max)});
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number > INT64_MAX) return {};
  return number;
}

Result<WebhookDelivery> find_delivery(store::WebhookReads& webhooks, const Call& call) {
  TRY(endpoint, find_webhook_endpoint(webhooks, call));
  const std::string& text = call.parameter("delivery");
  if (const std::optional<std::uint64_t> number = parse_number(text)) {
    TRY(found, webhooks.webhook_delivery(*number));
    if (found && found->endpoint == endpoint.id) return std::move(*found);
  }
  return failure({.code = "unknown_webhook_delivery",
                  .message = "this webhook has no delivery of this id",
                  .field = "delivery",
                  .value = text.substr(0, shown_bytes_max)});
}

Result<void> check_on(const store::WebhookEndpoint& endpoint) {
  if (endpoint.off_reason.empty()) return {};
  return failure("webhook_off", "this webhook is switched off");
}

}  // namespace

Answer list_webhook_deliveries(Context& context, const Call& call) {
  TRY(state, read_state(call.request));
  TRY(page,
      read_page(call.request, fmt::format("webhook-deliveries\n{}\n{}", call.parameter("id"),
                                          call.request.query_parameter("state").value_or(""))));
  TRY(view, context.runtime.store().view());
  store::WebhookReads& webhooks = store::webhooks_of(*view);
  TRY(endpoint, find_webhook_endpoint(webhooks, call));
  std::optional<std::uint64_t> before;
  if (!page.place.empty()) {
    before = parse_number(page.place);
    if (!before) return failure("cursor_invalid", "the cursor is none of this list");
  }
  const auto limit = static_cast<std::size_t>(page.limit);
  TRY(found, webhooks.webhook_deliveries(
                 {.endpoint = endpoint.id, .state = state, .before = before, .limit = limit + 1}));
  const bool is_more = found.size() > limit;
  if (is_more) found.pop_back();
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const WebhookDelivery& delivery : found) {
    out.begin_object();
    write_delivery(out, delivery);
    out.end_object();
  }
  out.end_list();
  write_next(out, page, is_more ? std::to_string(found.back().number) : "");
  return json(out.end_object().take());
}

Answer get_webhook_delivery(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  store::WebhookReads& webhooks = store::webhooks_of(*view);
  TRY(delivery, find_delivery(webhooks, call));
  TRY(attempts, webhooks.webhook_attempts(delivery.number));
  JsonWriter out;
  out.begin_object();
  write_delivery(out, delivery);
  text_field(out, "body", delivery.body);
  out.name("log").begin_list();
  for (const store::WebhookAttempt& attempt : attempts) {
    out.begin_object();
    time_field(out, "at", attempt.at);
    out.name("status");
    if (attempt.status == 0) {
      out.null();
    } else {
      out.number(std::int64_t{attempt.status});
    }
    text_or_null_field(out, "error", attempt.error);
    count_field(out, "tookMs",
                static_cast<std::uint64_t>(std::max<std::int64_t>(attempt.took.ms, 0)));
    out.end_object();
  }
  out.end_list();
  return json(out.end_object().take());
}

Answer test_webhook_endpoint(Context& context, const Call& call) {
  const Timestamp now = context.runtime.clock().now();
  WebhookDelivery test{.endpoint = {},
                       .id = "test-" + to_base32(context.random(test_id_bytes)),
                       .kind = std::string(runtime::webhook_test_kind),
                       .body = runtime::webhook_test_body(now),
                       .due = now,
                       .error = {},
                       .created_at = now};
  const auto queue = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(present_admin(transaction, call.caller));
    store::WebhookWrites& webhooks = store::webhooks_of(transaction);
    TRY(endpoint, find_webhook_endpoint(webhooks, call));
    TRY_VOID(check_on(endpoint));
    TRY(number, webhooks.next_webhook_number());
    test.number = number;
    test.endpoint = endpoint.id;
    return webhooks.put_webhook_delivery(test);
  };
  TRY_VOID(context.runtime.write(queue));
  return accepted(written(test));
}

Answer replay_webhook_delivery(Context& context, const Call& call) {
  const Timestamp now = context.runtime.clock().now();
  WebhookDelivery again;
  const auto queue = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(present_admin(transaction, call.caller));
    store::WebhookWrites& webhooks = store::webhooks_of(transaction);
    TRY(endpoint, find_webhook_endpoint(webhooks, call));
    TRY_VOID(check_on(endpoint));
    TRY(delivery, find_delivery(webhooks, call));
    again = std::move(delivery);
    again.due = now;
    if (again.state != WebhookState::queued) {
      TRY(number, webhooks.next_webhook_number());
      again.number = number;
      again.state = WebhookState::queued;
      again.attempts = 0;
      again.status = 0;
      again.error.clear();
      again.created_at = now;
      again.ended_at.reset();
    }
    TRY_VOID(webhooks.put_webhook_delivery(again));
    return transaction.append_audit(call.caller.name, "webhook.replayed",
                                    webhook_subject(endpoint.id), again.id, now);
  };
  TRY_VOID(context.runtime.write(queue));
  return accepted(written(again));
}

}  // namespace sojourn::api::endpoints
