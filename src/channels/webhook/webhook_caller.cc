#include "channels/webhook/webhook_caller.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

#include "base/log.h"
#include "base/text.h"
#include "channels/webhook/failure_code.h"
#include "channels/webhook/signature.h"
#include "net/tcp_client.h"
#include "net/web_client.h"

namespace sojourn::channels::webhook {
namespace {

using effects::CallWebhook;
using effects::WebAnswer;
using Done = std::function<void(WebAnswer)>;

static_assert(net::web_body_bytes_max == effects::answer_bytes_max);

/// What the connection and the signature decide, not the step.
constexpr std::array<std::string_view, 9> own_headers = {
    "connection", "content-length",    "expect",  "host",      "te",
    "trailer",    "transfer-encoding", "upgrade", "keep-alive"};

bool is_own_header(std::string_view name) {
  if (to_lower_ascii(name.substr(0, 8)) == "webhook-") return true;
  return std::any_of(own_headers.begin(), own_headers.end(),
                     [&](std::string_view own) { return equal_ignoring_case(own, name); });
}

bool names(const net::WebRequest& request, std::string_view wanted) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& header) { return equal_ignoring_case(header.first, wanted); });
}

net::WebRequest request_of(const CallWebhook& call, const WebhookCaller::Options& options,
                           Timestamp now) {
  net::WebRequest request{.method = call.method, .url = call.url, .timeout = call.timeout};
  // RFC 9110 §9.3.1: a body of GET means nothing, and many servers refuse it.
  if (call.method != "GET") request.body = call.body;
  for (const auto& header : call.headers) {
    if (!is_own_header(header.first)) request.headers.push_back(header);
  }
  if (!request.body.empty() && !names(request, "Content-Type")) {
    request.headers.emplace_back("Content-Type", "application/json");
  }
  if (!names(request, "User-Agent")) {
    request.headers.emplace_back("User-Agent", options.user_agent);
  }
  const std::int64_t seconds = now.ms / 1000;
  request.headers.emplace_back("webhook-id", call.key);
  request.headers.emplace_back("webhook-timestamp", std::to_string(seconds));
  request.headers.emplace_back(
      "webhook-signature",
      sign(options.signing_key, {.id = call.key, .unix_seconds = seconds, .body = request.body}));
  return request;
}

/// A body that was cut off within a character loses the piece of it.
void drop_cut_character(std::string& body) {
  constexpr int character_bytes_max = 4;
  if (body.size() < net::web_body_bytes_max) return;
  for (int i = 1; i < character_bytes_max && !is_valid_utf8(body); ++i) body.pop_back();
}

WebAnswer answer_of(net::WebResponse response) {
  WebAnswer answer{.status = response.status,
                   .body = std::move(response.body),
                   .error = failure_code(response.failure)};
  drop_cut_character(answer.body);
  if (!is_valid_utf8(answer.body)) {
    answer.body.clear();
    answer.error = "body_not_text";
  }
  return answer;
}

struct OpenCall {
  CallWebhook call;
  Done done;
  int attempts = 0;
  net::Timer retry = {};
};

}  // namespace

/// All of a call's life is on the thread of `loop_`; the client's thread only posts to it.
class WebhookCaller::Core {
 public:
  Core(Options options, const Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        client_({.guard = options_.guard, .waiting_max = options_.open_max}) {}
  ~Core() { stop({}); }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  void call(CallWebhook call, Done done) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      if (open_count_ < options_.open_max) {
        ++open_count_;
        loop_.post([this, call = std::move(call), done = std::move(done)]() mutable {
          const std::uint64_t id = ++last_id_;
          open_.emplace(id, OpenCall{.call = std::move(call), .done = std::move(done)});
          attempt(id);
        });
        return;
      }
    }
    log::warn("webhook call not made", {{"code", "too_many_calls"}, {"limit", options_.open_max}});
    done({.status = 0, .body = "", .error = "too_many_calls"});
  }

  void stop(Duration grace) {
    {
      std::unique_lock lock(mutex_);
      stopping_ = true;
      ended_.wait_for(lock, std::chrono::milliseconds(grace.ms), [&] { return in_flight_ == 0; });
    }
    client_.stop();
    loop_.stop();
    open_.clear();
  }

 private:
  void attempt(std::uint64_t id) {
    OpenCall& open = open_.at(id);
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      ++in_flight_;
    }
    ++open.attempts;
    const Result<void> sent =
        client_.send(request_of(open.call, options_, clock_.now()), [this, id](auto response) {
          loop_.post([this, id, response = std::move(response)]() mutable {
            take(id, std::move(response));
            note_landed();
          });
        });
    if (!sent) note_landed();  // the client is stopping: so are we
  }

  void note_landed() {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    ended_.notify_all();
  }

  void take(std::uint64_t id, net::WebResponse response) {
    OpenCall& open = open_.at(id);
    if (open.attempts < open.call.attempts && is_worth_another_try(response)) {
      const Duration delay = delay_after(open.attempts, open.call.key, response, options_.back_off);
      log::debug("webhook call is tried again", {{"webhook_id", open.call.key},
                                                 {"status", response.status},
                                                 {"reason", response.reason},
                                                 {"delay_ms", delay.ms}});
      open.retry = loop_.after(delay, [this, id] { attempt(id); });
      return;
    }
    if (response.failure != net::WebFailure::none) {
      log::warn("webhook call failed", {{"webhook_id", open.call.key},
                                        {"code", failure_code(response.failure)},
                                        {"reason", response.reason},
                                        {"attempts", open.attempts}});
    }
    const Done done = std::move(open.done);
    open_.erase(id);
    {
      const std::lock_guard lock(mutex_);
      --open_count_;
    }
    done(answer_of(std::move(response)));
  }

  const Options options_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable ended_;
  bool stopping_ = false;       // guarded by mutex_
  std::size_t open_count_ = 0;  // guarded by mutex_
  std::size_t in_flight_ = 0;   // guarded by mutex_; attempts whose answer was not yet taken

  net::EventLoop loop_;  // outlives the timers
  // Of the loop's thread.
  std::unordered_map<std::uint64_t, OpenCall> open_;
  std::uint64_t last_id_ = 0;

  net::WebClient client_;
};

WebhookCaller::WebhookCaller(Options options, const Clock& clock)
    : core_(std::make_unique<Core>(std::move(options), clock)) {}
WebhookCaller::~WebhookCaller() = default;

void WebhookCaller::call(CallWebhook call, Done done) {
  core_->call(std::move(call), std::move(done));
}

void WebhookCaller::stop(Duration grace) {
  core_->stop(grace);
}

}  // namespace sojourn::channels::webhook
