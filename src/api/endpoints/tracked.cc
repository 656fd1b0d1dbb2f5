#include "api/endpoints/tracked.h"

#include "api/client_address.h"
#include "base/text.h"
#include "runtime/message_event.h"

namespace sojourn::api {
namespace {

constexpr std::size_t message_id_bytes = 16;
constexpr std::size_t user_agent_bytes_max = 500;
constexpr std::string_view self_source = "sojourn";

}  // namespace

Result<std::optional<Tracked>> find_tracked(Context& context, runtime::TokenKind kind,
                                            const Call& call) {
  const std::optional<runtime::TrackingToken> token =
      runtime::read_token(context.runtime.master_key(), kind, call.parameter("token"));
  if (!token) return std::optional<Tracked>();
  TRY(view, context.runtime.store().view());
  TRY(message, view->message(token->message));
  if (!message) return std::optional<Tracked>();
  return std::optional<Tracked>({.message = std::move(*message), .link = token->link});
}

Object context_of(const Call& call) {
  Object context;
  const std::string network = truncated_address(call.client_address);
  if (!network.empty()) context.append("ip", Value(network));
  const std::string_view agent = call.request.header("User-Agent").value_or("");
  if (is_valid_utf8(agent) && !agent.empty() && agent.size() <= user_agent_bytes_max) {
    context.append("userAgent", Value(agent));
  }
  return context;
}

events::Event event_about(const Context& context, const Call& call,
                          const contacts::ContactId& contact, std::string_view name) {
  events::Event event;
  // Each hit is an event of its own: who opens twice has opened twice.
  event.message_id = "hit-" + to_base32(context.random(message_id_bytes));
  event.type = events::EventType::track;
  event.name = name;
  event.contact = contact.hash;
  event.received_at = context.runtime.clock().now();
  event.at = event.received_at;
  event.trust = events::Trust::system;
  event.source = self_source;
  event.context = context_of(call);
  return event;
}

events::Event event_of(const Context& context, const Call& call, const messages::Message& message,
                       std::string_view name) {
  // Each hit is an event of its own: who opens twice has opened twice.
  events::Event event =
      runtime::message_event(message, name, context.runtime.clock().now(), self_source,
                             "hit-" + to_base32(context.random(message_id_bytes)));
  event.context = context_of(call);
  return event;
}

}  // namespace sojourn::api
