#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "api/endpoints/contact_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/message_json.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "domain/campaigns/answer.h"
#include "runtime/campaign_recipients.h"

namespace sojourn::api::endpoints {
namespace {

using messages::Message;

/// Pages of the store that one page looks into for the messages of one step.
constexpr int store_pages_max = 50;

struct MessageFilter {
  store::StateReads::MessageQuery query;
  std::string step;
};

Result<std::optional<messages::DeliveryState>> read_status(const net::Request& request) {
  using Status = std::optional<messages::DeliveryState>;
  const auto text = request.query_parameter("status");
  if (!text || text->empty()) return Status();
  const Status status = messages::parse_delivery_state(*text);
  if (status) return status;
  return failure({.code = "unknown_value",
                  .message = "there is no such status",
                  .field = "status",
                  .value = *text,
                  .limit = "queued, claimed, committing, sent, retry, failed, skipped, "
                           "cancelled, uncertain"});
}

Result<std::optional<campaigns::Answer>> read_answer(const net::Request& request) {
  using Answered = std::optional<campaigns::Answer>;
  const auto text = request.query_parameter("answer");
  if (!text || text->empty()) return Answered();
  const Answered answer = campaigns::parse_answer(*text);
  if (answer) return answer;
  return failure({.code = "unknown_value",
                  .message = "there is no such answer",
                  .field = "answer",
                  .value = *text,
                  .limit = std::string(campaigns::answer_words)});
}

Result<MessageFilter> read_filter(store::StateReads& view, const net::Request& request) {
  MessageFilter filter;
  if (const auto contact = request.query_parameter("contact"); contact && !contact->empty()) {
    TRY(id, require_contact(view, *contact));
    filter.query.contact = id;
  }
  filter.query.campaign = request.query_parameter("campaign").value_or("");
  filter.query.journey = request.query_parameter("journey").value_or("");
  filter.step = request.query_parameter("step").value_or("");
  const bool has_owner = !filter.query.journey.empty() || !filter.query.campaign.empty();
  if (!filter.step.empty() && !has_owner) {
    return failure(
        {.code = "missing_field", .message = "step needs journey or campaign", .field = "journey"});
  }
  TRY(status, read_status(request));
  filter.query.state = status;
  return filter;
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

Answer answer_page(Context& context, store::StateReads& view, const PageRequest& page,
                   const store::StateReads::MessagePage& found) {
  std::vector<contacts::ContactId> ids;
  for (const Message& message : found.messages) ids.push_back(message.contact);
  TRY(refs, ContactRefs::load(view, ids));
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const Message& message : found.messages) write_message(out, context, message, refs);
  out.end_list();
  write_next(out, page, found.next);
  return json(out.end_object().take());
}

std::string name_of(const std::optional<contacts::ContactId>& contact) {
  return contact ? contacts::format(*contact) : std::string();
}
std::string_view name_of(const std::optional<messages::DeliveryState>& state) {
  return state ? messages::to_string(*state) : std::string_view();
}

}  // namespace

Answer list_messages(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(filter, read_filter(*view, call.request));
  TRY(page, read_page(call.request,
                      fmt::format("messages\n{}\n{}\n{}\n{}\n{}", name_of(filter.query.contact),
                                  filter.query.journey, filter.query.campaign, filter.step,
                                  name_of(filter.query.state))));
  filter.query.limit = page.limit;
  filter.query.cursor = page.place;
  TRY(found, read_messages(*view, std::move(filter)));
  return answer_page(context, *view, page, found);
}

Answer list_campaign_recipients(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  runtime::RecipientFilter filter{.campaign = call.parameter("key")};
  TRY(status, read_status(call.request));
  filter.status = status;
  TRY(answer, read_answer(call.request));
  filter.answer = answer;
  filter.arm = call.request.query_parameter("arm").value_or("");
  if (const auto contact = call.request.query_parameter("contact"); contact && !contact->empty()) {
    TRY(id, require_contact(*view, *contact));
    filter.contact = id;
  }
  TRY(page,
      read_page(call.request, fmt::format("recipients\n{}\n{}\n{}\n{}\n{}", name_of(filter.contact),
                                          filter.campaign, filter.arm, name_of(filter.status),
                                          filter.answer ? to_string(*filter.answer) : "")));
  TRY(found, runtime::list_recipients(*view, filter, page.place, page.limit));
  return answer_page(context, *view, page, found);
}

Answer get_message(Context& context, const Call& call) {
  const std::string& text = call.parameter("id");
  messages::MessageId id;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  const bool is_number = problem == std::errc{} && end == text.data() + text.size();
  TRY(view, context.runtime.store().view());
  std::optional<Message> message;
  if (is_number && id.value <= INT64_MAX) {
    TRY(found, view->message(id));
    message = std::move(found);
  }
  if (!message) {
    return failure({.code = "unknown_message",
                    .message = "there is no such message",
                    .field = "id",
                    .value = text});
  }
  return message_answer(context, *view, *message);
}

}  // namespace sojourn::api::endpoints
