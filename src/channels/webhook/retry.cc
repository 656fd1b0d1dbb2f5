#include "channels/webhook/retry.h"

#include <algorithm>

#include "base/hash.h"

namespace sojourn::channels::webhook {
namespace {

constexpr std::int64_t growth = 4;
constexpr std::int64_t spread_per_mille = 100;

/// From -spread_per_mille to spread_per_mille, the same for the same call and attempt.
std::int64_t spread_of(std::string_view key, int attempt) {
  const Hash128 hash = keyed_hash(HashKey{}, {"webhook retry", key, std::to_string(attempt)});
  const std::int64_t number = hash.bytes[0] << 8 | hash.bytes[1];
  return number % (2 * spread_per_mille + 1) - spread_per_mille;
}

}  // namespace

bool is_worth_another_try(const net::WebResponse& response) {
  switch (response.failure) {
    case net::WebFailure::bad_request:
    case net::WebFailure::refused:
      return false;
    case net::WebFailure::unreachable:
    case net::WebFailure::timed_out:
      return true;
    case net::WebFailure::none:
      break;
  }
  constexpr int not_implemented = 501;
  const int status = response.status;
  return status == 408 || status == 429 || (status >= 500 && status != not_implemented);
}

Duration delay_after(int attempt, std::string_view key, const net::WebResponse& response,
                     const BackOff& back_off) {
  Duration delay = back_off.first;
  for (int i = 1; i < attempt && delay < back_off.longest; ++i) delay = delay * growth;
  delay = std::clamp(response.retry_after, std::min(delay, back_off.longest), back_off.longest);
  // Sooner than the peer asked for would be another refusal.
  const std::int64_t spread = spread_of(key, attempt);
  const bool peer_asked = response.retry_after.ms > 0;
  return delay + Duration{delay.ms * (peer_asked ? std::abs(spread) : spread) / 1000};
}

}  // namespace sojourn::channels::webhook
