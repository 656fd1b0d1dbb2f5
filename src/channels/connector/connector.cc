#include "channels/connector/connector.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace sojourn::channels::connector {
namespace {

constexpr Duration first_pause = Duration::seconds(1);
constexpr Duration growing_pause_max = Duration::minutes(1);
/// Somebody has to mend it; each try meanwhile is one more refusal on their side's record.
constexpr Duration distrust_pause = Duration::minutes(5);

/// Under both names: the draft of the IETF and what came before it.
constexpr std::string_view remaining_headers[] = {"X-RateLimit-Remaining", "RateLimit-Remaining"};
constexpr std::string_view reset_headers[] = {"X-RateLimit-Reset", "RateLimit-Reset"};

template <std::size_t n>
std::optional<std::int64_t> number_of(const net::Headers& headers,
                                      const std::string_view (&names)[n]) {
  for (const std::string_view name : names) {
    const std::optional<std::string_view> text = headers.find(name);
    if (!text) continue;
    std::int64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, number);
    if (error == std::errc() && number >= 0) return number;
  }
  return std::nullopt;
}

/// Services give seconds from now, or an instant in seconds or milliseconds since 1970.
Duration until_reset(std::int64_t reset, Timestamp now) {
  constexpr std::int64_t least_second = 1'000'000'000;
  constexpr std::int64_t least_millisecond = 1'000'000'000'000;
  if (reset >= least_millisecond) return Timestamp{reset} - now;
  if (reset >= least_second) return Timestamp{reset * 1000} - now;
  return Duration::seconds(reset);
}

std::string_view name_of(CallResult::Kind kind) {
  switch (kind) {
    case CallResult::Kind::answered:
      return "answered";
    case CallResult::Kind::not_made:
      return "not_made";
    case CallResult::Kind::outcome_unknown:
      return "outcome_unknown";
  }
  return "";
}

CallResult::Kind kind_of(const net::WebResponse& response) {
  if (response.failure == net::WebFailure::none) return CallResult::Kind::answered;
  return response.may_have_arrived ? CallResult::Kind::outcome_unknown : CallResult::Kind::not_made;
}

}  // namespace

Connector::Connector(Options options, const Clock& clock, ExchangeJournal& journal)
    : options_(std::move(options)),
      clock_(clock),
      journal_(journal),
      bucket_(options_.rate),
      client_({.guard = options_.guard,
               .transfers_max = options_.calls_max,
               .host_transfers_max = options_.calls_max,
               .waiting_max = options_.calls_max}) {}

Connector::~Connector() {
  stop();
}

void Connector::await_turn(std::function<void()> turn) {
  waiting_.push_back(std::move(turn));
  loop_.post([this] { let_go(); });
}

void Connector::let_go() {
  while (!waiting_.empty()) {
    const std::size_t turns_max = trusted_ ? options_.calls_max : 1;
    if (turns_ >= turns_max) return;
    const Duration wait = bucket_.wait(now());
    if (wait > Duration{}) {
      next_turn_ = loop_.after(wait, [this] { let_go(); });
      return;
    }
    bucket_.take(now());
    ++turns_;
    const std::function<void()> turn = std::move(waiting_.front());
    waiting_.pop_front();
    turn();
  }
}

void Connector::give_back() {
  --turns_;
  bucket_.give_back();
  loop_.post([this] { let_go(); });
}

void Connector::call(Call call, std::function<void(CallResult)> done) {
  const Duration began = now();
  net::WebRequest request = call.request;
  // std::function wants what it holds to be copyable, and a mail is large.
  auto kept = std::make_shared<Call>(std::move(call));
  kept->request.body.clear();
  kept->request.headers.clear();
  const Result<void> sent =
      client_.send(std::move(request), [this, kept, done, began](net::WebResponse response) {
        loop_.post([this, kept, done, began, response = std::move(response)] {
          take(*kept, done, response, now() - began);
        });
      });
  if (sent) return;
  net::WebResponse none;
  none.failure = net::WebFailure::unreachable;
  none.reason = sent.error().message;
  loop_.post([this, kept, done, none] { take(*kept, done, none, {}); });
}

void Connector::take(Call call, const std::function<void(CallResult)>& done,
                     net::WebResponse response, Duration took) {
  const CallResult::Kind kind = kind_of(response);
  const bool answered = kind == CallResult::Kind::answered;
  const bool taken = answered && response.status >= 200 && response.status < 300;
  journal_.note({.number = 0,
                 .at = clock_.now() - took,
                 .service = options_.service,
                 .operation = std::move(call.operation),
                 .url = std::move(call.request.url),
                 .key = std::move(call.key),
                 .status = response.status,
                 .outcome = std::string(name_of(kind)),
                 .words = answered ? (taken ? std::string() : response.body) : response.reason,
                 .took = took});
  constexpr int too_many = 429;
  constexpr int unavailable = 503;
  const bool asks = response.status == too_many || response.status == unavailable;
  if (kind == CallResult::Kind::not_made || (answered && asks)) {
    pause(response.retry_after);
  } else if (taken) {
    trust();
  }
  if (answered) heed_rate_headers(response.headers);
  done({.kind = kind, .response = std::move(response)});
  --turns_;
  let_go();
}

void Connector::pause(Duration asked) {
  Duration pause = asked;
  if (asked <= Duration{}) {
    pause = first_pause;
    for (int i = 0; i < pauses_in_a_row_ && pause < growing_pause_max; ++i) pause = pause * 2;
    pause = std::min(pause, growing_pause_max);
  }
  ++pauses_in_a_row_;
  bucket_.pause(now() + std::min(pause, pause_max));
}

void Connector::heed_rate_headers(const net::Headers& headers) {
  const std::optional<std::int64_t> remaining = number_of(headers, remaining_headers);
  const std::optional<std::int64_t> reset = number_of(headers, reset_headers);
  if (!remaining || *remaining > 0 || !reset) return;
  const Duration wait = until_reset(*reset, clock_.now());
  if (wait > Duration{}) bucket_.pause(now() + std::min(wait, pause_max));
}

void Connector::distrust() {
  if (std::exchange(trusted_, false)) {
    log::error("a service refuses us; what is to be sent waits", {{"service", options_.service}});
  }
  bucket_.pause(now() + distrust_pause);
}

void Connector::trust() {
  pauses_in_a_row_ = 0;
  if (!std::exchange(trusted_, true)) {
    log::info("the service takes us again", {{"service", options_.service}});
  }
}

void Connector::stop() {
  client_.stop();
  loop_.stop();
}

Duration Connector::now() const {
  return Duration::milliseconds(std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::steady_clock::now().time_since_epoch())
                                    .count());
}

}  // namespace sojourn::channels::connector
