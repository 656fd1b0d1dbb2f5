#include "channels/webhook/webhook_poster.h"

#include <chrono>

#include "channels/webhook/failure_code.h"
#include "channels/webhook/signature.h"

namespace sojourn::channels::webhook {
namespace {

using effects::WebPost;
using effects::WebPostAnswer;
using std::chrono::steady_clock;

net::WebRequest request_of(const WebPost& post, const WebhookPoster::Options& options,
                           Timestamp now) {
  const std::int64_t seconds = now.ms / 1000;
  std::string signatures;
  for (const std::string& key : post.keys) {
    if (!signatures.empty()) signatures += ' ';
    signatures += sign(key, {.id = post.id, .unix_seconds = seconds, .body = post.body});
  }
  return {.method = "POST",
          .url = post.url,
          .headers = {{"Content-Type", "application/json"},
                      {"User-Agent", options.user_agent},
                      {"webhook-id", post.id},
                      {"webhook-timestamp", std::to_string(seconds)},
                      {"webhook-signature", signatures}},
          .body = post.body,
          .timeout = options.timeout,
          .redirects_max = 0};
}

}  // namespace

WebhookPoster::WebhookPoster(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), client_({.guard = options_.guard}) {}

void WebhookPoster::post(WebPost post, std::function<void(WebPostAnswer)> done) {
  const auto begin = steady_clock::now();
  const auto take = [begin, done](net::WebResponse response) {
    const auto took = steady_clock::now() - begin;
    done({.status = response.status,
          .error = failure_code(response.failure),
          .retry_after = response.retry_after,
          .took = {std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
  };
  const Result<void> sent = client_.send(request_of(post, options_, clock_.now()), take);
  if (sent || sent.error().code == "stopping") return;
  done({.status = 0, .error = "too_many_calls", .retry_after = {}, .took = {}});
}

void WebhookPoster::stop() {
  client_.stop();
}

}  // namespace sojourn::channels::webhook
