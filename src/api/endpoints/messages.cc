#include <fmt/format.h>

#include "api/endpoints/contact_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "runtime/message_id.h"

namespace sojourn::api::endpoints {
namespace {

using messages::Message;

/// Pages of the store that one page looks into for the messages of one step.
constexpr int store_pages_max = 50;

struct MessageFilter {
  store::StateReads::MessageQuery query;
  std::string step;
};

Result<MessageFilter> read_filter(store::StateReads& view, const net::Request& request) {
  MessageFilter filter;
  if (const auto contact = request.query_parameter("contact"); contact && !contact->empty()) {
    TRY(id, require_contact(view, *contact));
    filter.query.contact = id;
  }
  filter.query.journey = request.query_parameter("journey").value_or("");
  filter.step = request.query_parameter("step").value_or("");
  if (!filter.step.empty() && filter.query.journey.empty()) {
    return failure({.code = "missing_field", .message = "step needs journey", .field = "journey"});
  }
  if (const auto status = request.query_parameter("status"); status && !status->empty()) {
    filter.query.state = messages::parse_delivery_state(*status);
    if (!filter.query.state) {
      return failure({.code = "unknown_value",
                      .message = "there is no such status",
                      .field = "status",
                      .value = *status,
                      .limit = "queued, claimed, committing, sent, retry, failed, skipped, "
                               "cancelled, uncertain"});
    }
  }
  return filter;
}

std::string reason_of(const Message& message) {
  std::string reason = code_in_words(message.reason);
  if (!message.reply.empty()) reason += reason.empty() ? message.reply : ": " + message.reply;
  return reason;
}

void write_message(JsonWriter& out, const Context& context, const Message& message,
                   const ContactRefs& refs) {
  out.begin_object();
  text_field(out, "id", std::to_string(message.id.value));
  out.name("contact");
  refs.write(out, message.contact);
  text_field(out, "channel", message.channel);
  text_or_null_field(out, "address", message.address);
  text_or_null_field(out, "journey", message.journey);
  text_or_null_field(out, "step", message.step);
  text_or_null_field(out, "template", message.template_key);
  text_or_null_field(out, "subject", message.subject);
  text_field(out, "status", messages::to_string(message.state));
  text_or_null_field(out, "reason", reason_of(message));
  time_field(out, "queuedAt", message.queued_at);
  time_or_null_field(out, "sentAt", message.sent_at);
  time_or_null_field(out, "openedAt", message.opened_at);
  time_or_null_field(out, "clickedAt", message.clicked_at);
  text_field(out, "messageId",
             runtime::mail_message_id(context.runtime.master_key(), message.key,
                                      context.settings.sender_address));
  out.end_object();
}

/// A page of the store's list with the messages of one step only.
Result<store::StateReads::MessagePage> read_messages(store::StateReads& view,
                                                     MessageFilter filter) {
  store::StateReads::MessagePage page;
  const auto wanted = static_cast<std::size_t>(filter.query.limit);
  for (int i = 0; i < store_pages_max; ++i) {
    filter.query.limit = static_cast<int>(wanted - page.messages.size());
    TRY(found, view.list_messages(filter.query));
    for (Message& message : found.messages) {
      if (filter.step.empty() || message.step == filter.step) {
        page.messages.push_back(std::move(message));
      }
    }
    page.next = found.next;
    filter.query.cursor = found.next;
    if (page.next.empty() || page.messages.size() == wanted) break;
  }
  return page;
}

}  // namespace

Answer list_messages(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(filter, read_filter(*view, call.request));
  const std::string contact =
      filter.query.contact ? contacts::format(*filter.query.contact) : std::string();
  const std::string_view status =
      filter.query.state ? messages::to_string(*filter.query.state) : std::string_view();
  TRY(page, read_page(call.request, fmt::format("messages\n{}\n{}\n{}\n{}", contact,
                                                filter.query.journey, filter.step, status)));
  filter.query.limit = page.limit;
  filter.query.cursor = page.place;
  TRY(found, read_messages(*view, std::move(filter)));
  std::vector<contacts::ContactId> ids;
  for (const Message& message : found.messages) ids.push_back(message.contact);
  TRY(refs, ContactRefs::load(*view, ids));

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const Message& message : found.messages) write_message(out, context, message, refs);
  out.end_list();
  write_next(out, page, found.next);
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
