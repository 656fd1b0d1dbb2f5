#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "api/client_address.h"
#include "api/endpoints/endpoints.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "runtime/tracking_token.h"

namespace sojourn::api::endpoints {
namespace {

using events::Event;
using messages::Message;
using runtime::TokenKind;
namespace names = events::names;

constexpr std::size_t message_id_bytes = 16;
constexpr std::size_t user_agent_bytes_max = 500;
constexpr std::string_view self_source = "sojourn";

/// The smallest transparent GIF.
constexpr std::string_view pixel(
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    "\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00;",
    43);

/// A message that a token leads to, and which of its links.
struct Tracked {
  Message message;
  std::uint32_t link = 0;
};

/// Absent where the token is not ours, or its message is gone.
Result<std::optional<Tracked>> find_tracked(Context& context, TokenKind kind, const Call& call) {
  const std::optional<runtime::TrackingToken> token =
      runtime::read_token(context.runtime.master_key(), kind, call.parameter("token"));
  if (!token) return std::optional<Tracked>();
  TRY(view, context.runtime.store().view());
  TRY(message, view->message(token->message));
  if (!message) return std::optional<Tracked>();
  return std::optional<Tracked>({.message = std::move(*message), .link = token->link});
}

Event event_of(const Context& context, const Call& call, const Message& message,
               std::string_view name) {
  Event event;
  // Each hit is an event of its own: who opens twice has opened twice.
  event.message_id = "hit-" + to_base32(context.random(message_id_bytes));
  event.type = events::EventType::track;
  event.name = name;
  event.contact = message.contact.hash;
  event.received_at = context.runtime.clock().now();
  event.at = event.received_at;
  event.trust = events::Trust::system;
  event.source = self_source;
  event.properties.append("message", Value(std::to_string(message.id.value)));
  event.properties.append("key", Value(message.key));
  event.properties.append("channel", Value(message.channel));
  event.properties.append("journey", Value(message.journey));
  if (!message.campaign.empty()) event.properties.append("campaign", Value(message.campaign));
  event.properties.append("step", Value(message.step));
  event.properties.append("run", Value(std::to_string(message.run)));
  event.properties.append("template", Value(message.template_key));
  const std::string network = truncated_address(call.client_address);
  if (!network.empty()) event.context.append("ip", Value(network));
  const std::string_view agent = call.request.header("User-Agent").value_or("");
  if (is_valid_utf8(agent) && !agent.empty() && agent.size() <= user_agent_bytes_max) {
    event.context.append("userAgent", Value(agent));
  }
  return event;
}

/// Whether a program made the hit, by all that is known when it comes in.
std::optional<events::HitReason> machine_reason(Context& context, const Call& call,
                                                const Message& message, const events::Hit& kind) {
  events::Hit hit = kind;
  hit.method =
      call.request.method == net::Method::head ? events::HitMethod::head : events::HitMethod::get;
  hit.user_agent = call.request.header("User-Agent").value_or("");
  hit.address = call.client_address;
  if (message.sent_at) hit.since_sent = context.runtime.clock().now() - *message.sent_at;
  return events::machine_reason(hit);
}

/// An observation is off the path of the answer; where the queue is full it is lost, and counted
/// among the refused.
void record(Context& context, Event event) {
  std::vector<Event> events;
  events.push_back(std::move(event));
  static_cast<void>(context.runtime.submit(std::move(events), [](Result<void>) {}));
}

/// What was stored at rendering is checked again: a redirect is the one thing here that a mistake
/// elsewhere could turn against people.
bool is_redirect_target(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  return web && std::none_of(url.begin(), url.end(), [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
         });
}

net::Response quiet(net::Response response) {
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("X-Robots-Tag", "noindex");
  return response;
}

std::string document(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>{0}</title></head>"
      "<body><main><h1>{0}</h1>{1}</main></body></html>\n",
      title, body);
}

net::Response with_page_policy(net::Response response) {
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Content-Security-Policy",
                       "default-src 'none'; form-action 'self'; frame-ancestors 'none'; "
                       "base-uri 'none'");
  response.headers.add("X-Content-Type-Options", "nosniff");
  return quiet(std::move(response));
}

net::Response link_not_found() {
  return with_page_policy(page_not_found(document(
      "This link does not lead anywhere", "<p>It may have been cut when it was copied.</p>")));
}

/// The value of a field of a form (application/x-www-form-urlencoded); empty where absent.
std::string form_field(const net::Request& request, std::string_view name) {
  net::Request form;
  form.query = request.body;
  return form.query_parameter(name).value_or("");
}

Event opt_out(const Context& context, const Call& call, const Message& message) {
  Event event = event_of(context, call, message, names::unsubscribed);
  // Only our page sends a scope; a one-click client speaks of the list that the mail belonged to.
  const std::string scope = form_field(call.request, "scope");
  const bool everything = scope == "all";
  event.properties.append("address", Value(message.address));
  event.properties.append("topic", everything ? Value("") : Value(message.topic));
  event.properties.append("source", Value(scope.empty() ? "one_click" : "page"));
  return event;
}

net::Response opted_out_page() {
  return with_page_policy(
      api::page(document("You are unsubscribed",
                         "<p>You will get no more of these mails. You may close this page.</p>")));
}

}  // namespace

Answer click(Context& context, const Call& call) {
  TRY(tracked, find_tracked(context, TokenKind::click, call));
  if (!tracked || tracked->link >= tracked->message.links.size()) return link_not_found();
  const std::string& url = tracked->message.links[tracked->link];
  if (!is_redirect_target(url)) return link_not_found();
  const RecentHits::Counts recent =
      context.recent_hits.note(tracked->message.id, tracked->link,
                               throttled_address(call.client_address), context.real_clock.now());
  Event event = event_of(context, call, tracked->message, names::link_clicked);
  event.properties.append("url", Value(url));
  event.properties.append("link", Value(static_cast<std::int64_t>(tracked->link)));
  events::mark_hit(event, machine_reason(context, call, tracked->message,
                                         {.kind = events::HitKind::click,
                                          .links_in_burst = recent.links,
                                          .mails_from_address = recent.mails}));
  record(context, std::move(event));
  return quiet(found(url));
}

Answer open(Context& context, const Call& call) {
  TRY(tracked, find_tracked(context, TokenKind::open, call));
  if (!tracked) return link_not_found();
  Event event = event_of(context, call, tracked->message, names::email_opened);
  events::mark_hit(
      event, machine_reason(context, call, tracked->message, {.kind = events::HitKind::open}));
  record(context, std::move(event));
  net::Response response = bytes("image/gif", pixel);
  response.headers.add("Cache-Control", "no-store");
  return quiet(std::move(response));
}

Answer unsubscribe_page(Context& context, const Call& call) {
  TRY(tracked, find_tracked(context, TokenKind::unsubscribe, call));
  if (!tracked) return link_not_found();
  const Message& message = tracked->message;
  // RFC 8058 §3.1: the page posts what a one-click client posts, to the same address.
  std::string forms =
      "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">";
  if (!message.topic.empty()) {
    forms +=
        fmt::format("<p><button name=\"scope\" value=\"topic\">Unsubscribe from {}</button></p>",
                    escape_html(message.topic));
  }
  forms +=
      "<p><button name=\"scope\" value=\"all\">Unsubscribe from everything</button></p></form>";
  return with_page_policy(api::page(document(
      "Unsubscribe?", fmt::format("<p>Mails to {}</p>{}", escape_html(message.address), forms))));
}

void unsubscribe(Context& context, Call&& call, net::Reply&& reply) {
  Result<std::optional<Tracked>> tracked = find_tracked(context, TokenKind::unsubscribe, call);
  if (!tracked) return reply.send(problem(tracked.error()));
  if (!*tracked) return reply.send(link_not_found());
  std::vector<Event> events;
  events.push_back(opt_out(context, call, (*tracked)->message));
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto done = [waiting](Result<void> result) {
    waiting->send(result ? opted_out_page() : problem(result.error()));
  };
  const Result<void> submitted = context.runtime.submit(std::move(events), done);
  if (!submitted) waiting->send(problem(submitted.error()));
}

}  // namespace sojourn::api::endpoints
