#pragma once

/// How a receiver of our calls knows that they are ours: the signature of Standard Webhooks, with
/// a symmetric key, in the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.

#include <cstdint>
#include <string>
#include <string_view>

namespace sojourn::channels::webhook {

struct Signed {
  std::string_view id;
  std::int64_t unix_seconds = 0;
  std::string_view body;  ///< as it is sent
};

/// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. `key` are the bytes that receivers
/// know as `whsec_` and their base64.
[[nodiscard]] std::string sign(std::string_view key, const Signed& call);

}  // namespace sojourn::channels::webhook
