#include "runtime/webhook_deliveries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/log.h"
#include "base/text.h"
#include "runtime/webhook_kinds.h"
#include "runtime/webhook_news.h"
#include "runtime/webhook_secrets.h"

namespace sojourn::runtime {
namespace {

using effects::WebPostAnswer;
using store::WebhookDelivery;
using store::WebhookEndpoint;
using store::WebhookState;

constexpr std::array retry_delays = {
    Duration::seconds(5), Duration::minutes(5), Duration::minutes(30),
    Duration::hours(2),   Duration::hours(5),   Duration::hours(10),
    Duration::hours(14),  Duration::hours(20),  Duration::hours(24)};
static_assert(retry_delays.size() + 1 == webhook_attempts_max);

/// What a receiver asks for by Retry-After, at most.
constexpr Duration retry_after_max = Duration::hours(24);
/// A cursor that moved so far without anything to tell is written down all the same.
constexpr std::uint64_t unwritten_max = 100'000;
/// Rounds begin at least so far apart: under load each takes in what several commits have brought.
constexpr std::chrono::milliseconds round_spacing{50};
/// How long it waits where the store fails.
constexpr std::chrono::milliseconds retry_pause{1000};

constexpr std::string_view own_name = "sojourn";
constexpr int status_gone = 410;

bool is_taken(const WebPostAnswer& answer) {
  return answer.status >= 200 && answer.status < 300;
}

bool is_test(const WebhookDelivery& delivery) {
  return delivery.kind == webhook_test_kind;
}

bool is_far(const store::WebhookCursor& from, const store::WebhookCursor& to) {
  return to.log.value - from.log.value > unwritten_max ||
         to.decision - from.decision > unwritten_max || to.audit - from.audit > unwritten_max;
}

std::optional<WebhookEndpoint> find(std::vector<WebhookEndpoint>& endpoints, const Hash128& id) {
  const auto found = std::ranges::find(endpoints, id, &WebhookEndpoint::id);
  if (found == endpoints.end()) return std::nullopt;
  return std::move(*found);
}

/// Brings the delivery to what its attempt came to.
void take_answer(WebhookDelivery& delivery, const WebPostAnswer& answer, Timestamp now) {
  ++delivery.attempts;
  delivery.status = answer.status;
  delivery.error = answer.error;
  if (is_taken(answer)) {
    delivery.state = WebhookState::delivered;
  } else if (answer.status == status_gone || is_test(delivery) ||
             delivery.attempts >= webhook_attempts_max) {
    delivery.state = WebhookState::failed;
  } else {
    const Duration asked = std::min(answer.retry_after, retry_after_max);
    delivery.due = now + std::max(webhook_retry_delay(delivery.attempts), asked);
    return;
  }
  delivery.ended_at = now;
}

/// Why the endpoint is to be switched off after this answer; empty: it is not.
std::string_view off_reason(const WebhookEndpoint& endpoint, const WebPostAnswer& answer,
                            Timestamp now) {
  if (answer.status == status_gone) return webhook_off::gone;
  const bool has_failed_long =
      endpoint.failing_since && now - *endpoint.failing_since >= webhook_failing_max;
  return has_failed_long ? webhook_off::failing : std::string_view();
}

Result<void> note_of_endpoint(store::StateTransaction& transaction, WebhookEndpoint endpoint,
                              const WebhookDelivery& delivery, const WebPostAnswer& answer,
                              Timestamp now) {
  const std::optional<Timestamp> before = endpoint.failing_since;
  if (is_taken(answer)) {
    endpoint.failing_since.reset();
  } else if (!is_test(delivery)) {
    if (!before) endpoint.failing_since = now;
    const std::string_view reason = off_reason(endpoint, answer, now);
    if (!reason.empty() && endpoint.off_reason.empty()) {
      endpoint.off_reason = reason;
      log::warn("webhook endpoint switched off",
                {{"endpoint", to_hex(endpoint.id.view())}, {"reason", reason}});
      TRY_VOID(transaction.append_audit(own_name, "webhook.switched_off",
                                        "webhook/" + to_hex(endpoint.id.view()), reason, now));
    }
  }
  if (endpoint.failing_since == before && endpoint.off_reason.empty()) return {};
  return store::webhooks_of(transaction).put_webhook_progress(endpoint);
}

}  // namespace

Duration webhook_retry_delay(int attempt) {
  const auto index = static_cast<std::size_t>(std::max(attempt, 1) - 1);
  return retry_delays[std::min(index, retry_delays.size() - 1)];
}

WebhookDeliveries::WebhookDeliveries(Runtime& runtime, effects::WebPoster post, Options options)
    : runtime_(runtime), post_(std::move(post)), options_(options) {}

WebhookDeliveries::~WebhookDeliveries() {
  stop({});
}

void WebhookDeliveries::start() {
  thread_ = std::thread([this] { run(); });
}

void WebhookDeliveries::stop(Duration grace) {
  grace_ms_ = grace.ms;
  stopping_ = true;
  signal_.set();
  if (thread_.joinable()) thread_.join();
}

void WebhookDeliveries::run() {
  using std::chrono::steady_clock;
  while (!stopping_) {
    const auto begin = steady_clock::now();
    const Result<bool> more = step();
    if (!more) {
      log::warn("webhooks not carried out", {{"code", more.error().code}});
      signal_.wait(retry_pause);
      continue;
    }
    if (*more) continue;
    const Timestamp due = next_due_;
    if (due == Timestamp::never()) {
      signal_.wait(std::nullopt);
    } else {
      // A machine's clock may be set under us: look again at least once an hour.
      const std::int64_t left = due.ms - runtime_.clock().now().ms;
      signal_.wait(
          std::chrono::milliseconds(std::clamp<std::int64_t>(left, 0, Duration::hours(1).ms)));
    }
    if (!stopping_) std::this_thread::sleep_until(begin + round_spacing);
  }
  const auto end = steady_clock::now() + std::chrono::milliseconds(grace_ms_);
  while (!in_flight_.empty() && steady_clock::now() < end) {
    signal_.wait(round_spacing);
    // What cannot be written down is sent again at the next start.
    if (!write_ended()) return;
  }
}

Result<bool> WebhookDeliveries::step() {
  TRY(is_more, write_ended());
  TRY(view, runtime_.store().view());
  TRY(endpoints, store::webhooks_of(*view).webhook_endpoints());
  Timestamp next = Timestamp::never();
  std::vector<std::pair<WebhookEndpoint, std::vector<WebhookDelivery>>> sending;
  for (WebhookEndpoint& endpoint : endpoints) {
    if (!endpoint.off_reason.empty()) continue;
    const std::size_t wanted = options_.waiting_max + in_flight_to(endpoint.id);
    TRY(queued, store::webhooks_of(*view).queued_webhooks(endpoint.id, wanted));
    if (queued.size() < wanted) {
      TRY(more, gather(*view, endpoint));
      is_more = is_more || more;
    }
    sending.emplace_back(std::move(endpoint), std::move(queued));
  }
  view.reset();
  const Timestamp now = runtime_.clock().now();
  for (auto& [endpoint, queued] : sending) {
    for (const WebhookDelivery& delivery : queued) {
      if (delivery.due > now) next = std::min(next, delivery.due);
    }
    TRY_VOID(send_due(endpoint, std::move(queued)));
  }
  next_due_ = next;
  return is_more;
}

Result<bool> WebhookDeliveries::gather(store::StateReads& view, const WebhookEndpoint& endpoint) {
  const auto looked = looked_.find(endpoint.id);
  const bool is_known = looked != looked_.end() && looked->second.stored == endpoint.cursor;
  const store::WebhookCursor from = is_known ? looked->second.cursor : endpoint.cursor;
  TRY(news, read_webhook_news(runtime_.store(), view, endpoint.kinds, from));
  const bool is_all = news.is_all;
  if (news.notices.empty() && !is_far(endpoint.cursor, news.cursor)) {
    looked_[endpoint.id] = {.stored = endpoint.cursor, .cursor = news.cursor};
    return !is_all;
  }
  TRY_VOID(write_down(endpoint, std::move(news)));
  return true;
}

Result<void> WebhookDeliveries::write_down(const WebhookEndpoint& endpoint, WebhookNews news) {
  const Timestamp now = runtime_.clock().now();
  return runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
    store::WebhookWrites& webhooks = store::webhooks_of(transaction);
    TRY(endpoints, webhooks.webhook_endpoints());
    std::optional<WebhookEndpoint> present = find(endpoints, endpoint.id);
    // Removed, switched off or begun anew meanwhile: what was read is not for it any more.
    if (!present || !present->off_reason.empty() || present->cursor != endpoint.cursor) return {};
    TRY(number, webhooks.next_webhook_number());
    for (WebhookNotice& notice : news.notices) {
      TRY_VOID(webhooks.put_webhook_delivery({.number = number++,
                                              .endpoint = endpoint.id,
                                              .id = std::move(notice.id),
                                              .kind = std::move(notice.kind),
                                              .contact = notice.contact,
                                              .body = std::move(notice.body),
                                              .due = now,
                                              .error = {},
                                              .created_at = now}));
    }
    present->cursor = news.cursor;
    return webhooks.put_webhook_progress(*present);
  });
}

Result<void> WebhookDeliveries::send_due(const WebhookEndpoint& endpoint,
                                         std::vector<WebhookDelivery> queued) {
  const Timestamp now = runtime_.clock().now();
  std::size_t room =
      options_.in_flight_max - std::min(options_.in_flight_max, in_flight_to(endpoint.id));
  for (WebhookDelivery& delivery : queued) {
    if (room == 0 || stopping_) return {};
    if (delivery.due > now || in_flight_.contains(delivery.number)) continue;
    TRY_VOID(send(endpoint, std::move(delivery)));
    --room;
  }
  return {};
}

Result<void> WebhookDeliveries::send(const WebhookEndpoint& endpoint, WebhookDelivery delivery) {
  const HashKey& master = runtime_.master_key();
  effects::WebPost post{.id = delivery.id, .url = endpoint.url, .body = delivery.body, .keys = {}};
  TRY(key, open_webhook_secret(master, endpoint.id, endpoint.secret));
  post.keys.push_back(std::move(key));
  if (!endpoint.old_secret.empty() && runtime_.clock().now() < endpoint.old_secret_until) {
    TRY(old, open_webhook_secret(master, endpoint.id, endpoint.old_secret));
    post.keys.push_back(std::move(old));
  }
  in_flight_.emplace(delivery.number, endpoint.id);
  post_(std::move(post), [this, delivery = std::move(delivery)](WebPostAnswer answer) mutable {
    note_ended({.delivery = std::move(delivery),
                .answer = std::move(answer),
                .at = runtime_.clock().now()});
  });
  return {};
}

void WebhookDeliveries::note_ended(Ended ended) {
  {
    const std::lock_guard lock(mutex_);
    ended_.push_back(std::move(ended));
  }
  signal_.set();
}

Result<bool> WebhookDeliveries::write_ended() {
  std::vector<Ended> ended;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(ended_);
  }
  if (ended.empty()) return false;
  const auto write = [&](store::StateTransaction& transaction) -> Result<void> {
    store::WebhookWrites& webhooks = store::webhooks_of(transaction);
    for (const Ended& each : ended) {
      TRY(delivery, webhooks.webhook_delivery(each.delivery.number));
      // Erased meanwhile, or another that got its number.
      const bool is_same = delivery && delivery->id == each.delivery.id &&
                           delivery->endpoint == each.delivery.endpoint &&
                           delivery->state == WebhookState::queued;
      if (!is_same) continue;
      take_answer(*delivery, each.answer, each.at);
      TRY_VOID(webhooks.put_webhook_delivery(*delivery));
      TRY_VOID(webhooks.put_webhook_attempt({.delivery = delivery->number,
                                             .attempt = delivery->attempts,
                                             .at = each.at,
                                             .status = each.answer.status,
                                             .error = each.answer.error,
                                             .took = each.answer.took}));
      TRY(endpoints, webhooks.webhook_endpoints());
      std::optional<WebhookEndpoint> endpoint = find(endpoints, delivery->endpoint);
      if (!endpoint) continue;
      TRY_VOID(
          note_of_endpoint(transaction, std::move(*endpoint), *delivery, each.answer, each.at));
    }
    TRY(next, webhooks.next_webhook_number());
    if (next <= options_.kept_max) return {};
    return webhooks.remove_ended_webhooks(next - options_.kept_max);
  };
  const Result<void> written = runtime_.write(write);
  if (!written) {
    const std::lock_guard lock(mutex_);
    ended_.insert(ended_.begin(), std::make_move_iterator(ended.begin()),
                  std::make_move_iterator(ended.end()));
    return tl::unexpected(written.error());
  }
  for (const Ended& each : ended) in_flight_.erase(each.delivery.number);
  return true;
}

std::size_t WebhookDeliveries::in_flight_to(const Hash128& endpoint) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(in_flight_, [&](const auto& each) { return each.second == endpoint; }));
}

}  // namespace sojourn::runtime
