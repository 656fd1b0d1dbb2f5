#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/counts.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/home_json.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "domain/reaction/rules.h"
#include "runtime/webhook_deliveries.h"
#include "store/webhooks.h"

namespace sojourn::api {
namespace {

using messages::DeliveryState;

constexpr std::size_t minutes_shown = 60;

struct Item {
  std::string code;
  std::string text;
  std::string link;
};

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

Result<std::vector<Item>> attention_items(Context& context, store::StateReads& view) {
  std::vector<Item> items;
  if (context.runtime.sending().stopped) {
    items.push_back({"sending_stopped", "Sending is stopped; messages wait", "/settings"});
  }
  TRY(failed, view.message_count(DeliveryState::failed));
  if (failed > 0) {
    items.push_back({"messages_failed", counted(failed, "message failed", "messages failed"),
                     "/messages?status=failed"});
  }
  TRY(uncertain, view.message_count(DeliveryState::uncertain));
  if (uncertain > 0) {
    items.push_back({"messages_uncertain",
                     counted(uncertain, "message may or may not have arrived",
                             "messages may or may not have arrived"),
                     "/messages?status=uncertain"});
  }
  TRY(webhooks, store::webhooks_of(view).webhook_endpoints());
  const auto off = std::ranges::count_if(webhooks, [](const store::WebhookEndpoint& webhook) {
    return !webhook.off_reason.empty() && webhook.off_reason != runtime::webhook_off::manual;
  });
  if (off > 0) {
    items.push_back({"webhooks_off",
                     counted(static_cast<std::uint64_t>(off),
                             "webhook was switched off because it did not answer",
                             "webhooks were switched off because they did not answer"),
                     "/data/webhooks"});
  }
  return items;
}

void write_attention(JsonWriter& out, const std::vector<Item>& items) {
  out.name("needsAttention").begin_list();
  for (const Item& item : items) {
    out.begin_object();
    text_field(out, "code", item.code);
    text_field(out, "text", item.text);
    text_field(out, "link", item.link);
    out.end_object();
  }
  out.end_list();
}

struct Done {
  bool first_event = false;
  bool first_journey = false;
  bool first_message = false;
  bool smtp = false;
};

void write_checklist(JsonWriter& out, const Done& done) {
  const auto item = [&](std::string_view key, bool is_done, std::string_view title,
                        std::string_view link) {
    out.begin_object();
    text_field(out, "key", key);
    boolean_field(out, "done", is_done);
    text_field(out, "title", title);
    text_field(out, "link", link);
    out.end_object();
  };
  out.name("checklist").begin_list();
  item("first_event", done.first_event, "Receive a first event", "/settings");
  item("first_journey", done.first_journey, "Apply a first journey", "/journeys");
  item("first_message", done.first_message, "Send a first message", "/messages");
  item("smtp", done.smtp, "Let mails leave by SMTP", "/mailbox");
  out.end_list();
}

Result<void> write_segments(JsonWriter& out, store::StateReads& view,
                            const reaction::Rules& rules) {
  out.name("segments").begin_list();
  for (const reaction::SegmentRule& rule : rules.segments()) {
    TRY(size, view.member_count(rule.number));
    out.begin_object();
    text_field(out, "key", rule.segment.key);
    text_field(out, "name", rule.segment.name);
    count_field(out, "size", size);
    out.end_object();
  }
  out.end_list();
  return {};
}

/// Writes the journeys; answers the number of active runs in all of them.
Result<std::uint64_t> write_journeys(JsonWriter& out, store::StateReads& view,
                                     const reaction::Rules& rules) {
  std::uint64_t active = 0;
  out.name("journeys").begin_list();
  for (const reaction::JourneyRule& rule : rules.journeys()) {
    TRY(counts, read_journey_counts(view, rule.journey.key));
    if (is_over(rule, counts)) continue;
    active += counts.active();
    out.begin_object();
    text_field(out, "key", rule.journey.key);
    text_field(out, "name", rule.journey.name);
    count_field(out, "entered", counts.entered);
    count_field(out, "active", counts.active());
    count_field(out, "completed", counts.completed);
    count_field(out, "goals", counts.goal);
    out.end_object();
  }
  out.end_list();
  return active;
}

void write_minutes(JsonWriter& out, const std::vector<std::uint64_t>& minutes) {
  out.name("eventsPerMinute").begin_list();
  const std::size_t known = std::min(minutes.size(), minutes_shown);
  for (std::size_t i = known; i < minutes_shown; ++i) out.number(std::int64_t{0});
  for (std::size_t i = minutes.size() - known; i < minutes.size(); ++i) {
    out.number(static_cast<std::int64_t>(minutes[i]));
  }
  out.end_list();
}

Result<std::uint64_t> sent_on(store::StateReads& view, std::int32_t day) {
  TRY(counters, view.counters_of_day("workspace", day));
  std::int64_t sent = 0;
  for (const store::Counter& counter : counters) {
    if (counter.key.outcome == "sent") sent += counter.count;
  }
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sent, 0));
}

}  // namespace

std::int32_t day_of(Timestamp time) {
  return static_cast<std::int32_t>(time.ms / Duration::days(1).ms);
}

Result<std::string> home_json(Context& context) {
  const Timestamp now = context.runtime.clock().now();
  const std::shared_ptr<const reaction::Rules> rules = context.runtime.rules();
  TRY(events, context.runtime.store().log_reader().counts(day_of(now)));
  TRY(view, context.runtime.store().view());
  TRY(contact_count, view->contact_count());
  TRY(sent_today, sent_on(*view, day_of(now)));
  TRY(queued, view->message_count(DeliveryState::queued));
  TRY(retrying, view->message_count(DeliveryState::retry));
  TRY(sent, view->message_count(DeliveryState::sent));
  TRY(attention, attention_items(context, *view));
  const runtime::SendingState sending = context.runtime.sending();

  JsonWriter out;
  out.begin_object();
  time_field(out, "at", now);
  count_field(out, "contacts", contact_count);
  count_field(out, "eventsToday", events.that_day);
  count_field(out, "eventsTotal", events.total);
  count_field(out, "messagesSentToday", sent_today);
  count_field(out, "messagesQueued", queued + retrying);
  TRY_VOID(write_segments(out, *view, *rules));
  TRY(active_runs, write_journeys(out, *view, *rules));
  count_field(out, "activeRuns", active_runs);
  write_minutes(out, context.runtime.gauges().events_per_minute);
  write_attention(out, attention);
  out.name("sending").begin_object();
  boolean_field(out, "stopped", sending.stopped);
  text_or_null_field(out, "reason", sending.reason);
  out.end_object();
  write_checklist(out, {.first_event = events.total > 0,
                        .first_journey = !rules->journeys().empty(),
                        .first_message = sent > 0,
                        .smtp = !context.settings.captures_mail});
  return out.end_object().take();
}

namespace endpoints {

Answer get_home(Context& context, const Call&) {
  TRY(text, home_json(context));
  return json(std::move(text));
}

}  // namespace endpoints
}  // namespace sojourn::api
