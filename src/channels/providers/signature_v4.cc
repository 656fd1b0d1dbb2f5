#include "channels/providers/signature_v4.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "base/hash.h"
#include "base/text.h"
#include "channels/providers/keyed_digest.h"

namespace sojourn::channels::providers {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string hex_digest(std::string_view bytes) {
  const std::array<std::uint8_t, 32> digest = sha256(bytes);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// Each part of the path is encoded once more than it is sent.
std::string encoded_path(std::string_view path) {
  std::string encoded;
  for (const std::string_view part : split(path.substr(1), '/')) {
    encoded += '/';
    encoded += encode_percent(part);
  }
  return encoded;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> sign(const AwsRequest& request,
                                                      const AwsCredentials& credentials,
                                                      Timestamp now) {
  const std::string at =
      absl::FormatTime("%Y%m%dT%H%M%SZ", absl::FromUnixMillis(now.ms), absl::UTCTimeZone());
  const std::string day = at.substr(0, 8);
  std::string fields;
  std::string names;
  const auto sign_field = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    fields += fmt::format("{}:{}\n", name, value);
    names += names.empty() ? std::string(name) : fmt::format(";{}", name);
  };
  // In the order of their names.
  sign_field("content-type", request.content_type);
  sign_field("host", request.host);
  sign_field("x-amz-date", at);
  sign_field("x-amz-security-token", credentials.session_token);

  const std::string canonical =
      fmt::format("{}\n{}\n\n{}\n{}\n{}", request.method, encoded_path(request.path), fields, names,
                  hex_digest(request.body));
  const std::string scope =
      fmt::format("{}/{}/{}/aws4_request", day, request.region, request.service);
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", algorithm, at, scope, hex_digest(canonical));

  std::string key = fmt::format("AWS4{}", credentials.secret_key);
  for (const std::string_view part :
       {std::string_view(day), request.region, request.service, std::string_view("aws4_request")}) {
    key = keyed_digest(key, part);
  }
  std::vector<std::pair<std::string, std::string>> headers = {
      {"X-Amz-Date", at},
      {"Authorization",
       fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                   credentials.access_key, scope, names, to_hex(keyed_digest(key, to_sign)))}};
  if (!credentials.session_token.empty()) {
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  return headers;
}

}  // namespace sojourn::channels::providers
