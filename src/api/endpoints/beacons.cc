#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "api/client_address.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/hosted_page.h"
#include "api/endpoints/tracked.h"
#include "api/form_fields.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "runtime/message_event.h"
#include "runtime/tracking_token.h"

namespace sojourn::api::endpoints {
namespace {

using events::Event;
using messages::Message;
using runtime::TokenKind;
namespace names = events::names;

/// The smallest transparent GIF.
constexpr std::string_view pixel(
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    "\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00;",
    43);

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

/// How people call the topic.
std::string topic_name(const Context& context, const std::string& key) {
  const auto rules = context.runtime.rules();
  const policies::Topic* topic = policies::find_topic(rules->policies().topics, key);
  return topic == nullptr ? key : topic->name;
}

Event opt_out(const Context& context, const Call& call, const Message& message) {
  Event event = event_of(context, call, message, names::unsubscribed);
  // A mail program must get its way, whatever its body looks like.
  const Result<FormFields> form = FormFields::read(call.request);
  // Only our page sends a scope; a one-click client speaks of the list that the mail belonged to.
  const std::string_view scope = form ? form->first("scope") : std::string_view();
  const bool everything = scope == "all";
  event.properties.append("address", Value(message.address));
  event.properties.append("topic", everything ? Value("") : Value(message.topic));
  event.properties.append("source", Value(scope.empty() ? "one_click" : "page"));
  return event;
}

net::Response opted_out_page(const Context& context, const Call& call, const Message& message) {
  const PageLanguage language = language_of_call(context, call, message.contact);
  return hosted_page(
      context, {.language = language,
                .title = std::string(page_text(language, PageText::unsubscribed_title)),
                .body = choose_html(context, language, PageText::unsubscribed_text, message.id)});
}

}  // namespace

Answer click(Context& context, const Call& call) {
  TRY(tracked, find_tracked(context, TokenKind::click, call));
  if (!tracked || tracked->link >= tracked->message.links.size())
    return link_not_found(context, call);
  const std::string& url = tracked->message.links[tracked->link];
  if (!is_redirect_target(url)) return link_not_found(context, call);
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
  if (!tracked) return link_not_found(context, call);
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
  if (!tracked) return link_not_found(context, call);
  const Message& message = tracked->message;
  const PageLanguage language = language_of_call(context, call, message.contact);
  // RFC 8058 §3.1: the page posts what a one-click client posts, to the same address.
  std::string forms =
      "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">";
  if (!message.topic.empty()) {
    const std::string topic = escape_html(topic_name(context, message.topic));
    forms += fmt::format("<button name=\"scope\" value=\"topic\">{}</button>",
                         page_html(language, PageText::unsubscribe_topic, {{"topic", topic}}));
  }
  forms += fmt::format("<button{} name=\"scope\" value=\"all\">{}</button></form>",
                       message.topic.empty() ? "" : " class=\"plain\"",
                       page_html(language, PageText::unsubscribe_all));
  return hosted_page(
      context,
      {.language = language,
       .title = std::string(page_text(language, PageText::unsubscribe_title)),
       .body = paragraph(page_text(language, PageText::mails_to, {{"address", message.address}})) +
               forms});
}

void unsubscribe(Context& context, Call&& call, net::Reply&& reply) {
  Result<std::optional<Tracked>> tracked = find_tracked(context, TokenKind::unsubscribe, call);
  if (!tracked) return reply.send(problem(tracked.error()));
  if (!*tracked) return reply.send(link_not_found(context, call));
  std::vector<Event> events;
  events.push_back(opt_out(context, call, (*tracked)->message));
  net::Response answer = opted_out_page(context, call, (*tracked)->message);
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto done = [waiting, answer = std::move(answer)](Result<void> result) {
    waiting->send(result ? answer : problem(result.error()));
  };
  const Result<void> submitted = context.runtime.submit(std::move(events), done);
  if (!submitted) waiting->send(problem(submitted.error()));
}

}  // namespace sojourn::api::endpoints
