#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>

#include "api/endpoints/contact_lookup.h"
#include "api/endpoints/inbound.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "api/segment_call.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/rules.h"
#include "runtime/webhook_keys.h"

namespace sojourn::api::endpoints {
namespace {

namespace names = events::names;

constexpr std::size_t message_id_bytes = 16;
constexpr std::size_t path_bytes_max = 256;

/// A webhook that triggers name, and the journeys that they start.
struct Hook {
  std::string key;
  std::set<std::string> journeys;
};

/// The key of an inbound webhook that a trigger waits for; empty for any other trigger.
std::string hook_key_of(const journeys::Trigger& trigger) {
  const auto* event = std::get_if<journeys::EventTrigger>(&trigger);
  if (event == nullptr || event->did.match.event != names::webhook_received) return {};
  for (const auto& filter : event->did.match.where) {
    const std::string* key = filter.operand.as_string();
    if (filter.path == "webhook" && filter.op == facts::Operator::is && key != nullptr) return *key;
  }
  return {};
}

std::vector<Hook> hooks_of(const reaction::Rules& rules) {
  std::map<std::string, Hook> hooks;
  for (const reaction::JourneyRule& rule : rules.journeys()) {
    if (rule.finishing) continue;
    for (const journeys::Trigger& trigger : rule.journey.triggers) {
      std::string key = hook_key_of(trigger);
      if (key.empty() || key.size() > runtime::hook_key_bytes_max) continue;
      Hook& hook = hooks[key];
      hook.key = std::move(key);
      hook.journeys.insert(rule.journey.key);
    }
  }
  std::vector<Hook> list;
  for (auto& [key, hook] : hooks) list.push_back(std::move(hook));
  return list;
}

void write_hook(JsonWriter& out, const Hook& hook, const HashKey& master, std::string_view base) {
  out.begin_object();
  text_field(out, "key", hook.key);
  text_field(out, "url",
             fmt::format("{}/hooks/{}", base, runtime::make_hook_token(master, hook.key)));
  out.name("journeys").begin_list();
  for (const std::string& journey : hook.journeys) out.string(journey);
  out.end_list();
  out.end_object();
}

Result<Object> read_hook_body(const net::Request& request) {
  // Whatever the content type: senders of webhooks name many, and who knows the address may send.
  TRY(value, parse_json(request.body));
  Object* object = value.as_object();
  if (object == nullptr) return failure("not_an_object", "the body must be a JSON object");
  TRY_VOID(check_depth(value, "body"));
  return std::move(*object);
}

/// The id that stands at `fallback` of the body, or at the path that the query parameter names.
/// Empty where there is none.
Result<std::string> read_id(const net::Request& request, const Object& body,
                            std::string_view parameter, std::string_view fallback) {
  const std::string path = request.query_parameter(parameter).value_or(std::string(fallback));
  if (path.size() > path_bytes_max) {
    return failure({.code = "too_long",
                    .message = fmt::format("the path in {} is {} bytes long, the limit is {}",
                                           parameter, path.size(), path_bytes_max),
                    .field = std::string(parameter),
                    .value = std::to_string(path.size()),
                    .limit = std::to_string(path_bytes_max)});
  }
  const Value* value = find_path(body, path);
  if (value == nullptr || value->is_null()) return std::string();
  return read_identifier(*value, path);
}

/// Whom the body speaks of: a user id or an anonymous id as any event has them, else the one
/// contact that has the email.
Result<void> read_subject(Context& context, const net::Request& request, const Object& body,
                          events::Event& event) {
  TRY(user_id, read_id(request, body, "user_id", "userId"));
  TRY(anonymous_id, read_id(request, body, "anonymous_id", "anonymousId"));
  event.user_id = std::move(user_id);
  event.anonymous_id = std::move(anonymous_id);
  if (!event.user_id.empty() || !event.anonymous_id.empty()) return {};
  TRY(email, read_id(request, body, "email", "email"));
  if (email.empty()) {
    return failure({.code = "no_contact_named",
                    .message = "the body has no userId, email or anonymousId",
                    .field = "userId"});
  }
  TRY(view, context.runtime.store().view());
  TRY(contact, find_contact_by_email(*view, email));
  if (!contact) {
    return failure({.code = "no_contact_found",
                    .message = "no contact has this email",
                    .field = "email",
                    .value = email});
  }
  event.contact = contact->hash;
  return {};
}

/// The sender's `webhook-id`, by which a call that is sent again is recognised.
Result<std::string> message_id_of(const Context& context, const net::Request& request,
                                  std::string_view key) {
  const std::string_view given = request.header("webhook-id").value_or("");
  if (given.empty()) return "hook-" + to_base32(context.random(message_id_bytes));
  TRY(id, read_identifier(Value(given), "webhook-id"));
  return fmt::format("hook/{}/{}", key, id);
}

Result<events::Event> read_hook_event(Context& context, const Call& call) {
  const std::optional<std::string> key =
      runtime::read_hook_token(context.runtime.master_key(), call.parameter("token"));
  if (!key) return failure("unknown_webhook", "no webhook has this address");
  TRY(body, read_hook_body(call.request));
  events::Event event;
  TRY(message_id, message_id_of(context, call.request, *key));
  event.message_id = std::move(message_id);
  event.name = names::webhook_received;
  TRY_VOID(read_subject(context, call.request, body, event));
  event.received_at = context.runtime.clock().now();
  event.at = event.received_at;
  event.trust = events::Trust::server_key;
  event.source = "webhook";
  event.properties = std::move(body);
  event.properties.set("webhook", Value(*key));
  return event;
}

}  // namespace

Answer list_webhooks(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "webhooks"));
  const auto rules = context.runtime.rules();
  const std::vector<Hook> hooks = hooks_of(*rules);
  const Slice<Hook> found = slice(hooks, page, [](const Hook& hook) { return hook.key; });
  TRY(view, context.runtime.store().view());
  TRY(told_url, view->setting(runtime::settings::public_url));
  const std::string base = public_url(context.settings, told_url.value_or(""), call.request);
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const Hook* hook : found.items) {
    write_hook(out, *hook, context.runtime.master_key(), base);
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_webhook_secret(Context& context, const Call&) {
  JsonWriter out;
  out.begin_object();
  text_field(out, "secret", runtime::webhook_secret(context.runtime.master_key()));
  return json(out.end_object().take());
}

void receive_webhook(Context& context, Call&& call, net::Reply&& reply) {
  Result<events::Event> event = read_hook_event(context, call);
  if (!event) return reply.send(problem(event.error()));
  JsonWriter out;
  out.begin_object();
  text_field(out, "eventId", event->message_id);
  std::string answer = out.end_object().take();
  std::vector<events::Event> events;
  events.push_back(std::move(*event));
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto done = [waiting, answer = std::move(answer)](Result<void> result) {
    waiting->send(result ? accepted(answer) : problem(result.error()));
  };
  const Result<void> submitted = context.runtime.submit(std::move(events), done);
  if (!submitted) waiting->send(problem(submitted.error()));
}

}  // namespace sojourn::api::endpoints
