#include "api/endpoints/provider.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/hash.h"
#include "base/json.h"
#include "channels/exchanges.h"
#include "channels/provider_hooks.h"
#include "runtime/mail_feedback.h"
#include "runtime/message_id.h"
#include "runtime/provider_token.h"

namespace sojourn::api::endpoints {
namespace {

using channels::Exchange;
using channels::ProviderReport;
using runtime::MailFeedback;

MailFeedback::Kind kind_of(ProviderReport::Kind kind) {
  switch (kind) {
    case ProviderReport::Kind::hard_bounce:
      return MailFeedback::Kind::hard_bounce;
    case ProviderReport::Kind::soft_bounce:
      return MailFeedback::Kind::soft_bounce;
    case ProviderReport::Kind::complaint:
      return MailFeedback::Kind::complaint;
    case ProviderReport::Kind::unsubscribe:
      return MailFeedback::Kind::unsubscribe;
  }
  return MailFeedback::Kind::soft_bounce;
}

/// The number before the first hyphen of `42-abc`.
std::optional<std::uint64_t> number_in(std::string_view reference) {
  std::uint64_t number = 0;
  const std::size_t hyphen = reference.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(reference.data(), reference.data() + hyphen, number);
  if (error != std::errc() || end != reference.data() + hyphen) return std::nullopt;
  return number;
}

/// Absent where the report is about no mail of ours: others may send through the same account.
Result<std::optional<messages::MessageId>> message_of(Context& context,
                                                      const std::string& reference) {
  const std::optional<std::uint64_t> number = number_in(reference);
  if (!number) return std::optional<messages::MessageId>();
  TRY(view, context.runtime.store().view());
  TRY(message, view->message({*number}));
  if (!message) return std::optional<messages::MessageId>();
  const std::string own = runtime::mail_message_id(context.runtime.master_key(), message->key, "");
  const bool is_ours =
      equal_constant_time(own.substr(0, own.find('@')), reference.substr(reference.find('-') + 1));
  return is_ours ? std::optional(message->id) : std::optional<messages::MessageId>();
}

Result<std::vector<MailFeedback>> feedback_of(Context& context,
                                              const std::vector<ProviderReport>& reports) {
  std::vector<MailFeedback> feedback;
  for (const ProviderReport& report : reports) {
    TRY(message, message_of(context, report.reference));
    if (!message) continue;
    feedback.push_back({.message = *message,
                        .kind = kind_of(report.kind),
                        .reason = report.reason,
                        .status = report.status,
                        .words = report.words,
                        .id = report.id});
  }
  return feedback;
}

net::Response taken(std::size_t count) {
  JsonWriter out;
  out.begin_object().name("reports").number(static_cast<std::int64_t>(count));
  return json(out.end_object().take());
}

void take(Context& context, const std::shared_ptr<net::Reply>& waiting,
          const Result<std::vector<ProviderReport>>& reports) {
  if (!reports) return waiting->send(problem(reports.error()));
  const Result<std::vector<MailFeedback>> feedback = feedback_of(context, *reports);
  if (!feedback) return waiting->send(problem(feedback.error()));
  const auto done = [waiting, count = feedback->size()](const Result<void>& result) {
    waiting->send(result ? taken(count) : problem(result.error()));
  };
  const Result<void> submitted = runtime::submit_feedback(context.runtime, *feedback, done);
  if (!submitted) waiting->send(problem(submitted.error()));
}

void write_exchange(JsonWriter& out, const Exchange& exchange) {
  out.begin_object();
  text_field(out, "at", format_timestamp(exchange.at));
  text_field(out, "service", exchange.service);
  text_field(out, "operation", exchange.operation);
  text_field(out, "url", exchange.url);
  text_field(out, "key", exchange.key);
  out.name("status");
  if (exchange.status == 0) {
    out.null();
  } else {
    out.number(std::int64_t{exchange.status});
  }
  text_field(out, "outcome", exchange.outcome);
  text_field(out, "words", exchange.words);
  out.name("tookMs").number(exchange.took.ms);
  out.end_object();
}

}  // namespace

Answer get_provider(Context& context, const Call& call) {
  const channels::ProviderHooks* hooks = context.provider_hooks;
  JsonWriter out;
  out.begin_object().name("provider");
  if (hooks == nullptr) {
    out.null().name("webhook").null().name("lacksKey").boolean(false);
    return json(out.end_object().take());
  }
  TRY(view, context.runtime.store().view());
  TRY(told_url, view->setting(runtime::settings::public_url));
  const std::string base = public_url(context.settings, told_url.value_or(""), call.request);
  const std::string token =
      runtime::make_provider_token(context.runtime.master_key(), hooks->provider());
  out.string(hooks->provider());
  text_field(out, "webhook", fmt::format("{}/hooks/{}/{}", base, hooks->provider(), token));
  out.name("lacksKey").boolean(hooks->lacks_key());
  return json(out.end_object().take());
}

Answer list_exchanges(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "exchanges"));
  std::uint64_t before = 0;
  std::from_chars(page.place.data(), page.place.data() + page.place.size(), before);
  std::vector<Exchange> found;
  const auto limit = static_cast<std::size_t>(page.limit);
  // One more tells whether there is a next page.
  if (context.exchanges != nullptr) found = context.exchanges->before(before, limit + 1);
  const bool more = found.size() > limit;
  if (more) found.pop_back();
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const Exchange& exchange : found) write_exchange(out, exchange);
  out.end_list();
  write_next(out, page, more ? std::to_string(found.back().number) : std::string());
  return json(out.end_object().take());
}

void receive_provider_report(Context& context, Call&& call, net::Reply&& reply) {
  channels::ProviderHooks* hooks = context.provider_hooks;
  if (hooks == nullptr || hooks->provider() != call.parameter("provider")) {
    return reply.send(problem(
        {.code = "unknown_webhook", .message = "mails are not handed to a provider of this name"}));
  }
  const std::string token =
      runtime::make_provider_token(context.runtime.master_key(), hooks->provider());
  if (!equal_constant_time(token, call.parameter("token"))) {
    return reply.send(
        problem({.code = "forged_report", .message = "no provider was given this address"}));
  }
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  hooks->read(call.request,
              [&context, waiting](const auto& reports) { take(context, waiting, reports); });
}

}  // namespace sojourn::api::endpoints
